import { describe, expect, test } from 'vitest';
import { decisionOn, execution, machine } from './policy.ts';

describe('the approver', () => {
  const starts = (name: string) => decisionOn('approver', 'states:StartExecution', machine(name));

  test('starts the machine that takes answers', () => {
    expect(starts('decide')).toBe('allowed');
  });

  test.each(['annotate', 'review'])('starts %s', (name) => {
    expect(starts(name)).toBe('allowed');
  });

  test.each(['phase-1', 'phase-4', 'release', 'look', 'record-deployment', 'decide-more', 'review-more'])(
    'does not start %s',
    (name) => {
      expect(starts(name)).not.toBe('allowed');
    },
  );

  test('stops nothing', () => {
    for (const name of ['phase-1', 'decide'])
      expect(decisionOn('approver', 'states:StopExecution', execution(name))).not.toBe('allowed');
  });
});
