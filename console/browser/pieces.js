import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { useSeconds, useStore } from './store.js';
import { accountTime, durationWords, instantOf, now, timeOf, visible, withInstants } from './words.js';

/** Long texts of others are cut: a reason may be hundreds of kilobytes. */
const mostCharacters = 1500;

/** A text that others wrote, as inert text. What is cut off is one press away: it may be the sentence that matters. */
export function Said({ text, most = mostCharacters }) {
  const [isWhole, setWhole] = useState(false);
  const all = withInstants(visible(text));
  if (all.length <= most || isWhole) return all;
  const left = all.length - most;
  return html`${all.slice(0, most)} … <button type="button" class="quiet" onClick=${() => setWhole(true)}>Show ${left.toLocaleString('en')} more ${left === 1 ? 'character' : 'characters'}</button>`;
}

export const At = ({ at, form }) =>
  html`<time datetime=${at ?? ''}>${form === 'time' ? `${timeOf(at)} UTC` : `${instantOf(at)} UTC`}</time>`;

/** "in 3 min 12 s", or how long it is over. */
export function Countdown({ to }) {
  useSeconds();
  const left = new Date(to).getTime() - now();
  return left >= 0
    ? html`<span class=${left < 120_000 ? 'soon' : ''}>in ${durationWords(left)}</span>`
    : html`<span class="soon">${durationWords(-left)} ago</span>`;
}

export function Ago({ at }) {
  useSeconds();
  return html`${durationWords(now() - new Date(at).getTime())} ago`;
}

let isFirst = true;

/** A heading that a change of the page moves to, so that a screen reader begins there. */
export function Heading({ children }) {
  const heading = useRef();
  const text = [children].flat().join('');
  useEffect(() => {
    document.title = `${text} · Rollback console`;
    if (!isFirst) heading.current.focus({ preventScroll: true }); // the first page is read from its top, as any page
    isFirst = false;
  }, [text]);
  return html`<h1 tabindex="-1" ref=${heading}>${children}</h1>`;
}

/**
 * Shows a part of the state: its value, and the reason if it cannot be read. An older value is shown with its age, because it may be
 * wrong by now.
 */
export function Part({ name, children }) {
  const part = useStore().parts[name];
  if (!part) return html`<p class="soft">Reading …</p>`;
  const { problem, at, value } = part;
  return html`
    ${problem && html`<${Problem} says=${problem.says} since=${at} />`}
    ${(value !== undefined || !problem) && children(value, part.lines)}`;
}

/** \`since\`: the instant of the older data that are shown below; null: there are none. */
export const Problem = ({ says, since = null }) => html`
  <div class="problem" role="status">
    <p><b>Could not be read.</b> <${Said} text=${says} /></p>
    ${since && html`<p>What is shown here is from <${At} at=${accountTime(since)} />.</p>`}
  </div>`;

/** Commands to copy. */
export const Commands = ({ all }) => all.map((text) => html`<${Command} key=${text} text=${text} />`);

function Command({ text }) {
  const [label, set] = useState('Copy');
  const shown = useRef();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      set('Copied');
    } catch {
      getSelection().selectAllChildren(shown.current);
      set('Selected');
    }
  };
  return html`<div class="command"><pre ref=${shown}>${visible(text)}</pre>
    <button type="button" class="quiet" onClick=${copy} aria-label=${`${label}: ${text}`}>${label}</button></div>`;
}

/** Sentences with the commands that some of them end with, which begin with two spaces or an arrow. */
export const Lines = ({ lines }) =>
  html`<ul class="lines">${lines.map(
    (line) => html`<li class=${/^\s/.test(line) ? 'inner' : ''}><${Said} text=${line} /></li>`,
  )}</ul>`;

/** A table that a narrow screen scrolls, and a keyboard reaches. */
export const Table = ({ label, head, children }) => html`
  <div class="table" role="region" tabindex="0" aria-label=${label}>
    <table><thead><tr>${head.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>${children}</tbody></table>
  </div>`;

/**
 * A dialog of the browser: it keeps the keyboard inside, Escape closes it, and the focus returns to where it was, however it is closed.
 * The browser reports a close only afterwards: by then a quick person may have opened the next dialog, which that report must not close.
 */
export function Dialog({ title, close, children }) {
  const dialog = useRef();
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown.showModal();
    return () => shown.close();
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    close();
  };
  const closed = ({ currentTarget }) => currentTarget.isConnected && close();
  return html`<dialog ref=${dialog} onCancel=${cancel} onClose=${closed} aria-labelledby="dialog-title">
    <h2 id="dialog-title">${title}</h2>
    ${children}
  </dialog>`;
}

/** Shows the result of an act, why it was refused, or that it is not known whether it was done. */
export const Outcome = ({ outcome }) =>
  html`<div role="alert" class=${outcome ? (outcome.refused || outcome.isUnknown ? 'problem' : 'done-box') : ''}>
    ${outcome && html`<p><b>${outcome.refused ? 'Not done.' : outcome.isUnknown ? 'It is not known whether this was done.' : 'Done.'}</b> <${Said} text=${outcome.says} /></p>`}
    ${outcome?.isUnknown && html`<p>Once the connection is back, look whether it was done before you do it again.</p>`}</div>`;
