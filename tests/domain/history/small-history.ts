import { chained, endOf, type Happened, type RollbackEvent } from '../../../domain/history/event.ts';
import {
  type ExportedRollback,
  exportText,
  linksExportKey,
  rollbackExportKey,
  type SealedLink,
} from '../../../domain/history/export.ts';
import type { HostItem } from '../../../domain/history/host-integrity.ts';
import {
  emptyMonth,
  type Followed,
  type Link,
  type LinkContent,
  linked,
  linkOf,
  monthEndAfter,
} from '../../../domain/history/link.ts';
import type { ListedItem } from '../../../domain/history/listed-item.ts';
import type { ListedMonths } from '../../../domain/history/listed-months.ts';
import { type RollbackRecord, recordOf } from '../../../domain/history/record.ts';
import { facetAttribute, indexAttributes, indexFormat } from '../../../domain/history/record-index.ts';
import type { ExecutionEvidence, RollbackEvidence } from '../../../domain/history/verify.ts';
import type { BrakesEvidence } from '../../../domain/history/verify-brakes.ts';
import { type HistorySource, type Report, verifyHistory } from '../../../domain/history/verify-history.ts';
import { type KeptVerdict, reportsHash } from '../../../domain/host/host-reports.ts';
import { type Key, recordKey } from '../../../domain/tables.ts';

/** One rollback as the history table holds it, and its execution as Step Functions does. */
export type HeldRollback = {
  events: RollbackEvent[];
  record: RollbackRecord | undefined;
  index: RollbackEvidence['index'];
  hosts: KeptVerdict[];
  hostItems?: readonly HostItem[];
  strange?: readonly Key[];
  execution: ExecutionEvidence;
  waiting: number;
};

/** A history in memory, open to any forging. Each exported key has its versions, oldest first; null: a delete marker. */
export type SmallHistory = {
  rollbacks: Map<string, HeldRollback>;
  months: Map<string, Link[]>;
  /** Links in months that the list of months does not name. */
  unlisted?: Map<string, Link[]>;
  /** Months that the list names without links. */
  empty?: string[];
  /** The items under CHAIN#first; absent: the one that the product writes. */
  first?: ListedMonths['first'];
  /** Items that are no part of a rollback above. */
  items?: Record<string, unknown>[];
  exports: Map<string, (string | null)[]>;
  executions: Map<string, ExecutionEvidence>;
  brakes?: BrakesEvidence;
};

const at = (day: string, minute: number) => `2026-${day}T09:${String(minute).padStart(2, '0')}:00.000Z`;
const execution = (id: string) => `arn:aws:states:us-east-1:000000000000:execution:rollback-test-phase-1:${id}`;

const report = (host: string): KeptVerdict => ({
  step: 'clear-cache',
  instance_id: `i-${host}`,
  name: host,
  verdict: 'done',
  reason: null,
  report: { moved: 3 },
  command_id: 'c-1',
});
export const reports = [report('host-1'), report('host-2')];

/** The chain of a rollback that asked a person, acted on two hosts, ended, was released, annotated and sealed again. */
export function eventsOf(id: string, day: string): RollbackEvent[] {
  const events: RollbackEvent[] = [];
  const add = (type: Happened['type'], detail: Happened['detail']) => {
    const one = { id: `e-${events.length}`, type, at: at(day, events.length), detail };
    events.push(chained(id, endOf(events), one));
  };
  const seal = () => add('Sealed', { ...endOf(events), ending: 'Needs a person' });
  add('Rollback opened', {
    ...{ phase: 1, phase_name: 'Databento Client', trigger: 'manual', start_time: at(day, 0), fleet: 'trading' },
    ...{ execution_arn: execution(id), severity: 'HIGH', reason: 'bad fills', operator: 'ana', mode: 'live' },
    index_format: indexFormat,
  });
  add('Question asked', {
    number: 1,
    kind: 'confirm',
    why: ['HIGH asks'],
    asked_at: at(day, 1),
    deadline: at(day, 16),
  });
  add('Answer given', {
    number: 1,
    answer: 'rollback',
    operator: 'bo',
    reason: 'confirmed',
    at: at(day, 2),
    by: 'arn:d',
  });
  add('Question settled', { number: 1, outcome: 'rollback', by: 'bo' });
  add('Fleet taken', { fence: 7 });
  add('Step started', { step: 'clear-cache', attempt: 1, hosts: 2 });
  add('Step done', { step: 'clear-cache', hosts_done: 2, hosts: 2, reports: { 'clear-cache': reportsHash(reports) } });
  add('Rollback closed', { ending: 'Needs a person', problem: 'recovery was not confirmed' });
  seal();
  add('Fleet released', { operator: 'cy', reason: 'host-2 mended', fence: 7 });
  seal();
  add('Annotated', { root_cause: 'memory leak', prevention_measures: ['alarm'], operator: 'ana', by: 'arn:a' });
  seal();
  return events;
}

export function held(events: RollbackEvent[], status = 'FAILED'): HeldRollback {
  const record = recordOf(events);
  const seal = events.find(({ type }) => type === 'Sealed') ?? events.at(-1);
  return {
    events,
    record,
    index: indexAttributes(record),
    hosts: [...reports],
    execution: { state: 'kept', status, witness: seal && { count: seal.sequence, head: seal.hash } },
    waiting: 0,
  };
}

/** The links of a rollback in the order of its events. */
const linksFor = (events: readonly RollbackEvent[]): LinkContent[] =>
  events.flatMap(({ type, rollback, sequence: count, hash: head }) => {
    if (type === 'Rollback opened') return [linkOf('opened', rollback, { count, head })];
    return type === 'Sealed' ? [linkOf('sealed', rollback, { count, head })] : [];
  });

/** Chains contents as the links of consecutive months. */
export function chainedMonths(contents: ReadonlyMap<string, readonly LinkContent[]>): Map<string, Link[]> {
  const months = new Map<string, Link[]>();
  let end: Followed;
  for (const [month, all] of contents) {
    let here = emptyMonth(month, end?.hash);
    const links = all.map((content) => {
      const link = linked(here, content, { at: `${month}-20T09:00:00.000Z` });
      here = monthEndAfter(link);
      return link;
    });
    months.set(month, links);
    end = here;
  }
  return months;
}

export function exportsOf(months: ReadonlyMap<string, readonly Link[]>, rollbacks: SmallHistory['rollbacks']) {
  const exports: SmallHistory['exports'] = new Map();
  for (const links of months.values()) {
    for (const link of links.filter((one): one is SealedLink => one.kind === 'sealed')) {
      const one = rollbacks.get(link.rollback);
      const events = one?.events.slice(0, link.count) ?? [];
      const content: ExportedRollback = {
        format: 1,
        ...{ link, events, record: recordOf(events), hosts: one?.hosts ?? [], decisions: [] },
      };
      exports.set(rollbackExportKey(link), [exportText(content)]);
    }
    // Two objects per month, as Reconcile writes one per run.
    for (const some of [links.slice(0, 3), links.slice(3)].filter(({ length }) => length > 0))
      exports.set(linksExportKey(some), [exportText({ format: 1, links: some })]);
  }
  return exports;
}

export const now = Date.parse('2026-12-28T00:00:00Z');

/** Two rollbacks in November, one in December; all exported, and all kept by Step Functions. Each call returns a copy. */
export const smallHistory = (): SmallHistory => ({
  rollbacks: new Map([...original.rollbacks].map(([id, one]) => [id, { ...one, hosts: [...one.hosts] }])),
  months: new Map(original.months),
  exports: new Map([...original.exports].map(([key, versions]) => [key, [...versions]])),
  executions: new Map(original.executions),
});

function made(): SmallHistory {
  const rollbacks = new Map<string, HeldRollback>();
  for (const [id, day] of [
    ['a', '11-20'],
    ['b', '11-21'],
    ['c', '12-20'],
  ] as const)
    rollbacks.set(id, held(eventsOf(id, day)));
  return rebuilt(rollbacks);
}

/** Returns a history whose links and exports are made from these rollbacks: what somebody who may write all of it can do. */
export function rebuilt(rollbacks: SmallHistory['rollbacks']): SmallHistory {
  const of = (month: string) =>
    [...rollbacks.values()]
      .filter(({ record }) => record?.start_time.startsWith(month))
      .flatMap(({ events }) => linksFor(events));
  const closed: LinkContent = { kind: 'month closed' };
  const months = chainedMonths(
    new Map([
      ['2026-11', [...of('2026-11'), closed]],
      ['2026-12', of('2026-12')],
    ]),
  );
  const executions = new Map([...rollbacks].map(([id, { execution }]) => [id, execution]));
  return { rollbacks, months, exports: exportsOf(months, rollbacks), executions };
}

const original = made();

const none: HeldRollback = {
  events: [],
  record: undefined,
  index: {},
  hosts: [],
  execution: { state: 'not read' },
  waiting: 0,
};

/** The items that may be in an index: RECORDs, HOST items, and what somebody added. */
const itemsOf = ({ rollbacks, items = [] }: SmallHistory): Record<string, unknown>[] => [
  ...[...rollbacks].flatMap(([id, { record, index, hostItems = [] }]) => [
    ...(record ? [{ ...recordKey(id), ...index }] : []),
    ...hostItems,
  ]),
  ...items,
];

export function sourceOf(history: SmallHistory): HistorySource {
  const { rollbacks, months, unlisted, exports, executions } = history;
  return {
    isExport: false,
    months: async () => [...months.keys(), ...(history.empty ?? [])].toSorted(),
    first: async () =>
      history.first ??
      [...months.keys()]
        .toSorted()
        .map((month) => ({ sk: '00000001', content: { month } }))
        .slice(0, 1),
    async *links(month) {
      yield* months.get(month) ?? [];
    },
    hasLinks: async (month) => (unlisted?.get(month) ?? months.get(month) ?? []).length > 0,
    read: async (rollback) => ({ rollback, ...(rollbacks.get(rollback) ?? none) }),
    brakes: async () => history.brakes ?? { events: [], held: null, executions: new Map() },
    settles: async () => false,
    async *listed({ facet, value }) {
      for (const item of itemsOf(history))
        if (item[facetAttribute(facet)] === value) yield item as unknown as ListedItem;
    },
    async *exported() {
      for (const [key, versions] of exports) yield* versions.map((one) => ({ key, deleted: one === null }));
    },
    exportedText: async (key) => exports.get(key)?.at(-1) ?? '',
    waiting: async () => [...rollbacks].flatMap(([id, { waiting }]) => (waiting > 0 ? [id] : [])),
    async *executions() {
      for (const [rollback, one] of executions)
        yield { rollback, witness: async () => (one.state === 'kept' ? one.witness : undefined) };
    },
  };
}

export const verified = (history: SmallHistory, only?: string): Promise<Report> =>
  verifyHistory(sourceOf(history), {
    ...(only === undefined ? {} : { only }),
    now,
    progress: () => {},
    stopped: () => false,
  });
