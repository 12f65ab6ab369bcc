import { chained, emptyChain, endOf, firstBreak, type RollbackEvent } from '../domain/history/event.ts';
import { linksExportKey, rollbackExportKey, type SealedLink } from '../domain/history/export.ts';
import { emptyMonth, type Link, type LinkContent, linked, linkOf, monthEndAfter } from '../domain/history/link.ts';
import { recordOf } from '../domain/history/record.ts';
import { indexAttributes } from '../domain/history/record-index.ts';
import { type HistorySource, verifyHistory } from '../domain/history/verify-history.ts';
import { recordKey } from '../domain/tables.ts';
import type { Figure } from './figure.ts';

const mostEvents = 1000;
const mostRollbacks = 100_000;

/** Measures the verification of the history in processor seconds, without a request: a long chain, and many rollbacks' links. */
export async function verifiedHistory(): Promise<Figure[]> {
  const long = chain('r-1', mostEvents);
  const many = manyRollbacks();
  return [
    {
      name: `chain of ${mostEvents} events verified`,
      value: await processorSeconds(async () => firstBreak(long)),
      unit: 's',
      most: 1,
    },
    {
      name: `links of ${mostRollbacks} rollbacks verified`,
      value: await processorSeconds(async () => {
        const { breaks, checked } = await verifyHistory(many, {
          now: Date.parse('2026-03-02T12:00:00Z'),
          progress: () => {},
          stopped: () => false,
        });
        if (breaks > 0 || checked.rollbacks !== mostRollbacks)
          throw new Error(
            `Expected ${mostRollbacks} rollbacks without a break; found ${breaks} in ${checked.rollbacks}.`,
          );
      }),
      unit: 's',
      most: 60,
    },
  ];
}

async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 10_000) / 100;
}

const at = '2026-03-02T09:00:00.000Z';
const opening = (id: string) => ({
  ...{ phase: 1, phase_name: 'x', trigger: 'manual', start_time: at, fleet: 'trading', severity: 'HIGH' },
  ...{ execution_arn: `arn:x:${id}`, reason: null, operator: 'ana', mode: 'live' },
});

/** An opening, steps, a closing and a seal: `count` events in all. */
function chain(id: string, count: number): RollbackEvent[] {
  const first = { id: 'open', type: 'Rollback opened', at, detail: opening(id) } as const;
  const events = [chained(id, emptyChain, first)];
  const add = (type: RollbackEvent['type'], detail: RollbackEvent['detail']) =>
    events.push(chained(id, endOf(events), { id: `e-${events.length}`, type, at, detail }));
  while (events.length < count - 2) add('Limit at risk', { says: 'x' });
  if (count > 2) add('Rollback closed', { ending: 'Needs a person', problem: 'x' });
  if (count > 1) add('Sealed', { ...endOf(events), ending: 'Needs a person' });
  return events;
}

/** Rollbacks of three events, made when they are read, so that their making counts too. */
function manyRollbacks(): HistorySource {
  const ids = Array.from({ length: mostRollbacks }, (_, i) => `rollback-${i}`);
  const links: Link[] = [];
  let end = emptyMonth('2026-03');
  const link = (content: LinkContent) => {
    const made = linked(end, content, { at });
    end = monthEndAfter(made);
    links.push(made);
  };
  for (const id of ids) {
    const [first, , seal] = chain(id, 3);
    if (first) link(linkOf('opened', id, { count: 1, head: first.hash }));
    if (seal) link(linkOf('sealed', id, { count: 3, head: seal.hash }));
  }
  const sealed = links.filter((one): one is SealedLink => one.kind === 'sealed');
  const keys = [...sealed.map(rollbackExportKey), linksExportKey(links)];
  return {
    isExport: false,
    months: async () => ['2026-03'],
    first: async () => [{ sk: '00000001', content: { month: '2026-03' } }],
    async *links() {
      yield* links;
    },
    hasLinks: async (month) => month === '2026-03',
    brakes: async () => ({ events: [], held: null, executions: new Map() }),
    read: async (rollback) => {
      const events = chain(rollback, 3);
      const record = recordOf(events);
      const hosts = [] as const;
      return {
        rollback,
        events,
        record,
        index: indexAttributes(record),
        hosts,
        execution: { state: 'not read' },
        waiting: 0,
      };
    },
    async *listed() {
      for (const id of ids) yield { ...recordKey(id), started: id };
    },
    async *exported() {
      for (const key of keys) yield { key, deleted: false };
    },
    exportedText: async () => '',
    waiting: async () => [],
    async *executions() {},
    settles: async () => false,
  };
}
