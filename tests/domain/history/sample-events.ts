import {
  type Chain,
  chainAfter,
  chained,
  type EventType,
  emptyChain,
  type RollbackEvent,
} from '../../../domain/history/event.ts';

/** An event's type, its minutes and seconds after nine o'clock, and its detail. */
export type SampleEvent = [EventType, string, Readonly<Record<string, unknown>>];

/** Returns sample events as the hash chain of rollback r-1. */
export function chainOf(...samples: SampleEvent[]): RollbackEvent[] {
  let end: Chain = emptyChain;
  return samples.map(([type, at, detail], i) => {
    const event = chained('r-1', end, { id: `e-${i}`, type, at: `2026-03-02T09:${at}.000Z`, detail });
    end = chainAfter(event);
    return event;
  });
}

export const opened: SampleEvent = [
  'Rollback opened',
  '00:00',
  {
    phase: 1,
    phase_name: 'Databento Client',
    trigger: 'manual',
    start_time: '2026-03-02T09:00:00.000Z',
    execution_arn: 'arn:x:r-1',
    target_version: 'v1',
    fleet: 'trading',
    severity: 'HIGH',
    reason: 'bad fills',
    operator: 'ana',
    mode: 'live',
  },
];
export const frozen: SampleEvent = ['Hosts frozen', '00:01', { hosts: 3, not_online: ['host-4'] }];
export const taken: SampleEvent = ['Fleet taken', '00:02', { fence: 7 }];
export const started = (attempt: number, at: string): SampleEvent => [
  'Step started',
  at,
  { step: 'clear-cache', attempt, hosts: 3 },
];
export const ended = (type: 'Step done' | 'Step failed', at: string, hosts_done: number): SampleEvent => [
  type,
  at,
  { step: 'clear-cache', hosts_done, hosts: 3 },
];
export const checkStarted: SampleEvent = ['Step started', '02:00', { step: 'confirm-recovery', attempt: 1, hosts: 3 }];
export const confirmed: SampleEvent = [
  'Recovery confirmed',
  '02:10',
  { checks: ['confirm-recovery'], version: 'v1', hosts_done: 3 },
];
export const unconfirmed: SampleEvent = [
  'Recovery not confirmed',
  '02:10',
  { checks: ['confirm-recovery'], version: 'v1', hosts_done: 2 },
];
export const closed: SampleEvent = ['Rollback closed', '02:20', { ending: 'Rolled back', problem: null }];
export const sealed: SampleEvent = ['Sealed', '02:20', { count: 8, head: 'x', ending: 'Rolled back' }];
export const released: SampleEvent = ['Fleet released', '30:00', { operator: 'bo', reason: 'host-2 mended', fence: 7 }];

/** A CRITICAL rollback that an alarm started, and that acts without an answer of a person. */
export const openedByAlarm: SampleEvent = [
  'Rollback opened',
  '00:00',
  {
    ...opened[2],
    trigger: 'data_corruption',
    severity: 'CRITICAL',
    operator: null,
    alarm: { name: 'rollback-test-phase-1-data_corruption', changed_at: '2026-03-02T09:00:00.000Z', state: 'ALARM' },
  },
];
export const actsAtOnce: SampleEvent = ['Decided', '00:00', { decision: 'act', why: ['CRITICAL is rolled back.'] }];
/** It ends, and must be reviewed within 72 hours. */
export const closedForReview: SampleEvent = [
  'Rollback closed',
  '02:20',
  { ending: 'Rolled back', problem: null, review_due: '2026-03-05T09:02:20.000Z' },
];
export const reviewed = (operator: string, by = 'arn:review:1'): SampleEvent => [
  'Reviewed',
  '40:00',
  { verdict: 'right', operator, reason: 'rows were corrupt', by },
];
export const verified = (by: string, principal: string): SampleEvent => [
  'Principal verified',
  '41:00',
  { by, principal },
];
