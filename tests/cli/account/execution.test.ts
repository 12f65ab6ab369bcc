import { describe, expect, test } from 'vitest';
import { progressOf } from '../../../cli/account/execution.ts';

const failed = (error: string, errorMessage: string) => ({
  id: 2,
  timestamp: new Date(5000),
  type: 'TaskFailed' as const,
  taskFailedEventDetails: {
    error,
    cause: JSON.stringify({ errorMessage }),
    resource: 'invoke',
    resourceType: 'lambda',
  },
});
const entered = {
  id: 1,
  timestamp: new Date(1000),
  type: 'TaskStateEntered' as const,
  stateEnteredEventDetails: { name: 'Take the fleet' },
};

describe('the progress of an execution', () => {
  test('names each state that is entered', () => {
    expect(progressOf(entered)).toBe('Take the fleet');
  });

  test('gives the reason for a wait', () => {
    expect(progressOf(failed('FleetBusy', 'Fleet trading is held by rollback r-0.'))).toBe(
      '    waits: Fleet trading is held by rollback r-0.',
    );
  });

  test('gives the failure of a step that is tried again as a wait', () => {
    expect(progressOf(failed('StepFailed', 'Clear cache failed on 1 of 3 hosts: host-2 (busy).'), true)).toBe(
      '    waits, tries again: Clear cache not yet on 1 of 3 hosts: host-2 (busy).',
    );
  });

  test('gives the failure of a step that is not tried again', () => {
    expect(progressOf(failed('StepFailed', 'Clear cache failed on 1 of 3 hosts: host-2 (busy).'))).toBe(
      '    failed: Clear cache failed on 1 of 3 hosts: host-2 (busy).',
    );
  });

  test.each(['StillRunning', 'StillDeciding'])('has no line for %s, the error by which a function waits', (error) => {
    expect(progressOf(failed(error, 'Clear cache is still running on some hosts.'))).toBeUndefined();
  });
});
