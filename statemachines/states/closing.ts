import { expression, invokeState, type Task, transientErrors } from '../asl.ts';
import { rollbackOver } from './failed-task.ts';

const closing = {
  'Rolled back': 'Writes the ending, seals the history, releases the fleet.',
  'Rolled back, unverified':
    'Writes the ending, seals the history, releases the fleet. Unreachable hosts are rolled back when they return.',
  'Needs a person':
    'Writes the ending and seals the history. Keeps the fleet if a host was touched, because a person must check first.',
} as const;

/**
 * The ending is stored. What follows from it, such as the release of the fleet, is tried again; after that people get the
 * message of the ending, and Reconcile does the rest.
 */
const unfinished = { ...transientErrors, ErrorEquals: ['ClosingUnfinished'] };

export const closeRollbackState = (ending: keyof typeof closing, next: string): Task =>
  invokeState({
    comment: closing[ending],
    function: 'CloseRollback',
    payload: {
      rollback: expression('$rollback'),
      fence: expression('$fence'),
      ending,
      problem: expression('$problem'),
      unsent: expression('$unsent'),
      ...(ending === 'Needs a person' ? { reopens: expression('$reopens') } : {}),
    },
    timeoutSeconds: 60,
    ...(ending === 'Needs a person' ? {} : { retry: [unfinished] }),
    catch: [
      rollbackOver,
      ...(ending === 'Needs a person'
        ? []
        : [{ ErrorEquals: unfinished.ErrorEquals, Assign: { problem: null }, Next: next }]),
      {
        ErrorEquals: ['States.ALL'],
        Assign: {
          problem: expression(
            `($problem = null ? 'The rollback reached its end.' : $problem) & ' Closing it failed: ' & $string($states.errorOutput.Error) & '.'`,
          ),
        },
        Next: 'Page a person',
      },
    ],
    next,
  });
