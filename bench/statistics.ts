import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Connection } from '../cli/account/clients.ts';
import { readCounters, readDeployed, readNotCounted, readProgress } from '../cli/account/read-statistics.ts';
import type { EventType, RollbackEvent } from '../domain/history/event.ts';
import { severities } from '../domain/severity.ts';
import { type Contribution, contributionOf } from '../domain/statistics/contribution.ts';
import { type Counters, plus } from '../domain/statistics/counters.ts';
import { countersKey, tableNames } from '../domain/tables.ts';
import { triggers } from '../domain/trigger.ts';
import type { Figure } from './figure.ts';
import { emptyTables } from './tables.ts';

const rollbacks = 100_000;
const phases = [1, 2, 3, 4];
const month = '2026-11';

/** Measures the reading of a month's statistics with 100,000 rollbacks, spread over every phase, trigger and severity. */
export async function statistics(): Promise<Figure[]> {
  const names = tableNames('local');
  const tables = await emptyTables(Object.values(names));
  const cells = cellsOf(Array.from({ length: rollbacks }, (_, n) => sample(n)));
  let bytes = 0;
  for (const { cell, counters } of cells) {
    const Item = { ...countersKey(cell, 1), ...cell, counters, version: rollbacks };
    bytes += Buffer.byteLength(JSON.stringify(Item));
    await tables.db.send(new PutCommand({ TableName: names.history, Item }));
  }
  tables.requests.length = 0;
  const connection = { name: 'local', db: tables.db } as Connection;
  const begun = performance.now();
  const progress = await readProgress(connection);
  await readNotCounted(connection, progress);
  await readCounters(connection, progress, month, 'live');
  for (const phase of phases) await readDeployed(connection, phase, [month, month]);
  const milliseconds = Math.round(performance.now() - begun);
  return [
    { name: `stats of a month, ${rollbacks} rollbacks: requests`, value: tables.requests.length, unit: '', most: 9 },
    // JSON is larger than what DynamoDB counts: at least two bytes more per number (guide, "Item sizes and formats").
    { name: '  read, as JSON', value: Math.round(bytes / 1024), unit: 'KB', most: 1024 },
    { name: '  time on the embedded account', value: milliseconds, unit: 'ms' },
  ];
}

/** Sums up contributions by cell, in place: the immutable sum would copy every cell 100,000 times. */
function cellsOf(all: readonly Contribution[]): Pick<Contribution, 'cell' | 'counters'>[] {
  const groups = Map.groupBy(all, ({ cell }) => JSON.stringify(cell));
  return [...groups.values()].map((group) => ({
    cell: (group[0] as Contribution).cell,
    counters: pairwise(group.map(({ counters }) => counters)),
  }));
}

function pairwise(all: readonly Counters[]): Counters {
  if (all.length < 2) return all[0] ?? {};
  const half = Math.floor(all.length / 2);
  return plus(pairwise(all.slice(0, half)), pairwise(all.slice(half)));
}

/** Returns the nth rollback. Its minutes are spread evenly over the logarithms from 0.1 to 240, so most buckets are used. */
function sample(n: number): Contribution {
  const spread = (step: number) => 0.1 * 2400 ** (((n * step) % 997) / 997);
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 1 + (n % 28)) + minute * 60_000).toISOString();
  const [decided, acted] = [spread(7), spread(7) + spread(11)];
  const opening = {
    ...{ phase: phases[n % 4], trigger: triggers[Math.floor(n / 4) % 6], mode: 'live' },
    severity: severities[Math.floor(n / 24) % 4],
    ...{ start_time: at(0), breaching_since: at(-spread(5)), execution_arn: 'arn', fleet: 'trading' },
  };
  const happened: [EventType, number, Readonly<Record<string, unknown>>][] = [
    ['Rollback opened', 0, opening],
    ['Decided', decided, { decision: 'act', why: [] }],
    ['Fleet taken', decided, { fence: n }],
    ['Step done', acted, { step: 'clear-cache', hosts_done: 3, hosts: 3 }],
    ['Recovery confirmed', acted + spread(13), { version: 'v0', checks: [], hosts_done: 3 }],
    ['Rollback closed', acted + spread(13), { ending: 'Rolled back', problem: null, review_due: at(4320) }],
  ];
  const events = happened.map(([type, minute, detail], i) => {
    const chain = { rollback: `r-${n}`, sequence: i + 1, previous_hash: '', hash: '' };
    return { id: String(i), type, at: at(minute), detail, ...chain } satisfies RollbackEvent;
  });
  const contribution = contributionOf(events);
  if (!contribution) throw new Error('The sample has no ending.');
  return contribution;
}
