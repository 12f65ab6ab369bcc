import type { RollbackEvent } from './event.ts';

/** One step of a rollback in its RECORD. */
export type StepRecord = {
  readonly step: string;
  /** unknown: the execution ended while the step ran; the HOST items and the hosts' logs show its effect on each host. */
  readonly verdict: 'running' | 'done' | 'failed' | 'unknown';
  readonly attempts: number;
  readonly hosts_done: number;
  /** Hosts to which the newest attempt was not sent, because too many others had failed. */
  readonly hosts_not_sent: number;
  readonly started_at: string;
  readonly ended_at: string | null;
};

/** Applies an event to the steps of a record. Returns the same list if the event is not about a step. */
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
        checks.includes(one.step) ? { ...one, ...checkResult(one, type, detail), ended_at: at } : one,
      );
    }
    case 'Rollback closed':
      return steps.map((one) => (one.verdict === 'running' ? { ...one, verdict: 'unknown', ended_at: at } : one));
    default:
      return steps;
  }
}

/** Judges each check by its own result: the version check has not failed if only the health check has. */
function checkResult({ step }: StepRecord, type: RollbackEvent['type'], detail: RollbackEvent['detail']) {
  const { good, hosts, hosts_done } = detail as { good?: Record<string, number>; hosts?: number; hosts_done: number };
  const passed = good?.[step] ?? hosts_done;
  const done = type === 'Recovery confirmed' || (good !== undefined && passed === hosts);
  return { verdict: done ? ('done' as const) : ('failed' as const), hosts_done: passed };
}

/** Adds or changes a step. It keeps the start of its first attempt; later attempts change the other fields. */
function withStep(steps: readonly StepRecord[], step: string, change: Partial<StepRecord>): StepRecord[] {
  const known = steps.find((one) => one.step === step);
  if (known) return steps.map((one) => (one === known ? { ...one, ...change, started_at: one.started_at } : one));
  const fresh = { step, verdict: 'running', attempts: 1, hosts_done: 0, hosts_not_sent: 0, ended_at: null } as const;
  return [...steps, { ...fresh, started_at: '', ...change }];
}
