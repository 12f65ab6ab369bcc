import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { caughtSentence, expression, invokeState, transientErrors } from '../../statemachines/asl.ts';

/** Evaluates an expression like Step Functions, which adds $parse to JSONata 2.0.6. */
function evaluated(text: string, errorOutput: object) {
  const evaluation = jsonata(text.replace(/^\{% | %\}$/g, ''));
  evaluation.registerFunction('parse', (json: string) => JSON.parse(json));
  return evaluation.evaluate({}, { states: { errorOutput } });
}

describe('a caught error as one sentence', () => {
  test.each([
    [
      'the message that a function threw',
      { Error: 'StepFailed', Cause: '{"errorType":"StepFailed","errorMessage":"disk \\"full\\"","trace":[]}' },
      'disk "full"',
    ],
    [
      'a function that timed out, with a Cause that is only partly JSON',
      {
        Error: 'Lambda.Unknown',
        Cause:
          'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"Task timed out after 60.06 seconds"}',
      },
      'Task timed out after 60.06 seconds',
    ],
    [
      'a cause that was cut off after its message',
      { Error: 'StepFailed', Cause: '{"errorType":"StepFailed","errorMessage":"disk full","trace":["StepFa' },
      'disk full',
    ],
    [
      'a cause that was cut off in its message',
      { Error: 'StepFailed', Cause: '{"errorMessage":"disk f' },
      'StepFailed: {"errorMessage":"disk f',
    ],
    ['an empty message', { Error: 'StepFailed', Cause: '{"errorMessage":""}' }, ''],
    ['a timeout, which has no cause', { Error: 'States.Timeout' }, 'States.Timeout'],
    [
      'an error of a service, with its cause',
      { Error: 'Lambda.AWSLambdaException', Cause: 'Role may not' },
      'Lambda.AWSLambdaException: Role may not',
    ],
    [
      'a cause that is JSON without a message',
      { Error: 'Lambda.Unknown', Cause: '{"a":1}' },
      'Lambda.Unknown: {"a":1}',
    ],
  ])('%s', async (_, errorOutput, sentence) => {
    expect(await evaluated(caughtSentence, errorOutput)).toBe(sentence);
  });
});

test('an expression is enclosed in {% and %}', () => {
  expect(expression('$a')).toBe('{% $a %}');
});

test('transient errors are retried six times, and each wait is a random part of its length', () => {
  expect(transientErrors).toMatchObject({ MaxAttempts: 6, JitterStrategy: 'FULL', MaxDelaySeconds: 30 });
});

test('a task’s own retries come before the retries of transient errors', () => {
  const own = { ErrorEquals: ['FleetBusy'], IntervalSeconds: 5, MaxAttempts: 9 };
  const task = invokeState({
    comment: 'x',
    function: 'A',
    payload: {},
    timeoutSeconds: 60,
    retry: [own],
    catch: [],
    next: 'B',
  });
  expect(task.Retry).toEqual([own, transientErrors]);
  expect(task.Arguments).toEqual({ FunctionName: '${A}', Payload: {} });
});
