import { describe, expect, test } from 'vitest';
import { skippedSteps, startCommandsForSkipped } from '../../../domain/history/skipped-steps.ts';

const skip = (step: string) => ({ step, operator: 'bo', reason: 'later', at: '2026-03-02T09:00:00.000Z' });

describe('the steps that people skipped', () => {
  test.each([
    [
      'are none if hosts were left out',
      { phase: 3, left_out: [{ host: 'host-2', operator: 'bo', reason: '', at: '' }] },
      [],
    ],
    [
      'are the first one: a rollback that begins there does the others',
      { phase: 3, left_out: [skip('reset-configuration'), skip('resume-operations')] },
      [{ phase: 3, step: 'reset-configuration' }],
    ],
    [
      'are one per phase of several, the latest first',
      { phase: 3, phases: [4, 3], left_out: [skip('phase-4-clear-state'), skip('phase-3-reset-configuration')] },
      [
        { phase: 4, step: 'clear-state' },
        { phase: 3, step: 'reset-configuration' },
      ],
    ],
  ])('%s', (_, record, expected) => expect(skippedSteps(record)).toEqual(expected));

  test('are done by a start that begins there', () => {
    const skipped = [
      { phase: 4, step: 'clear-state' },
      { phase: 3, step: 'reset-configuration' },
    ];
    expect(startCommandsForSkipped(skipped, ' --environment production')).toEqual([
      'npm run rollback -- start --phase 4 --from clear-state --operator "YOUR NAME" --reason "WHY" --no-wait --environment production',
      'npm run rollback -- start --phase 3 --from reset-configuration --operator "YOUR NAME" --reason "WHY" --environment production',
    ]);
  });
});
