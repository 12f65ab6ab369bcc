import { counted } from '../counted.ts';
import { changesOf, messagesOf, type PackMessage } from '../evidence/arranged.ts';
import { type Part, partValue } from '../evidence/gathered.ts';
import { list } from '../evidence/html.ts';
import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { laterPhasesUndone, restoredCodeSentence } from '../history/restored-code.ts';
import { timingsOf } from '../history/timings.ts';
import { contactLines } from '../question/contact.ts';
import { targetSentences } from '../target/chosen-target.ts';
import { eventSentence } from './event-sentence.ts';
import type { PageFacts } from './facts.ts';
import type { PageModel } from './page-model.ts';
import type { PlannedStep } from './planned-steps.ts';
import { instant, minutesWords, said, shown, wide } from './shown.ts';
import { whoDecided } from './who-decided.ts';

const words = {
  met: 'Met',
  'not met': 'Not met',
  'not known': 'Not known',
  'not yet': 'Not yet',
  'does not apply': '–',
};

/** Returns the procedure's success criteria, and how long each part took. */
export function criteria({ criteria: all, eta }: PageModel, events: readonly RollbackEvent[]): string {
  const rows = all.map(({ name, wanted, met, says }) => [
    `<b>${shown(name)}</b><br>${said(wanted)}`,
    `<span class="${met.replaceAll(' ', '-')}">${words[met]}</span>`,
    said(says),
  ]);
  const parts = Object.entries(timingsOf(events))
    .map(([part, minutes]) => `${part} ${minutes === null ? 'not known' : minutesWords(minutes)}`)
    .join(', ');
  return [
    wide('Success criteria', ['Criterion', 'Result', 'Found'], rows),
    list(eta.says.map((one) => said(one))),
    `<p class="note">Parts of its time: ${said(parts)}.</p>`,
  ].join('\n');
}

const value = (found: unknown): string =>
  found === null || found === undefined ? '<i>not known</i>' : shown(typeof found === 'string' ? found : String(found));

/** Returns version and flags before, as wanted, and now. */
export function versionsAndFlags({ record }: PageModel, events: readonly RollbackEvent[]): string {
  const { version, flags } = changesOf(events, record);
  const untouched = record.ending !== null && record.fence === null;
  const override = (found: unknown) => (found === null ? 'no override' : value(found));
  const rows = [
    ['version', value(version.before), value(version.target), untouched ? 'not changed' : value(version.after)],
    ...Object.entries(flags).map(([flag, { before, after }]) => [
      `flag ${shown(flag)}`,
      override(before),
      value(after),
      `${value(after)} (override)`,
    ]),
  ];
  const undone = laterPhasesUndone(record);
  const more = [
    ...targetSentences(record.targets),
    ...(record.restores && !untouched ? [`Code: ${restoredCodeSentence(record.restores.paths)}.`] : []),
    ...(undone === 'no' ? [] : [`Later phases ${record.also_undone.join(', ')} are undone with it: ${undone}.`]),
  ];
  return `${wide('Versions and flags', ['What', 'Before', 'Target', 'When written'], rows)}${more.map((one) => `<p>${said(one)}</p>`).join('')}`;
}

/** Returns the decision with its reasons, and the numbers of the assessment. */
export function decision({ record }: PageModel): string {
  const { assessment, decided, questions } = record;
  const { measured, baseline, degradation_percent } = assessment ?? {};
  const window = (found: { average: number; datapoints: number; from: string; to: string }) =>
    `${found.average} (average of ${counted(found.datapoints, 'datapoint')}, ${instant(found.from, 'time')} to ${instant(found.to, 'time')})`;
  const numbers = [
    [
      'Severity',
      shown(
        `${record.severity}${record.severity === record.severity_at_opening ? '' : `, opened as ${record.severity_at_opening}`}`,
      ),
    ],
    ['Measured', measured ? `${shown(measured.metric)} ${window(measured)}` : 'not measured'],
    ['Baseline', baseline ? `${window(baseline)}, ${shown(baseline.of)}` : 'not measured'],
    ['Worse by', typeof degradation_percent === 'number' ? `${degradation_percent} %` : 'not measured'],
    ['Limit', record.deadline ? instant(record.deadline) : 'none'],
  ];
  const reasoning = (
    assessment?.reasoning ?? [record.alarm ? 'It is not assessed yet.' : 'A person set the severity.']
  ).map((one) => said(one));
  const asked = questions.map(
    ({ number, kind, why, asked_at, deadline, outcome, settled_by }) =>
      `Question ${number} (${shown(kind)}), asked ${instant(asked_at, 'time')}, deadline ${instant(deadline, 'time')}: ${said(why.join(' '))} <b>${shown(outcome ?? 'open')}</b>${settled_by ? `: ${said(settled_by)}` : ''}`,
  );
  return [
    `<p><b>${shown(decided?.decision ?? 'No decision is on record.')}</b> ${said(decided?.why.join(' ') ?? '')}</p>`,
    list(whoDecided(record).map((one) => said(one))),
    '<p class="note">A <i>claimed</i> name is what a person typed. A <i>verified</i> one is the identity that CloudTrail recorded.</p>',
    wide('Assessment', ['Number', 'Value'], numbers),
    list(reasoning),
    ...(asked.length > 0 ? [list(asked)] : []),
  ].join('\n');
}

/** Returns the planned steps, with what became of each. */
export function plan({ record, steps: rows }: PageModel, planned: Part<readonly PlannedStep[]>): string {
  const steps = partValue(planned);
  if (!steps || steps.length === 0)
    return `<p>The planned steps are not known: ${shown(planned.state === 'complete' ? 'the definition has none' : planned.why)}</p>`;
  const left = (id: string) =>
    record.left_out.some((one) => 'step' in one && one.step === id) ? 'skipped by a person' : 'not started';
  const items = steps.map(({ id, name }) => {
    const found = rows.find(({ step }) => step === id);
    return `<li>${shown(name, 120)}: ${shown(found?.verdict ?? left(id))}</li>`;
  });
  const hosts = record.hosts === null ? 'The hosts are not known yet.' : `On ${counted(record.hosts, 'host')}.`;
  return `<ol>${items.join('')}</ol><p>${hosts} Then the product checks every host until it is at the target and healthy.</p>`;
}

/** Characters of a message, and of all messages, that a page shows. */
const mostOfOne = 6000;
const mostOfAll = 40_000;

/** Returns the people to call, and the messages as they were sent. Of many, the texts of the newest are shown. */
export function peopleAndMessages({ contacts }: PageFacts, events: readonly RollbackEvent[]): string {
  const messages = messagesOf(events);
  const shownFrom = firstShown(messages);
  return [
    `<pre>${shown(contactLines(contacts), mostOfOne)}</pre>`,
    '<h3>Messages as sent</h3>',
    ...(messages.length === 0 ? ['<p>No message was sent yet.</p>'] : []),
    ...messages.map((message, index) => messageText(message, index >= shownFrom)),
  ].join('\n');
}

function firstShown(messages: readonly PackMessage[]): number {
  let room = mostOfAll;
  const first = messages.findLastIndex(({ body }) => {
    room -= Math.min(body?.length ?? 0, mostOfOne);
    return room < 0;
  });
  return first + 1;
}

function messageText({ at, sent, message, subject, body, why }: PackMessage, isShown: boolean): string {
  const title = `${instant(at, 'time')} ${shown(subject ?? message ?? 'a message', 200)}${sent ? '' : ` <b>Not sent:</b> ${shown(why, 300)}`}`;
  if (body === null) return `<p>${title}. Its text was not kept.</p>`;
  if (!isShown) return `<p>${title}. Its text is in the evidence pack.</p>`;
  return `<details><summary>${title}</summary><pre>${shown(body, mostOfOne)}</pre></details>`;
}

/** Events that a page shows: the first ones and the newest ones. */
const [mostFirst, mostNewest] = [60, 240];

export function timeline(events: readonly RollbackEvent[]): string {
  const hidden = Math.max(0, events.length - mostFirst - mostNewest);
  const row = (event: RollbackEvent) => [
    String(event.sequence),
    instant(event.at, 'time'),
    `<b>${shown(event.type)}</b> ${said(eventSentence(event), 600)}`,
  ];
  const rows =
    hidden === 0
      ? events.map(row)
      : [
          ...events.slice(0, mostFirst).map(row),
          ['…', '', `${counted(hidden, 'event is', 'events are')} not shown here: the evidence pack has them.`],
          ...events.slice(-mostNewest).map(row),
        ];
  return wide('Timeline', ['No.', 'UTC', 'Event'], rows);
}

/** Returns whether the history was whole, and how to check that again. */
export const chainVerdict = ({ history, record }: PageModel): string =>
  [
    `<p><b>${history.whole ? 'Whole.' : 'NOT WHOLE.'}</b> ${said(history.says)}</p>`,
    `<p>${counted(record.events, 'event')}, chained by hash; the last is <span class="hash">${shown(record.head)}</span>.</p>`,
    '<p class="note">This page proves nothing by itself: it can be edited. The history and the evidence pack are the proof.</p>',
  ].join('\n');

/** Returns the record's findings of people after the end; '' without any. */
export function findings({ root_cause, prevention_measures, annotation }: RollbackRecord): string {
  if (!annotation) return '<p>Nobody has recorded a root cause yet.</p>';
  const { operator, principal, at, note, links, false_positive } = annotation;
  return list(
    [
      `Root cause: ${root_cause ?? 'not given'}`,
      `Prevention: ${prevention_measures?.join('; ') ?? 'not given'}`,
      ...(false_positive === true ? ['Judged a false positive.'] : []),
      ...(note ? [`Note: ${note}`] : []),
      ...links.map((one) => `Link: ${one}`),
      `By ${operator} (claimed), ${principal ?? 'not verified'}, at ${at}.`,
    ].map((one) => said(one)),
  );
}
