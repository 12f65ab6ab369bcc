import { describe, expect, test } from 'vitest';
import { againFrom } from '../../../cli/text/next-step.ts';
import type { StepRecord } from '../../../domain/history/step-record.ts';

const step = (name: string, verdict: StepRecord['verdict']): StepRecord => ({
  ...{ step: name, verdict, attempts: 1, hosts_done: 1, hosts_not_sent: 0, ended_at: null },
  started_at: '2026-03-02T09:00:00.000Z',
});
const record = { phase: 1, only_hosts: null, steps: [step('stop-feed', 'done'), step('clear-cache', 'failed')] };

describe('how a fresh rollback begins at the step that failed', () => {
  test('is a command to paste', () => {
    expect(againFrom(record, 'production')[1]).toBe(
      '  npm run rollback -- start --phase 1 --from clear-cache --operator "YOUR NAME" --reason "WHY" --environment production',
    );
  });

  test('names the hosts, if the rollback was of a few', () => {
    expect(againFrom({ ...record, only_hosts: ['host-2', 'host-3'] }, 'local')[1]).toContain(
      '--phase 1 --only-hosts host-2,host-3 --from clear-cache',
    );
  });

  test.each<[string, Partial<Parameters<typeof againFrom>[0]>]>([
    ['no step has begun', { steps: [] }],
    [
      'every step is done and only the recovery was not confirmed',
      { steps: [step('stop-feed', 'done'), step('confirm-recovery', 'failed')] },
    ],
    ['several phases were rolled back', { phases: [4, 3] }],
  ])('is nothing if %s', (_, changes) => expect(againFrom({ ...record, ...changes }, 'local')).toEqual([]));
});
