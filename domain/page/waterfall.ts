import { counted } from '../counted.ts';
import { type Part, partValue } from '../evidence/gathered.ts';
import type { RollbackEvent } from '../history/event.ts';
import { refusalOf } from '../history/refused-step.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import type { UsualTimes } from './facts.ts';
import type { Cell, HostGroup, StepRow } from './host-rows.ts';
import type { PlannedStep } from './planned-steps.ts';
import { durationWords, instant, said, shown } from './shown.ts';

export type WaterfallInput = {
  readonly steps: readonly StepRow[];
  readonly groups: readonly HostGroup[];
  readonly hosts: Part<readonly KeptVerdict[]>;
  readonly planned: readonly PlannedStep[];
  readonly usual: UsualTimes;
  /** Number of hosts of the rollback; null: not known. */
  readonly count: number | null;
  /** Epoch milliseconds: a bar that has not ended ends here. */
  readonly now: number;
};

const width = 1000;
/** Groups of hosts that are drawn; of more, the names only are listed. */
const mostGroups = 60;
/** Names of hosts that a group lists; the evidence pack has all. */
const mostNames = 1000;

/** Draws the steps on one axis of time, first on the whole fleet, then on the hosts: hosts whose steps went alike share a row. */
export function waterfall(input: WaterfallInput): string {
  const { steps, groups, count } = input;
  if (steps.length === 0) return '<p>No step was started.</p>';
  const axis = axisOf(input);
  const drawn = groups.slice(0, mostGroups);
  const rest = groups.slice(mostGroups).flatMap(({ names }) => names);
  return [
    `<div class="fall"><div class="row head"><span class="what">${instant(new Date(axis.from).toISOString(), 'time')}</span><span class="when">${instant(new Date(axis.to).toISOString(), 'time')} UTC, ${durationWords(axis.to - axis.from)} in all</span></div>`,
    '<h3>Steps on all hosts of the rollback</h3>',
    ...steps.map((row) => stepRow(row, input, axis)),
    `<h3>Hosts${count === null ? '' : `: ${count}`}</h3>`,
    hostsNote(input),
    ...drawn.map((group) => hostRow(group, input, axis)),
    ...(rest.length > 0
      ? [`<p>${counted(rest.length, 'more host')} whose steps went in other ways: ${nameList(rest)}</p>`]
      : []),
    '</div>',
    '<p class="note">A bar ends when this product saw the result. <span class="key done-key"></span>done <span class="key failed-key"></span>failed, and tried again if a bar follows <span class="key usual-key"></span>usual duration</p>',
  ].join('\n');
}

type Axis = { readonly from: number; readonly to: number; readonly x: (at: number) => number };

function axisOf({ steps, usual, now }: WaterfallInput): Axis {
  const attempts = steps.flatMap((row) => row.attempts);
  const from = Math.min(...attempts.map((one) => one.from), now);
  const usualEnds = steps.flatMap(({ step, attempts: [first] }) =>
    first && usual.steps[step] ? [first.from + usual.steps[step].seconds * 1000] : [],
  );
  const to = Math.max(...attempts.map((one) => one.to ?? now), ...usualEnds, from + 1000);
  return { from, to, x: (at) => Math.round(((at - from) / (to - from)) * width * 10) / 10 };
}

/** A bar is never narrower than can be seen. */
function bar({ x }: Axis, [from, to]: readonly [number, number], name: string, title: string): string {
  const [y, height] = name === 'usual' ? [12, 4] : [0, 12];
  const wide = Math.max(3, Math.round((x(to) - x(from)) * 10) / 10);
  return `<rect class="${name}" x="${Math.min(x(from), width - wide)}" y="${y}" width="${wide}" height="${height}"><title>${shown(title, 200)}</title></rect>`;
}

/** The checks after the last step are no steps of the runbook, so a definition does not name them. */
const checks: Readonly<Record<string, string>> = {
  'confirm-recovery': 'Check: version and steps',
  'confirm-health': 'Check: health',
};

const stepName = (step: string, planned: readonly PlannedStep[]) =>
  planned.find(({ id }) => id === step)?.name ?? checks[step] ?? step;

const strip = (bars: string) =>
  `<svg class="strip" viewBox="0 0 ${width} 16" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;

function stepRow({ step, verdict, hosts_done, attempts }: StepRow, input: WaterfallInput, axis: Axis): string {
  const { planned, usual, count, now } = input;
  const usualTime = usual.steps[step];
  const [first, last] = [attempts[0], attempts.at(-1)];
  const took = first && last?.to ? durationWords(last.to - first.from) : 'has not ended';
  const words = [
    `${verdict}: ${hosts_done} of ${count ?? 'an unknown number of'} hosts done`,
    `${took} (usual: ${usualTime ? durationWords(usualTime.seconds * 1000) : 'not known'})`,
    ...(attempts.length > 1 ? [counted(attempts.length, 'attempt')] : []),
  ];
  const bars = attempts
    .map(({ from, to, result }, index) => {
      const title = `attempt ${index + 1}: ${result}, ${durationWords((to ?? now) - from)}`;
      return bar(axis, [from, to ?? now], result, title);
    })
    .join('');
  const expected =
    usualTime && first ? bar(axis, [first.from, first.from + usualTime.seconds * 1000], 'usual', 'usual duration') : '';
  const name = stepName(step, planned);
  return `<div class="row"><span class="what">${shown(name, 120)}</span><span class="when">${words.join('; ')}</span>${strip(bars + expected)}</div>`;
}

function hostsNote({ hosts, groups }: WaterfallInput): string {
  if (hosts.state !== 'complete') return `<p>The reports of the hosts are not here: ${said(hosts.why)}</p>`;
  return groups.length === 0 ? '<p>No host is known yet.</p>' : '';
}

function hostRow({ names, cells }: HostGroup, { now, planned }: WaterfallInput, axis: Axis): string {
  const bars = cells
    .flatMap(({ step, verdict, from, to }, index) => {
      if (from === null) return [];
      const title = `${stepName(step, planned)}: ${verdict}, ${durationWords((to ?? now) - from)}`;
      return [bar(axis, [from, to ?? now], `${barOf(verdict)}${index % 2 === 0 ? '' : ' odd'}`, title)];
    })
    .join('');
  const title = names.length === 1 ? shown(names[0], 255) : `${names.length} hosts alike`;
  const listed = names.length === 1 ? '' : nameList(names);
  return `<div class="row"><span class="what">${title}</span><span class="when">${cellWords(cells, planned)}</span>${strip(bars)}${listed}</div>`;
}

const barOf = (verdict: Cell['verdict']) =>
  verdict === 'done' ? 'done' : verdict === 'waiting' ? 'running' : 'failed';

/** "6 of 6 steps done", or what is not done. A check of the product is a step here too. */
function cellWords(cells: readonly Cell[], planned: readonly PlannedStep[]): string {
  const done = cells.filter(({ verdict }) => verdict === 'done').length;
  const others = cells
    .filter(({ verdict }) => verdict !== 'done')
    .map(({ step, verdict }) => `${stepName(step, planned)}: ${verdict}`);
  return [`${done} of ${cells.length} done`, ...others.map((one) => shown(one, 200))].join('; ');
}

function nameList(names: readonly string[]): string {
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more: the evidence pack names them` : '';
  const listed = `${names
    .slice(0, mostNames)
    .map((name) => shown(name, 255))
    .join(', ')}${more}`;
  if (names.length <= 8) return `<span class="names">${listed}</span>`;
  return `<details class="names"><summary>${names.length} names</summary>${listed}</details>`;
}

/** Reports of hosts that a page shows in the hosts' own words. */
const mostReports = 60;

/** Returns why steps were refused before they began, and what hosts said that have not done a step, in their own words. */
export function hostReports(
  hosts: Part<readonly KeptVerdict[]>,
  steps: readonly StepRow[],
  events: readonly RollbackEvent[],
): string {
  const refused = steps.flatMap(({ step }) => {
    const why = refusalOf(step, events);
    return why === undefined ? [] : [`<p><b>${shown(step, 120)} was refused before it began:</b> ${said(why)}</p>`];
  });
  return [...refused, saidByHosts(hosts, refused.length > 0)].join('');
}

function saidByHosts(hosts: Part<readonly KeptVerdict[]>, isRefused: boolean): string {
  const others = (partValue(hosts) ?? []).filter(({ verdict }) => verdict !== 'done');
  if (hosts.state !== 'complete' || hosts.value.length === 0) return '';
  if (others.length === 0)
    return isRefused
      ? '<p>The hosts have done every step that began.</p>'
      : '<p>Every host that reported on a step has done it.</p>';
  const rows = others
    .slice(0, mostReports)
    .map(
      ({ name, step, verdict, reason }) =>
        `<li><b>${shown(name, 255)}</b>, ${shown(step, 120)}: ${shown(verdict)}. ${said(reason ?? 'No reason was given.')}</li>`,
    );
  const more =
    others.length > mostReports ? `<p>${others.length - mostReports} more are in the evidence pack.</p>` : '';
  return `<ul class="said">${rows.join('')}</ul>${more}`;
}
