import { type Part, partValue } from '../evidence/gathered.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import type { PlottedMetric } from './facts.ts';
import { instant, shown } from './shown.ts';

/** Markup, and the rules of the page's style that place its parts: an attribute `style` would need a weaker policy. */
export type Drawn = { readonly html: string; readonly css: string };

type Mark = { readonly at: number; readonly says: string };

const [width, height] = [1000, 300];

/** Draws the metric that the alarm watches, with its threshold, its baseline, and what happened when. */
export function plot(metric: Part<PlottedMetric>, record: RollbackRecord, events: readonly RollbackEvent[]): Drawn {
  const found = partValue(metric);
  if (!found) return { html: `<p>Not drawn: ${shown(metric.state === 'complete' ? '' : metric.why)}</p>`, css: '' };
  const baseline = record.assessment?.baseline?.average ?? null;
  const marks = marksOf(found, record, events);
  const scale = scaleOf(found, baseline);
  const labels = labelsOf(marks.map(({ at }) => scale.x(at)));
  const placed = labels.map(({ x }, index) => `.m${index}{left:${percent(x)}}`);
  const levels = [
    { name: 'threshold', value: found.threshold },
    ...(baseline === null ? [] : [{ name: 'baseline', value: baseline }]),
  ];
  const html = [
    `<p>${summary(found, baseline)}</p>`,
    '<div class="plot"><div class="area">',
    `<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">`,
    during(scale, found, record),
    ...levels.map(({ name, value }) => `<path class="${name}" d="M0 ${scale.y(value)}H${width}"/>`),
    ...marks.map(({ at }) => `<path class="mark" d="M${scale.x(at)} 0V${height}"/>`),
    `<path class="series" d="${line(found, scale)}"/>`,
    '</svg>',
    ...labels.map(({ says }, index) => `<span class="no m${index}" aria-hidden="true">${says}</span>`),
    '</div>',
    `<div class="axis"><span>${instant(iso(found.from), 'time')}</span><span>${instant(iso(found.to), 'time')} UTC</span></div></div>`,
    legend(marks),
  ];
  return { html: html.join('\n'), css: placed.join('') };
}

const iso = (at: number) => new Date(at).toISOString();
const percent = (x: number) => `${Math.round((x / width) * 10_000) / 100}%`;
const one = (value: number) => Math.round(value * 10) / 10;
const number = (value: number) => String(Math.round(value * 100) / 100);

/** Maps instants and values to the drawing. Zero is always in it, so that a small change does not look like a large one. */
function scaleOf({ from, to, points, threshold }: PlottedMetric, baseline: number | null) {
  const values = [0, threshold, ...(baseline === null ? [] : [baseline]), ...points.map(([, value]) => value)];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const room = (high - low || 1) * 0.08;
  return {
    x: (at: number) => one(((at - from) / (to - from || 1)) * width),
    y: (value: number) => one(height - ((value - low + room) / (high - low + 2 * room || 1)) * height),
  };
}

type Scale = ReturnType<typeof scaleOf>;

/** A period without a datapoint interrupts the line: nothing is drawn that was not measured. */
function line({ points, period_seconds }: PlottedMetric, { x, y }: Scale): string {
  return points
    .map(([at, value], index) => {
      const before = points[index - 1]?.[0] ?? Number.NEGATIVE_INFINITY;
      const isJoined = at - before <= period_seconds * 1500;
      // A line of no length is drawn as a dot, so a datapoint between two gaps is seen.
      return `${isJoined ? 'L' : 'M'}${x(at)} ${y(value)}${isJoined ? '' : 'h0'}`;
    })
    .join('');
}

/** Numbers that would lie on each other share one label. */
function labelsOf(all: readonly number[]): { readonly x: number; readonly says: string }[] {
  const labels: { x: number; says: string }[] = [];
  for (const [index, x] of all.entries()) {
    const last = labels.at(-1);
    if (last && x - last.x < width * 0.06) last.says += ` ${index + 1}`;
    else labels.push({ x, says: String(index + 1) });
  }
  return labels;
}

/** The time of the rollback, from its start to its end. */
function during({ x }: Scale, { from, to }: PlottedMetric, { start_time, completion_time }: RollbackRecord): string {
  const begin = Math.max(from, Date.parse(start_time));
  const end = Math.min(to, completion_time === null ? to : Date.parse(completion_time));
  return end > begin
    ? `<rect class="during" x="${x(begin)}" y="0" width="${one(x(end) - x(begin))}" height="${height}"/>`
    : '';
}

function marksOf({ from, to }: PlottedMetric, record: RollbackRecord, events: readonly RollbackEvent[]): Mark[] {
  const { deployment, start_time, completion_time, ending, alarm } = record;
  const eventAt = (type: RollbackEvent['type']) => events.find((event) => event.type === type)?.at;
  const all: [string | undefined | null, string][] = [
    [deployment?.at, `${deployment?.version ?? ''} was deployed`],
    [start_time, alarm ? 'the alarm turned red, and the rollback was opened' : 'the rollback was started by hand'],
    [eventAt('Fleet taken'), 'the rollback began to act'],
    [eventAt('Recovery confirmed'), 'recovery was confirmed'],
    [completion_time, `the rollback ended: ${ending ?? ''}`],
  ];
  return all
    .flatMap(([at, says]) => (at ? [{ at: Date.parse(at), says }] : []))
    .filter(({ at }) => at >= from && at <= to)
    .toSorted((a, b) => a.at - b.at);
}

const legend = (marks: readonly Mark[]) =>
  `<ol class="legend">${marks.map(({ at, says }) => `<li>${instant(iso(at), 'time')} ${shown(says, 200)}</li>`).join('')}</ol>`;

/** The drawing in words, for a reader who does not see it. */
function summary(
  { metric, statistic, period_seconds, points, threshold, worse }: PlottedMetric,
  baseline: number | null,
) {
  const named = `<b>${shown(metric)}</b> (${shown(statistic)} per ${period_seconds} s).`;
  const red = `<span class="key threshold-key"></span>Threshold ${number(threshold)}; ${worse === 'above' ? 'higher' : 'lower'} is worse.`;
  const before =
    baseline === null
      ? 'No baseline was measured.'
      : `<span class="key baseline-key"></span>Baseline ${number(baseline)}.`;
  const last = points.at(-1);
  if (!last) return `${named} ${red} ${before} CloudWatch has no datapoint of this time.`;
  const pick = worse === 'above' ? (a: number, b: number) => b > a : (a: number, b: number) => b < a;
  const worst = points.reduce((a, b) => (pick(a[1], b[1]) ? b : a));
  return `${named} ${red} ${before} Worst: ${number(worst[1])} at ${instant(iso(worst[0]), 'time')}. Last: ${number(last[1])} at ${instant(iso(last[0]), 'time')}. A gap in the line: no datapoint.`;
}
