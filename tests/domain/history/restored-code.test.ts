import { describe, expect, test } from 'vitest';
import { readRunbooks } from '../../../config/infra.ts';
import { laterPhasesUndone, restoredCodeSentence } from '../../../domain/history/restored-code.ts';
import type { StepRecord } from '../../../domain/history/step-record.ts';
import { restoresOf } from '../../../domain/infra/runbook-steps.ts';

test('names the restored part of the code', () => {
  expect(restoredCodeSentence(['.'])).toBe('the whole tree is restored');
  expect(restoredCodeSentence(['a.py', 'b'])).toBe('only a.py, b are restored');
  expect(restoredCodeSentence(['a.py'])).toBe('only a.py is restored');
  expect(restoredCodeSentence([])).toBe('no code is restored, only flags and state');
});

test('every runbook in infra/ whose target has paths has a step that restores them', () => {
  expect(readRunbooks().map((runbook) => [runbook.phase, restoresOf(runbook).by])).toEqual([
    [1, ['restore-previous-version']],
    [2, ['restore-algorithm']],
    [3, ['restore-integration-layer']],
    [4, []],
  ]);
});

describe('later phases are undone', () => {
  const step = (name: string, verdict: StepRecord['verdict']): StepRecord => ({
    step: name,
    verdict,
    attempts: 1,
    hosts_done: 1,
    hosts_not_sent: 0,
    started_at: '2026-03-02T09:00:00.000Z',
    ended_at: null,
  });
  const undone = (steps: StepRecord[], ending: 'Rolled back' | 'Needs a person' | null, by = ['restore']) =>
    laterPhasesUndone({ also_undone: [3], ending, restores: { paths: ['.'], by }, steps });

  test('yes, once the restore is done on every host, even if a later step fails', () => {
    expect(undone([step('restore', 'done'), step('verify', 'failed')], 'Needs a person')).toBe('yes');
  });

  test('perhaps, if the restore is done on some hosts', () => {
    expect(undone([step('restore', 'failed')], 'Needs a person')).toBe('perhaps');
    expect(undone([step('restore', 'unknown')], 'Needs a person')).toBe('perhaps');
  });

  test('no, if the rollback stopped before the restore', () => {
    expect(undone([step('clear', 'failed')], 'Needs a person')).toBe('no');
  });

  test('not yet, while the rollback runs', () => {
    expect(undone([step('restore', 'running')], null)).toBe('not yet');
    expect(undone([], null)).toBe('not yet');
  });

  test('by the ending, if the restoring step is unknown', () => {
    expect(undone([step('own', 'done')], 'Needs a person', [])).toBe('perhaps');
    expect(undone([step('own', 'done')], 'Rolled back', [])).toBe('yes');
  });
});

test('later phases are undone if the code was found at the target, instead of being restored', () => {
  const begins_at = {
    ...{ step: 'verify', name: 'Verify', operator: null, reason: null, before: [], not_repeated: [] },
    code_at_target: 3,
  };
  const found = { also_undone: [3], ending: null, restores: { paths: ['.'], by: ['restore'] }, steps: [], begins_at };
  expect(laterPhasesUndone(found)).toBe('yes');
});
