import type { RollbackEvent } from './event.ts';

export type StepRecord = {
  readonly step: string;
  /** unknown: its execution ended while it ran; the HOST items and the hosts' logs say what it did where. */
  readonly verdict: 'running' | 'done' | 'failed' | 'unknown';
  readonly attempts: number;
  readonly hosts_done: number;
  /** Of the newest attempt: hosts it was not sent to, because too many others had failed. */
  readonly hosts_not_sent: number;
  readonly started_at: string;
  readonly ended_at: string | null;
};

/** The steps after one more event; the same ones where it is about something else. */
export function withSteps(steps: readonly StepRecord[], { type, detail, at }: RollbackEvent): readonly StepRecord[] {
  const step = detail['step'] as string;
  const ended = { hosts_done: detail['hosts_done'] as number, ended_at: at };
  switch (type) {
    case 'Step started':
      return withStep(steps, step, {
        verdict: 'running',
        attempts: detail['attempt'] as number,
        started_at: at,
        ended_at: null,
      });
    case 'Step done':
    case 'Step failed':
      return withStep(steps, step, {
        verdict: type === 'Step done' ? 'done' : 'failed',
        hosts_not_sent: (detail['not_sent'] ?? 0) as number,
        ...ended,
      });
    case 'Execution stopped':
      return withStep(steps, step, {
        verdict: detail['hosts_done'] === detail['hosts'] ? 'done' : 'unknown',
        ...ended,
      });
    case 'Recovery confirmed':
    case 'Recovery not confirmed': {
      const checks = detail['checks'] as string[];
      return steps.map((one) =>
        checks.includes(one.step) ? { ...one, ...lastLook(one, type, detail), ended_at: at } : one,
      );
    }
    case 'Rollback closed':
      return steps.map((one) => (one.verdict === 'running' ? { ...one, verdict: 'unknown', ended_at: at } : one));
    default:
      return steps;
  }
}

/** A check is judged by what it saw itself: hosts at their version are not failed because they are not healthy. */
function lastLook({ step }: StepRecord, type: RollbackEvent['type'], detail: RollbackEvent['detail']) {
  const { good, hosts, hosts_done } = detail as { good?: Record<string, number>; hosts?: number; hosts_done: number };
  const seen = good?.[step] ?? hosts_done;
  const done = type === 'Recovery confirmed' || (good !== undefined && seen === hosts);
  return { verdict: done ? ('done' as const) : ('failed' as const), hosts_done: seen };
}

/** A step keeps the instant of its first attempt; later attempts change the rest. */
function withStep(steps: readonly StepRecord[], step: string, change: Partial<StepRecord>): StepRecord[] {
  const known = steps.find((one) => one.step === step);
  if (known) return steps.map((one) => (one === known ? { ...one, ...change, started_at: one.started_at } : one));
  const fresh = { step, verdict: 'running', attempts: 1, hosts_done: 0, hosts_not_sent: 0, ended_at: null } as const;
  return [...steps, { ...fresh, started_at: '', ...change }];
}
