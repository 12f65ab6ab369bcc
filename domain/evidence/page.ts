import { counted } from '../counted.ts';
import { readableName } from '../execution-name.ts';
import { annotationParts } from '../history/annotation-parts.ts';
import type { RollbackEvent } from '../history/event.ts';
import { isLinkOf } from '../history/link.ts';
import type { RollbackRecord } from '../history/record.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import { phaseNumbers } from '../phases.ts';
import { changesOf, messagesOf, type PackMessage } from './arranged.ts';
import { fourAnswers } from './four-answers.ts';
import { type Gathered, partValue } from './gathered.ts';
import { escaped, list, page, section, table } from './html.ts';
import { type PackFile, pagePath } from './manifest.ts';
import type { ListedPart } from './parts.ts';

export type PageInput = {
  readonly gathered: Gathered;
  readonly record: RollbackRecord;
  readonly parts: readonly ListedPart[];
  /** The hash of every file but the page. */
  readonly contentHash: string;
};

/** Returns the page of a pack: readable and printable by itself, without a script. */
export function packPage({ gathered, record, parts, contentHash }: PageInput): PackFile {
  const { events } = gathered;
  const name = readableName(record);
  const named = name === null ? '' : ` Name for people: ${escaped(name)}.`;
  const content = page(`Rollback ${record.rollback_id}`, [
    `<h1>${record.mode === 'simulate' ? 'DRILL' : 'Rollback'} ${escaped(record.rollback_id)}</h1>`,
    `<p class="lead">${record.phases ? 'Phases' : 'Phase'} ${phaseNumbers(record)}, ${escaped(record.phase_name)}. Ending: <b>${escaped(record.ending ?? 'not closed')}</b>.${named}</p>`,
    ...warnings(gathered, record, parts),
    section('The four questions', fourQuestions(events, record)),
    section('An emergency change', emergencyChange(events, record)),
    section('Versions and flags', versionsAndFlags(events, record)),
    section('Questions and decisions', questionTable(record)),
    section('Steps and hosts', stepTable(record, partValue(gathered.hosts) ?? [])),
    section('Messages as sent', messageTexts(messagesOf(events))),
    section('Timeline', timeline(events)),
    section('Parts of this pack', partTable(parts)),
    section('How to check this pack', howToCheck(gathered, contentHash)),
  ]);
  return { path: pagePath, content };
}

/** Returns a box per thing that a reader must know before everything else. */
function warnings({ history }: Gathered, { ending }: RollbackRecord, parts: readonly ListedPart[]): string[] {
  const denied = parts.filter(({ state }) => state === 'denied');
  return [
    ...(ending === null ? ['NOT CLOSED: the rollback had not ended when this pack was made.'] : []),
    ...(history.whole ? [] : [`NOT WHOLE: ${history.says}`]),
    ...denied.map(({ part, why }) => `INCOMPLETE: ${part} is missing: ${why}`),
  ].map((says) => `<p class="warning">${escaped(says)}</p>`);
}

function fourQuestions(events: readonly RollbackEvent[], record: RollbackRecord): string {
  const { when, made, approved, nature } = fourAnswers(events, record);
  return [
    '<p>Commission Delegated Regulation (EU) 2017/589 (MiFID II, RTS 6), article 5(7), asks these four of any material change to',
    'software used for algorithmic trading. Whether this change is one is for the firm to say.</p>',
    table(
      ['Question', 'Answer'],
      [
        ['(a) When was the change made?', list(when)],
        ['(b) Who made it?', list(made)],
        ['(c) Who approved it?', list(approved)],
        ['(d) What is its nature?', list(nature)],
      ],
    ),
    '<p>A <i>claimed</i> name is what a person typed. A <i>verified</i> principal is the identity that CloudTrail recorded.</p>',
  ].join('\n');
}

function emergencyChange(events: readonly RollbackEvent[], record: RollbackRecord): string {
  const { review, annotation, root_cause, prevention_measures, decided } = record;
  const fence = record.fence === null ? 'the fleet was not taken' : `the fleet was taken under fence ${record.fence}`;
  const reviewed =
    review === null
      ? 'no review was due'
      : review.verdict === null
        ? `not yet reviewed; due by ${review.due}`
        : `${review.verdict}, by ${review.reviewer} (claimed), ${review.principal ?? 'nobody'} (verified), at ${review.at}: ${review.reason}`;
  const assessed = [
    `root cause: ${root_cause ?? 'not given'}`,
    `prevention: ${prevention_measures?.join('; ') ?? 'not given'}`,
    ...(annotation?.false_positive === true ? ['judged a false positive'] : []),
    ...annotationParts(events).map(
      ({ operator, principal, at, gave }) =>
        `annotated by ${operator} (claimed), ${principal ?? 'nobody'} (verified), at ${at}: ${gave.join(', ')}`,
    ),
  ];
  return [
    '<p>Commission Delegated Regulation (EU) 2024/1774 (DORA), article 17(1), points (f) and (g): safeguards during an emergency',
    'change; its documentation, re-evaluation, assessment and approval after it.</p>',
    table(
      ['Element', 'In this rollback'],
      [
        ['Safeguards', list([...(decided?.why ?? []), fence, documentsSentence(events)].map(escaped))],
        ['Documented', escaped(`${counted(record.events, 'event')}, chained by hash; the last is ${record.head}`)],
        ['Re-evaluated and assessed', list(assessed.map(escaped))],
        ['Approved after implementation', escaped(reviewed)],
      ],
    ),
  ].join('\n');
}

function documentsSentence(events: readonly RollbackEvent[]): string {
  const documents = events.findLast(({ type }) => type === 'Hosts frozen')?.detail['documents'] ?? {};
  return `${Object.keys(documents).length} documents were pinned by hash when it opened`;
}

function versionsAndFlags(events: readonly RollbackEvent[], record: RollbackRecord): string {
  const { version, flags } = changesOf(events, record);
  const shown = (value: unknown) => escaped(value === null ? 'none' : String(value));
  return table(
    ['', 'Before', 'Target', 'After'],
    [
      [
        'version',
        shown(version.before ?? 'no deployment is on record'),
        shown(version.target),
        shown(version.after ?? 'not confirmed'),
      ],
      ...Object.entries(flags).map(([flag, { before, after }]) => [
        `flag ${escaped(flag)} (override)`,
        shown(before),
        '',
        shown(after),
      ]),
    ],
  );
}

function questionTable({ questions }: RollbackRecord): string {
  if (questions.length === 0) return '<p>The rollback asked no question.</p>';
  return table(
    ['Question', 'Asked', 'Answers', 'Outcome'],
    questions.map(({ number, kind, why, asked_at, deadline, answers, outcome, settled_at, settled_by }) => [
      escaped(`${number}: ${kind}. ${why.join(' ')}`),
      escaped(`${asked_at}, deadline ${deadline}`),
      list(
        answers.map(({ answer, operator, principal, at, reason }) =>
          escaped(
            `${answer}: ${operator ?? 'no name'} (claimed), ${principal ?? 'nobody'} (verified), at ${at}${reason ? `: ${reason}` : ''}`,
          ),
        ),
      ),
      escaped(outcome === null ? 'open' : `${outcome}, at ${settled_at}: ${settled_by}`),
    ]),
  );
}

const mostNotDone = 20;

/** Returns a row per step, with the hosts that have not done it. Every host's report is in hosts/. */
function stepTable({ steps, hosts }: RollbackRecord, verdicts: readonly KeptVerdict[]): string {
  if (steps.length === 0) return '<p>No step was started.</p>';
  return table(
    ['Step', 'Result', 'Hosts', 'Started', 'Ended', 'Hosts that have not done it'],
    steps.map(({ step, verdict, hosts_done, attempts, started_at, ended_at }) => {
      const others = verdicts.filter((one) => one.step === step && one.verdict !== 'done');
      const named = others
        .slice(0, mostNotDone)
        .map((one) => `${one.name}: ${one.verdict}, ${one.reason ?? 'no reason'}`);
      const more = others.length > mostNotDone ? [`${others.length - mostNotDone} more in hosts/`] : [];
      return [
        escaped(step),
        escaped(`${verdict}, ${counted(attempts, 'attempt')}`),
        `${hosts_done} of ${hosts ?? '?'}`,
        escaped(started_at),
        escaped(ended_at ?? ''),
        list([...named, ...more].map(escaped)),
      ];
    }),
  );
}

function messageTexts(messages: readonly PackMessage[]): string {
  if (messages.length === 0) return '<p>No message was sent.</p>';
  const not = 'The text was not kept: an older version of the product sent this message.';
  return messages
    .map(({ at, sent, message, subject, body, why, event }) =>
      [
        `<h3>${escaped(`${message} (event ${event}, ${at})`)}</h3>`,
        `<p>${sent ? 'Sent' : `<b>Not sent:</b> ${escaped(why ?? '')}`}. Subject: ${escaped(subject ?? 'not kept')}</p>`,
        body === null ? `<p>${not}</p>` : `<pre>${escaped(body)}</pre>`,
      ].join('\n'),
    )
    .join('\n');
}

const longestDetail = 400;

const timeline = (events: readonly RollbackEvent[]): string =>
  table(
    ['No.', 'Time', 'Event', 'Detail'],
    events.map(({ sequence, at, type, detail }) => [
      String(sequence),
      escaped(at),
      escaped(type),
      escaped(shortDetail(detail)),
    ]),
  );

/** Returns an event's detail in one line; events.json has all of it. */
function shortDetail(detail: RollbackEvent['detail']): string {
  const { body: _, ...rest } = detail;
  const text = Object.entries(rest)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('; ');
  return text.length <= longestDetail ? text : `${text.slice(0, longestDetail)}… (events.json)`;
}

const partTable = (parts: readonly ListedPart[]): string =>
  table(
    ['Part', 'Files', 'From', 'State'],
    parts.map(({ part, files, from, state, why }) => [
      escaped(part),
      escaped(files),
      escaped(from),
      escaped(why === null ? state : `${state}: ${why}`),
    ]),
  );

function howToCheck({ events, links, history }: Gathered, contentHash: string): string {
  const last = events.at(-1);
  const own = Object.values(partValue(links) ?? {})
    .flat()
    .filter((link) => isLinkOf(link, last?.rollback));
  return [
    '<p>With Python 3.8 or newer, offline: <code>python3 verify.py</code> (Windows: <code>py verify.py</code>). It recomputes every',
    'hash, holds the files against each other, and names each file and field that was changed, added, removed or renamed.</p>',
    '<p>Nothing inside a pack can show that somebody rewrote all of it, with every hash and this script. These values can, compared',
    'with a source outside the pack:</p>',
    table(
      ['Value', 'In this pack', 'Compare with'],
      [
        ['pack hash', 'printed by verify.py; it covers this page too', 'the pack hash printed when the pack was made'],
        ['content hash', `<code>${contentHash}</code>`, 'verify.py: it covers every file but this page'],
        [
          'chain of events',
          `event ${last?.sequence}, <code>${last?.hash}</code>`,
          'the history (<code>rollback show</code>), its export, and the execution’s own history for 90 days',
        ],
        ...own.map((link) => [
          `link ${link.sequence} of ${escaped(link.month)}`,
          `<code>${link.hash}</code>`,
          'the links of that month, in the history or its export',
        ]),
      ],
    ),
    `<p>The history when this pack was made: ${escaped(history.says)}.</p>`,
    '<p>Proven by the chain of events: events.json, record.json, messages.json, changes.json, what hosts said, answers. Proven only',
    'by the manifest: the definition, execution.json, and those fields of plan.json and decisions.json that no event has.</p>',
  ].join('\n');
}
