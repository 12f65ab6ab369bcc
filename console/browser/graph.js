import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { At, Problem } from './pieces.js';
import { useRead } from './store.js';

/**
 * The machine of a rollback as it is drawn in docs/graphs, with the state that it is in and those that it has been in.
 *
 * state: the state that it is in, which is known a read before `visited` has it; null: not known.
 */
export function Graph({ rollback, visited, state, isOpen }) {
  const { value, problem, busy } = useRead('graph', { rollback });
  const [isWhole, setWhole] = useState(false);
  const scroller = useRef();
  const current = isOpen ? (state ?? visited.findLast(({ exited }) => exited === null)?.state) : undefined;
  const shown = current ?? visited.at(-1)?.state;
  useEffect(() => {
    const [box, place] = [value?.boxes.find(({ name }) => name === shown), scroller.current];
    if (!box || !place || isWhole) return;
    place.scrollTop = box.y - place.clientHeight / 2;
    place.scrollLeft = box.x - place.clientWidth / 2;
  }, [shown, value, isWhole]);
  if (problem) return html`<${Problem} says=${problem} />`;
  if (value === undefined) return html`<p class="soft">${busy ? 'Reading …' : ''}</p>`;
  if (value === null)
    return html`<p>Step Functions does not have this execution any longer; it keeps them for 90 days.</p>`;
  return html`
    <p>${current ? html`Now in <b>${current}</b>` : html`Last state: <b>${shown ?? 'none'}</b>`}.
      <button type="button" class="quiet" onClick=${() => setWhole(!isWhole)} aria-pressed=${isWhole}>${isWhole ? 'Show it at full size' : 'Show all of it'}</button></p>
    <div class=${`graph ${isWhole ? 'whole' : ''}`} ref=${scroller} role="region" tabindex="0" aria-label="The machine’s graph">
      <${Drawing} layout=${value} visited=${visited} current=${current} />
    </div>
    <details><summary>The same as a list: ${visited.length} states</summary>
      <ol>${visited.map(
        ({ state, times, entered, exited, failed }) =>
          html`<li><b>${state}</b>${times > 1 ? ` (${times} times)` : ''}, from <${At} at=${entered} form="time" />${
            exited === null ? (isOpen ? ' until now' : '') : html` to <${At} at=${exited} form="time" />`
          }${failed ? '; a task in it failed' : ''}</li>`,
      )}</ol></details>`;
}

const lineHeight = 17;
const layer = { caught: 0, other: 1, happy: 2 };

function Drawing({ layout: { width, height, boxes, lines }, visited, current }) {
  const seen = new Map(visited.map((one) => [one.state, one]));
  return html`<svg viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height} role="img" aria-label=${`The graph of the machine. ${current ? `It is in ${current}.` : ''} The list below says the same.`}>
    ${lines
      .toSorted((a, b) => layer[a.kind] - layer[b.kind])
      .map(
        ({ kind, path, tip }) =>
          html`<path class=${`line ${kind}`} d=${path} />${tip && html`<polygon class=${`tip ${kind}`} points=${tip} />`}`,
      )}
    ${boxes.map((box) => html`<${Box} box=${box} state=${stateOf(box.name, seen, current)} />`)}
    ${lines
      .filter(({ label }) => label !== '')
      .map(({ label, labelAt: { x, y } }) => html`<text class="label" x=${x} y=${y + 4}>${label}</text>`)}
  </svg>`;
}

const stateOf = (name, seen, current) =>
  name === current ? 'current' : seen.has(name) ? (seen.get(name).failed ? 'been troubled' : 'been') : '';

function Box({ box: { x, y, width, height, kind, lines }, state }) {
  const [left, top, cut] = [x - width / 2, y - height / 2, 12];
  const first = y + 4.5 - ((lines.length - 1) * lineHeight) / 2;
  const hexagon = `${left},${y} ${left + cut},${top} ${left + width - cut},${top} ${left + width},${y} ${left + width - cut},${top + height} ${left + cut},${top + height}`;
  return html`<g class=${`box ${kind} ${state}`}>
    ${
      kind === 'question'
        ? html`<polygon points=${hexagon} />`
        : html`<rect x=${left} y=${top} width=${width} height=${height} rx=${kind === 'task' ? 5 : height / 2} />`
    }
    ${lines.map((line, at) => html`<text x=${x} y=${first + at * lineHeight}>${line}</text>`)}</g>`;
}
