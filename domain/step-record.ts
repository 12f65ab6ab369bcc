import type { RollbackEvent } from './event.ts';

export type StepRecord = {
  readonly step: string;
  /** unknown: its execution ended while it ran; the HOST items and the hosts' logs say what it did where. */
  readonly verdict: 'running' | 'done' | 'failed' | 'unknown';
  readonly attempts: number;
  readonly hosts_done: number;
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
      return withStep(steps, step, { verdict: 'done', ...ended });
    case 'Step failed':
      return withStep(steps, step, { verdict: 'failed', ...ended });
    case 'Execution stopped':
      return withStep(steps, step, {
        verdict: detail['hosts_done'] === detail['hosts'] ? 'done' : 'unknown',
        ...ended,
      });
    case 'Recovery confirmed':
    case 'Recovery not confirmed': {
      const verdict = type === 'Recovery confirmed' ? 'done' : 'failed';
      const checks = detail['checks'] as string[];
      return steps.map((one) => (checks.includes(one.step) ? { ...one, verdict, ...ended } : one));
    }
    case 'Rollback closed':
      return steps.map((one) => (one.verdict === 'running' ? { ...one, verdict: 'unknown', ended_at: at } : one));
    default:
      return steps;
  }
}

/** A step keeps the instant of its first attempt; later attempts change the rest. */
function withStep(steps: readonly StepRecord[], step: string, change: Partial<StepRecord>): StepRecord[] {
  const known = steps.find((one) => one.step === step);
  if (known) return steps.map((one) => (one === known ? { ...one, ...change, started_at: one.started_at } : one));
  const fresh: StepRecord = { step, verdict: 'running', attempts: 1, hosts_done: 0, started_at: '', ended_at: null };
  return [...steps, { ...fresh, ...change }];
}
