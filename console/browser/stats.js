import { useEffect, useRef, useState } from 'preact/hooks';
import { Choice } from './history.js';
import { html } from './html.js';
import { Heading, Problem, Table } from './pieces.js';
import { useRead, useStore } from './store.js';
import { counted } from './words.js';

/** How often, how well and how fast it rolled back, by month. */
export function Stats() {
  const { about } = useStore();
  const [phase, setPhase] = useState('');
  const [last, setLast] = useState('12');
  const { value, problem, at } = useRead('stats', { last, phase });
  return html`
    <${Heading}>Statistics<//>
    <form class="filters" onSubmit=${(event) => event.preventDefault()} aria-label="Filters">
      <${Choice} label="Months" value=${last} change=${({ target }) => setLast(target.value)} all=${[['6', '6'], ['12', '12'], ['24', '24'], ['36', '36']]} />
      <${Choice} label="Phase" value=${phase} change=${({ target }) => setPhase(target.value)} all=${[['', 'all'], ...(about?.phases ?? []).map((one) => [String(one.phase), `${one.phase} ${one.title}`])]} />
    </form>
    ${problem && html`<${Problem} says=${problem} since=${value ? at : null} />`}
    ${value && html`<${Figures} report=${value} />`}`;
}

/** The minutes of CRITICAL rollbacks, from the alarm to the end. */
const critical = (minutes) => minutes.find(({ severity, part }) => severity === 'CRITICAL' && part === 'whole');

function Figures({ report: { groups, not_counted, being_rebuilt } }) {
  const months = groups.filter(({ group }) => group !== 'all');
  const total = groups.find(({ group }) => group === 'all')?.rollbacks;
  if (!total || total.count === 0)
    return html`<p>No rollback is counted yet${not_counted > 0 ? '; the newest are counted within minutes' : ''}.</p>`;
  const times = months.map(({ group }) => Date.parse(`${group}-01T00:00:00Z`) / 1000);
  const column = (of) => months.map((one) => of(one.rollbacks) ?? null);
  const limit = critical(total.minutes)?.limit ?? null;
  return html`
    <div class="tiles">
      <${Tile} title="Rollbacks" value=${total.count} />
      <${Tile} title="Rolled back" value=${shareWords(total.success)} />
      <${Tile} title="Inside the limit" value=${shareWords({ ...total.limit_missed, share: total.limit_missed.share === null ? null : 1 - total.limit_missed.share, count: total.limit_missed.of - total.limit_missed.count })} />
      <${Tile} title="False positives" value=${shareWords(total.false_positive)} />
    </div>
    ${not_counted > 0 && html`<p class="soft">${counted(not_counted, 'newer change')} ${not_counted === 1 ? 'is' : 'are'} counted within minutes.</p>`}
    ${being_rebuilt.length > 0 && html`<p class="soft">Being counted again: ${being_rebuilt.join(', ')}.</p>`}
    <h2>Rollbacks per month</h2>
    <${Plot} label="Rollbacks per month" times=${times} series=${[{ label: 'Rollbacks', values: column(({ count }) => count), bars: true }]} />
    <h2>Minutes of CRITICAL rollbacks</h2>
    <${Plot} label="Minutes of CRITICAL rollbacks per month" times=${times} series=${[
      { label: 'half took at most', values: column(({ minutes }) => critical(minutes)?.p50) },
      { label: '95 % took at most', values: column(({ minutes }) => critical(minutes)?.p95) },
      ...(limit === null ? [] : [{ label: 'limit', values: times.map(() => limit), limit: true }]),
    ]} />
    <h2>The figures</h2>
    <${Table} label="Figures by month" head=${['Month', 'Rollbacks', 'Rolled back', 'Limit missed', 'Half, min', '95 %, min']}>
      ${groups.map(
        ({
          group,
          rollbacks,
        }) => html`<tr><th scope="row">${group}</th><td>${rollbacks.count}</td><td>${shareWords(rollbacks.success)}</td>
        <td>${shareWords(rollbacks.limit_missed)}</td><td>${number(critical(rollbacks.minutes)?.p50)}</td><td>${number(critical(rollbacks.minutes)?.p95)}</td></tr>`,
      )}<//>
    <p class="soft">The same figures, and more: <code>npm run rollback -- stats</code>. Minutes are of CRITICAL rollbacks.</p>`;
}

const Tile = ({ title, value }) =>
  html`<div class="tile"><p class="soft">${title}</p><p class="figure">${value}</p></div>`;
const number = (value) => (value === null || value === undefined ? '–' : value.toFixed(1));
const shareWords = ({ count, of, share }) =>
  share === null ? '–' : `${Math.round(share * 100)} % (${count} of ${of})`;

/**
 * Draws on a canvas; the table below it has the same figures for those who do not see it. The library is loaded by the first plot: if it
 * cannot run in a browser, everything else still does.
 */
function Plot({ label, times, series }) {
  const place = useRef();
  const [failed, setFailed] = useState(false);
  const data = JSON.stringify([times, series]);
  useEffect(() => {
    let end = () => {};
    let isCurrent = true;
    import('uplot').then(
      ({ default: Library }) => {
        if (isCurrent) end = drawn(Library, place.current, { times, series });
      },
      () => setFailed(true),
    );
    return () => {
      isCurrent = false;
      end();
    };
  }, [data]);
  if (failed) return html`<p>This browser cannot draw the plot. The table below has its figures.</p>`;
  return html`<div class="plot" role="group" aria-label=${`${label}; the table below has the figures`} ref=${place}></div>`;
}

const height = 220;

/** Draws a plot into an element, and again when its width or the colours change. Returns what removes it. */
function drawn(Library, place, { times, series }) {
  let plot;
  const draw = () => {
    plot?.destroy();
    plot = new Library(
      { width: place.clientWidth, height, ...looks(Library, times, series) },
      [times, ...series.map(({ values }) => values)],
      place,
    );
  };
  draw();
  const resize = () => plot.setSize({ width: place.clientWidth, height });
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  addEventListener('resize', resize);
  scheme.addEventListener('change', draw);
  return () => {
    removeEventListener('resize', resize);
    scheme.removeEventListener('change', draw);
    plot.destroy();
  };
}

const halfMonth = 15 * 86_400;
/** Pixels for a month's name. */
const nameWidth = 80;

/** Returns the months that are named on an axis: uPlot's own ticks are days, of which several would have the name of one month. */
function namedMonths(times, width) {
  const every = Math.ceil(times.length / Math.max(1, Math.floor(width / nameWidth)));
  return times.filter((_, at) => at % every === 0);
}

function looks(Library, times, series) {
  const colours = getComputedStyle(document.documentElement);
  const colour = (name) => colours.getPropertyValue(name).trim();
  const [lines, limit] = [[colour('--series'), colour('--second')], colour('--failed')];
  const axis = {
    stroke: colour('--soft'),
    grid: { stroke: colour('--line') },
    ticks: { stroke: colour('--line') },
    font: '13px system-ui',
  };
  const look = (one, at) => ({
    label: one.label,
    width: 2,
    stroke: one.limit ? limit : lines[at],
    points: { show: !one.limit && !one.bars, size: 7 },
    ...(one.limit ? { dash: [8, 6] } : {}),
    ...(one.bars ? { fill: `${lines[at]}99`, paths: Library.paths.bars({ size: [0.6, 60] }) } : {}),
  });
  return {
    tzDate: (seconds) => Library.tzDate(new Date(seconds * 1000), 'UTC'),
    scales: {
      x: { range: (_, from, to) => [from - halfMonth, to + halfMonth] },
      y: { range: (_, __, most) => [0, Math.max(1, (most ?? 1) * 1.15)] },
    },
    axes: [
      { ...axis, values: '{YYYY}-{MM}', splits: ({ width }) => namedMonths(times, width) },
      series.some(({ bars }) => bars) ? { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] } : axis,
    ],
    series: [{ value: '{YYYY}-{MM}' }, ...series.map(look)],
  };
}
