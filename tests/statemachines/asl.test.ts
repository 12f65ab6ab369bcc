import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { caughtSentence, expression, invokeState, passing } from '../../statemachines/asl.ts';

/** What Step Functions makes of an expression; $parse is its own function, the rest is JSONata 2.0.6. */
function evaluated(text: string, errorOutput: object) {
  const evaluation = jsonata(text.replace(/^\{% | %\}$/g, ''));
  evaluation.registerFunction('parse', (json: string) => JSON.parse(json));
  return evaluation.evaluate({}, { states: { errorOutput } });
}

describe('a caught error as one sentence', () => {
  test.each([
    [
      'the message a function threw',
      { Error: 'StepFailed', Cause: '{"errorType":"StepFailed","errorMessage":"disk \\"full\\"","trace":[]}' },
      'disk "full"',
    ],
    [
      'a function that timed out, of which JSON is only a part',
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
    ['a message of no words', { Error: 'StepFailed', Cause: '{"errorMessage":""}' }, ''],
    ['a timeout, which has no cause', { Error: 'States.Timeout' }, 'States.Timeout'],
    [
      'a service that says why',
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

test('an expression stands between {% and %}', () => {
  expect(expression('$a')).toBe('{% $a %}');
});

test('what passes by itself is tried again six times, each wait cut to a random part', () => {
  expect(passing).toMatchObject({ MaxAttempts: 6, JitterStrategy: 'FULL', MaxDelaySeconds: 30 });
});

test('a task keeps its own retries before those of what passes by itself', () => {
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
  expect(task.Retry).toEqual([own, passing]);
  expect(task.Arguments).toEqual({ FunctionName: '${A}', Payload: {} });
});
