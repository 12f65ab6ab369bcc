import { describe, expect, test } from 'vitest';
import { output, run } from '../../account.ts';

describe('Pass', () => {
  test('outputs its input', async () => {
    expect(await output({ States: { A: { Type: 'Pass', End: true } } }, { a: 1 })).toEqual({ a: 1 });
  });

  test('outputs its Output instead', async () => {
    expect(
      await output({ States: { A: { Type: 'Pass', Output: { b: '{% $states.input.a %}' }, End: true } } }, { a: 1 }),
    ).toEqual({
      b: 1,
    });
  });

  test('has the events of AWS', async () => {
    const { history } = await run({ States: { A: { Type: 'Pass', Output: 'done', End: true } } }, { a: 1 });
    expect(history).toEqual([
      {
        timestamp: 1767225600,
        type: 'ExecutionStarted',
        id: 1,
        previousEventId: 0,
        executionStartedEventDetails: {
          input: '{"a":1}',
          inputDetails: { truncated: false },
          roleArn: 'arn:aws:iam::000000000000:role/r',
        },
      },
      {
        timestamp: 1767225600,
        type: 'PassStateEntered',
        id: 2,
        previousEventId: 0,
        stateEnteredEventDetails: { name: 'A', input: '{"a":1}', inputDetails: { truncated: false } },
      },
      {
        timestamp: 1767225600,
        type: 'PassStateExited',
        id: 3,
        previousEventId: 2,
        stateExitedEventDetails: { name: 'A', output: '"done"', outputDetails: { truncated: false } },
      },
      {
        timestamp: 1767225600,
        type: 'ExecutionSucceeded',
        id: 4,
        previousEventId: 3,
        executionSucceededEventDetails: { output: '"done"', outputDetails: { truncated: false } },
      },
    ]);
  });
});
