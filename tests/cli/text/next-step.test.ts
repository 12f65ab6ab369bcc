import { describe, expect, test } from 'vitest';
import { againFrom } from '../../../cli/text/next-step.ts';
import type { StepRecord } from '../../../domain/history/step-record.ts';

const step = (name: string, verdict: StepRecord['verdict']): StepRecord => ({
  ...{ step: name, verdict, attempts: 1, hosts_done: 1, hosts_not_sent: 0, ended_at: null },
  started_at: '2026-03-02T09:00:00.000Z',
});
const nobody = { left_out: [], hosts_not_online: [] };
const record = {
  phase: 1,
  only_hosts: null,
  ...nobody,
  steps: [step('stop-feed', 'done'), step('clear-cache', 'failed')],
};

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
  ])('is nothing if %s', (_, changes) => expect(againFrom({ ...record, ...changes }, 'local')).toEqual([]));

  const start = (options: string, index: number, all: readonly string[]) =>
    `  npm run rollback -- start ${options} --operator "YOUR NAME"${index < all.length - 1 ? ' --no-wait' : ''}`;
  test.each([
    ['no phase is done', ['phase-4-clear-state'], ['--before 1']],
    ['the last one failed', ['phase-4-clear-state', 'phase-2-x', 'phase-1-verify'], ['--phase 1']],
    ['the second failed', ['phase-4-clear-state', 'phase-2-x'], ['--phase 2', '--phase 1']],
    ['only the recovery was not confirmed', ['phase-1-x', 'phase-4-confirm-recovery', 'confirm-health'], ['--phase 1']],
    ['no step has begun', [], ['--before 1']],
  ])('of several phases is a start of each that is left: %s', (_, ids, options) => {
    const steps = ids.map((id, at) => step(id, at === ids.length - 1 ? 'failed' : 'done'));
    const [, ...commands] = againFrom({ ...record, phases: [4, 2, 1], steps }, 'local');
    expect(commands).toEqual(options.map(start));
  });

  const said = { operator: 'bo', reason: 'its disk', at: '2026-03-02T09:05:00.000Z' };
  const host2 = { host: 'host-2', ...said };
  const skipped = { step: 'phase-4-clear-state', ...said };
  test.each<[string, Partial<Parameters<typeof againFrom>[0]>, string[]]>([
    [
      'a phase that a left-out host has not done',
      { left_out: [host2] },
      ['--phase 4 --only-hosts host-2', '--phase 2', '--phase 1'],
    ],
    [
      'a phase that a host has not done, because it was away',
      { hosts_not_online: ['host-3'] },
      ['--phase 4 --only-hosts host-3', '--phase 2', '--phase 1'],
    ],
    ['a phase of which a step was skipped', { left_out: [skipped] }, ['--before 1']],
    ['a skipped step, for the left-out host too', { left_out: [skipped, host2] }, ['--before 1']],
  ])('includes %s', (_, changes, options) => {
    const steps = [step('phase-4-clear-state', 'done'), step('phase-2-x', 'failed')];
    const [, ...commands] = againFrom({ ...record, phases: [4, 2, 1], steps, ...changes }, 'local');
    expect(commands).toEqual(options.map(start));
  });
});
