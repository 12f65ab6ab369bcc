import { isDeepStrictEqual } from 'node:util';
import { type Followed, follow, isFinding, type Link } from '../../domain/history/link.ts';
import { recordOf } from '../../domain/history/record.ts';
import { brokenChain } from '../../rehearsals/chain.ts';
import type { Evidence, Rollback } from '../evidence.ts';
import { type Invariant, milliseconds, named } from './invariant.ts';

export const historyVerifies: Invariant = {
  name: 'history-verifies',
  says: 'The chain verifies, and the record is its projection.',
  breaks: (evidence) => [...evidence.rollbacks.flatMap(ownHistory), ...links(evidence)],
};

function ownHistory(rollback: Rollback): string[] {
  const { stored, record, events } = rollback;
  if (events.length === 0) return stored ? [`${named(rollback)} has a record without events`] : [];
  const items = events as unknown as Parameters<typeof brokenChain>[0];
  const broken = brokenChain(items, stored).map((one) => `${named(rollback)}: ${one}`);
  if (broken.length > 0) return broken;
  if (!record) return [`${named(rollback)} has ${events.length} events without a record`];
  const own = events.map(({ ...event }) => event);
  return Object.entries(recordOf(own))
    .filter(([field, value]) => !isDeepStrictEqual(plain(value), plain(stored?.[field])))
    .map(
      ([field, value]) =>
        `${named(rollback)}: the record's ${field} is ${shown(stored?.[field])}, its events give ${shown(value)}`,
    );
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
const shown = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 120);

/** Follows the chain of links, and compares its claims with the rollbacks' own chains. */
function links({ history, rollbacks }: Evidence): string[] {
  const months = history.filter(({ pk }) => pk === 'CHAIN').map(({ sk }) => sk);
  const breaks: string[] = [];
  const sealed = new Set<string>();
  let end: Followed;
  for (const month of months)
    for (const { pk, sk, ...item } of history.filter((one) => one.pk === `CHAIN#${month}`)) {
      const link = item as unknown as Link;
      const next = follow(end, link);
      if (isFinding(next)) return [...breaks, next.says];
      end = next;
      if (!('rollback' in link)) continue;
      const event = rollbacks.find(({ id }) => id === link.rollback)?.events[link.count - 1];
      if (event?.hash !== link.head)
        breaks.push(`link ${sk} names event ${link.count} of ${link.rollback} with another hash`);
      if (link.kind === 'sealed') sealed.add(`${link.rollback} ${link.count}`);
    }
  const unsealed = rollbacks.filter(
    ({ id, events, record }) => record?.ending && !sealed.has(`${id} ${events.length}`),
  );
  return [...breaks, ...unsealed.map((one) => `the last event of ${named(one)} is sealed by no link`)];
}

export const stoppedStaysStopped: Invariant = {
  name: 'stopped-stays-stopped',
  says: 'A step that was stopped gets no other result after its rollback has ended.',
  breaks: ({ rollbacks }) => rollbacks.flatMap(lateResults),
};

/** Returns the results that a function, which outlived its execution, added for an attempt that was recorded as stopped. */
function lateResults(rollback: Rollback): string[] {
  const { events } = rollback;
  const closed = events.find(({ type }) => type === 'Rollback closed');
  if (!closed) return [];
  const stopped = new Set(
    events.filter(({ type }) => type === 'Execution stopped').map(({ id }) => id.replace('execution-stopped/', '')),
  );
  return events
    .filter(({ id, at }) => stopped.has(id.replace('step-ended/', '')) && milliseconds(at) > milliseconds(closed.at))
    .map(
      ({ type, at, detail }) => `${named(rollback)} ended at ${closed.at}; ${type} of ${detail['step']} came at ${at}`,
    );
}
