import { expression, invokeState, type Task } from '../asl.ts';

const closing = {
  'Rolled back': 'Writes the ending, seals the history, releases the fleet.',
  'Rolled back, unverified':
    'Writes the ending, seals the history, releases the fleet. Hosts that could not be reached are rolled back when they return.',
  'Needs a person':
    'Writes the ending and seals the history. Keeps the fleet if a host was touched: a person looks first.',
} as const;

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
    },
    timeoutSeconds: 60,
    catch: [
      {
        ErrorEquals: ['States.ALL'],
        Assign: {
          problem: expression(
            `($problem = null ? 'The rollback came to its end' : $problem) & ' Closing failed: ' & $string($states.errorOutput.Error) & '.'`,
          ),
        },
        Next: 'Page a person',
      },
    ],
    next,
  });
