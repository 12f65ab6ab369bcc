import { counted } from '../counted.ts';
import type { Execution, Part } from '../evidence/gathered.ts';
import { list } from '../evidence/html.ts';
import type { RollbackEvent } from '../history/event.ts';
import { environmentOption } from '../message/execution-place.ts';
import { command } from './answers.ts';
import { instant, said, shown, wide } from './shown.ts';
import { style } from './style.ts';
import { wholePage } from './whole-page.ts';

/** The parts that are left of a rollback whose page cannot be drawn. */
export type UnreadableFacts = {
  readonly environment: string;
  readonly rollback: string;
  /** ISO 8601: when these facts were read. */
  readonly written_at: string;
  /** Why the page cannot be drawn, in a sentence. */
  readonly why: string;
  /** The events as they are stored. They may lack some, or be changed. */
  readonly events: Part<readonly RollbackEvent[]>;
  /** The RECORD as it is stored; it may have any fields. */
  readonly record: Part<Readonly<Record<string, unknown>>>;
  readonly execution: Part<Pick<Execution, 'arn' | 'status' | 'started_at' | 'stopped_at'>>;
  /** The runbook's address, or its path in this repository. */
  readonly runbook: string;
};

/**
 * Returns the page of a rollback that cannot be drawn, because a table is away or what it has cannot be read: what is known, what is not,
 * and the commands that still work. It judges nothing.
 */
export function unreadablePage(facts: UnreadableFacts): string {
  const { environment, rollback, written_at, why } = facts;
  const [known, unknown] = [knownLines(facts), unknownLines(facts)];
  return wholePage(`Rollback ${rollback}: it cannot be read`, style, [
    `<header><p class="kicker">Rollback ${shown(rollback)}, environment ${shown(environment)}</p>`,
    `<h1>${shown(rollback, 200)}</h1>`,
    `<p class="age" data-written="${shown(written_at)}">Written ${instant(written_at)}. It does not update itself. All times are UTC.<span></span></p></header><main>`,
    '<div class="standing act"><p class="title">This rollback cannot be read</p>',
    `<p>${said(why)}</p><p><b>Do not conclude that it is over, or that it worked: look at the execution and at the hosts.</b></p></div>`,
    '<dl class="answers">',
    `<dt>What is known</dt><dd>${known.length === 0 ? '<p>Nothing.</p>' : list(known)}</dd>`,
    `<dt>What is not known</dt><dd>${list(unknown)}</dd>`,
    `<dt>What is next</dt><dd>${next(facts)}</dd></dl>`,
    `<section><h2>Events as they are stored</h2>${events(facts.events)}</section></main>`,
  ]);
}

/** The fields of a RECORD that a person asks for first. */
const asked = ['phase', 'severity', 'trigger', 'start_time', 'ending', 'problem', 'completion_time'] as const;

function knownLines({ record, execution, events: stored }: UnreadableFacts): string[] {
  const lines: string[] = [];
  if (execution.state === 'complete') {
    const { arn, status, started_at, stopped_at } = execution.value;
    const end = stopped_at === null ? '' : `, stopped ${instant(stopped_at)}`;
    lines.push(`The execution is ${shown(status)}, started ${instant(started_at)}${end}: ${shown(arn)}`);
  }
  if (record.state === 'complete') {
    const { value } = record;
    const fields = asked.filter((name) => value[name] !== undefined && value[name] !== null);
    lines.push(
      `Its summary, which nothing has checked: ${fields.map((one) => `${one} ${said(value[one], 300)}`).join('; ')}`,
    );
  }
  if (stored.state === 'complete' && stored.value.length > 0) {
    const last = stored.value.at(-1);
    lines.push(
      `${counted(stored.value.length, 'event is', 'events are')} stored; the last is <b>${shown(last?.type)}</b>, ${instant(last?.at)}`,
    );
  }
  return lines;
}

function unknownLines({ record, execution, events: stored }: UnreadableFacts): string[] {
  const parts: readonly (readonly [string, Part<unknown>])[] = [
    ['Events', stored],
    ['Summary', record],
    ['Execution', execution],
  ];
  const missing = parts.flatMap(([name, part]) => (part.state === 'complete' ? [] : [`${name}: ${said(part.why)}`]));
  return [
    ...missing,
    'Whether the hosts are healthy and at their version; whether people must act; whether the history is whole',
  ];
}

function next({ environment, rollback, runbook }: UnreadableFacts): string {
  const words = environmentOption(environment);
  const of = (name: string, more = '') => command(`npm run rollback -- ${name} ${rollback}${more}${words}`);
  return [
    '<p>See what is left of it, and what was changed:</p>',
    of('verify-history'),
    of('show', ' --json'),
    '<p>See who holds the fleet, and which hosts differ:</p>',
    command(`npm run rollback -- status${words}`),
    '<p>Ask every host for its health:</p>',
    command(`npm run rollback -- health${words}`),
    `<p>Runbook: ${shown(runbook)}#page-not-written</p>`,
  ].join('');
}

/** Events that the page shows: the newest ones. */
const mostEvents = 200;

function events(stored: UnreadableFacts['events']): string {
  if (stored.state !== 'complete') return `<p>They could not be read: ${said(stored.why)}</p>`;
  if (stored.value.length === 0) return '<p>None are stored.</p>';
  const rows = stored.value
    .slice(-mostEvents)
    .map(({ sequence, at, type, detail }) => [
      shown(sequence),
      instant(at),
      `<b>${shown(type)}</b> ${shown(detail, 300)}`,
    ]);
  return wide('Events as they are stored', ['No.', 'UTC', 'Event'], rows);
}
