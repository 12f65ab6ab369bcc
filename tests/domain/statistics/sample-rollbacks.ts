import { chained, type EventType, emptyChain, endOf, type RollbackEvent } from '../../../domain/history/event.ts';

/** A rollback for statistics: what a test says, and the rest as usual. Minutes are counted from its start. */
export type Sample = {
  readonly id: string;
  readonly start: string;
  readonly phase?: number;
  readonly trigger?: string;
  readonly severity?: string;
  readonly mode?: string;
  readonly ending?: string | null;
  /** Minutes from its start until it took the fleet; null: it never did. */
  readonly took?: number | null;
  readonly ended?: number;
  readonly deployed_at?: string | null;
  readonly breaching?: number;
  readonly review_due?: string;
  readonly afterwards?: readonly (readonly [EventType, number, Readonly<Record<string, unknown>>])[];
};

/** Returns the events of a sample, as a chain. */
export function eventsOf(sample: Sample): RollbackEvent[] {
  const { id, start, took = 2, ended = 10, ending = 'Rolled back', deployed_at = null, afterwards = [] } = sample;
  const at = (minute: number) => new Date(Date.parse(start) + minute * 60_000).toISOString();
  const events: RollbackEvent[] = [];
  const add = (type: EventType, minute: number, detail: Readonly<Record<string, unknown>>) =>
    events.push(
      chained(id, events.length > 0 ? endOf(events) : emptyChain, {
        id: `${type}/${events.length}`,
        type,
        at: at(minute),
        detail,
      }),
    );
  add('Rollback opened', 0.1, {
    phase: sample.phase ?? 1,
    phase_name: 'Databento Client',
    trigger: sample.trigger ?? 'data_corruption',
    start_time: at(0),
    severity: sample.severity ?? 'CRITICAL',
    mode: sample.mode ?? 'live',
    execution_arn: `arn:${id}`,
    fleet: 'trading',
    ...(sample.breaching === undefined ? {} : { breaching_since: at(-sample.breaching) }),
  });
  add('Hosts frozen', 0.1, {
    hosts: 3,
    not_online: [],
    deployment: deployed_at === null ? null : { version: 'v1', at: deployed_at },
  });
  add('Decided', 1, { decision: 'act', why: [] });
  if (took !== null) {
    add('Fleet taken', took, { fence: 1 });
    add('Step started', took, { step: 'clear-cache', attempt: 1, hosts: 3 });
    add('Step done', ended - 3, { step: 'clear-cache', hosts_done: 3, hosts: 3 });
    if (ending === 'Rolled back') add('Recovery confirmed', ended - 1, { version: 'v0', checks: [], hosts_done: 3 });
  }
  if (ending !== null)
    add('Rollback closed', ended, {
      ending,
      problem: null,
      ...(sample.review_due ? { review_due: sample.review_due } : {}),
    });
  for (const [type, minute, detail] of afterwards) add(type, minute, detail);
  return events;
}

export const annotated = (falsePositive: boolean, minute = 100) =>
  ['Annotated', minute, { false_positive: falsePositive, operator: 'ana', by: `arn:annotate:${minute}` }] as const;
export const reviewed = (verdict: 'right' | 'wrong', minute = 100) =>
  ['Reviewed', minute, { verdict, operator: 'bo', reason: 'looked', by: 'arn:review:1' }] as const;
