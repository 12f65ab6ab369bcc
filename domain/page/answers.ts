import { counted } from '../counted.ts';
import { list } from '../evidence/html.ts';
import { laterPhasesUndone } from '../history/restored-code.ts';
import { versionWords } from '../target/chosen-target.ts';
import type { PageModel } from './page-model.ts';
import { partWords } from './part-of-fleet.ts';
import { asSentence, hostWords, instant, minutesWords, said, shown } from './shown.ts';
import { whoDecided } from './who-decided.ts';

/** Returns the first screen: where the rollback stands, and what happened, why, who decided, and what is next. */
export function answers(model: PageModel, impact: unknown): string {
  const rows: [string, string][] = [
    ['What happened', whatHappened(model, impact)],
    ['Why', why(model)],
    ['Who decided', list(whoDecided(model.record).map((one) => said(one)))],
    ['What is next', whatIsNext(model)],
  ];
  return [
    ...doubt(model.history),
    standingBox(model),
    `<dl class="answers">${rows.map(([name, says]) => `<dt>${name}</dt><dd>${says}</dd>`).join('\n')}</dl>`,
  ].join('\n');
}

const classes = {
  act: 'act',
  running: 'running-now',
  good: 'good',
  uncertain: 'uncertain',
  neutral: 'neutral',
} as const;

function standingBox({ standing, eta, record, next }: PageModel): string {
  const { tone, title, says, deadline, acts } = standing;
  const limit = record.ending === null && deadline !== null ? 'Next deadline' : 'Due';
  return [
    `<div class="standing ${classes[tone]}"><p class="title">${shown(title)}</p>`,
    `<p>${said(says)}</p>`,
    ...(deadline === null ? [] : [`<p><b>${limit}: ${instant(deadline)}</b></p>`]),
    `<p><b>${acts === null ? said(withoutUrgency(next)) : `Must act: ${said(acts)}.`}</b></p>`,
    ...(record.ending === null ? [expected(eta.at)] : []),
    '</div>',
  ].join('\n');
}

/** Tasks without a deadline are no reason to hurry, but they are not nothing: a reader who stops here must know of them. */
function withoutUrgency(next: PageModel['next']): string {
  const left = next.flatMap(({ brief }) => brief ?? []);
  return left.length === 0
    ? 'Nobody had to act for this rollback when this page was written.'
    : `Nothing was urgent when this page was written. Left to do: ${left.join('; ')}.`;
}

const expected = (at: string | null) =>
  at === null ? '<p>Expected end: not known.</p>' : `<p>Expected to be over by ${instant(at)}.</p>`;

/** A history that was changed makes everything else on the page doubtful. */
const doubt = ({ whole, says }: PageModel['history']) =>
  whole
    ? []
    : [
        `<div class="standing act"><p class="title">The history is not whole</p><p>${said(says)}. Do not rely on this page.</p></div>`,
      ];

function whatHappened({ record, part }: PageModel, impact: unknown): string {
  const { trigger, start_time, duration_minutes, hosts, restored_to, ending, steps, deployment, fence } = record;
  const goodHosts = steps.at(-1)?.hosts_done;
  const isWholePart = part !== null && goodHosts === hosts && part.names.length === hosts;
  const wentBack = isWholePart
    ? hostWords(part.names)
    : hosts === null
      ? 'The hosts'
      : `${goodHosts ?? '?'} of ${counted(hosts, 'host')}`;
  const undone = deployment
    ? `${deployment.version}, deployed ${deployment.at.slice(0, 16).replace('T', ' ')} UTC,`
    : 'the deployment';
  const back =
    restored_to === null
      ? []
      : [shown(`${wentBack} went back from ${undone} to ${versionWords(record.targets, record.phase, restored_to)}.`)];
  const took = duration_minutes === null ? 'not ended yet' : `ended after ${minutesWords(duration_minutes)}`;
  return paragraphs([
    said(impactWords(impact) ?? (record.reason === null ? `${trigger}.` : `${trigger}: ${record.reason}`)),
    `Began ${instant(start_time)}; ${took}. ${shown(`Fleet: "${record.fleet}".`)}`,
    ...(part === null ? [] : [said(partWords(part, record))]),
    ...back,
    ...alsoUndone(record),
    ...(ending === null || restored_to !== null || fence === null ? [] : ['No version is confirmed as restored.']),
  ]);
}

/** The phases whose code was taken back too: often a bigger fact than the version. */
function alsoUndone(record: PageModel['record']): string[] {
  const undone = laterPhasesUndone(record);
  if (undone === 'no') return [];
  const phases = record.also_undone.length === 1 ? 'Phase' : 'Phases';
  const are = record.also_undone.length === 1 ? 'is' : 'are';
  const verb = { yes: `${are} undone`, 'not yet': `${are} to be undone`, perhaps: 'may be undone' }[undone];
  return [shown(`${phases} ${record.also_undone.join(', ')} ${verb} with it.`)];
}

/** The title has the trigger, and "Why" the alarm: `data_corruption (alarm X is red): Data integrity errors.` is the last part. */
const impactWords = (impact: unknown) =>
  typeof impact === 'string' ? impact.replace(/^\w+ \(alarm \S+ is red\): /, '') : impact;

const paragraphs = (all: readonly string[]) => all.map((one) => `<p>${one}</p>`).join('');

function why({ record }: PageModel): string {
  const { alarm, decided, assessment, joined } = record;
  const started = alarm
    ? [`Alarm ${shown(alarm.name)} turned red at ${instant(alarm.changed_at)}.`]
    : [said(`A person started it: ${record.reason ?? 'no reason was given'}.`)];
  const also = joined.map((one) => said(joinedWords(one, alarm?.name)));
  const percent = assessment?.degradation_percent ?? null;
  const measured = percent === null ? [] : [shown(`Measured: ${percent} % worse than the baseline.`)];
  const reasons = decided ? decided.why.map((one) => said(asSentence(one))) : ['No decision is on record yet.'];
  return paragraphs([...started, ...also, ...measured, ...(alarm ? reasons : [])]);
}

function joinedWords(
  { alarm, severity, changed_at, witness }: PageModel['record']['joined'][number],
  first: string | undefined,
): string {
  const found = witness === undefined ? '' : ` ${witness.says.join(' ')}`;
  return alarm === first
    ? `The same alarm came again at ${changed_at} (${severity}).${found}`
    : `Alarm ${alarm} (${severity}) joined it.${found}`;
}

function whatIsNext({ next, record }: PageModel): string {
  if (next.length === 0)
    return record.ending === null ? '<p>It goes on by itself.</p>' : '<p>Nothing is left to do.</p>';
  return next.map(({ says, commands }) => `<p>${said(says)}</p>${commands.map(command).join('')}`).join('');
}

/** A command to copy. Without the page's script it can still be selected. */
export const command = (text: string): string =>
  `<div class="command"><pre>${shown(text, 8000)}</pre><button type="button" data-copy hidden>Copy</button></div>`;
