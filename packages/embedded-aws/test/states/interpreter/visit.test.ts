import { describe, expect, test } from 'vitest';
import { output, run, types, WORK } from '../account.ts';

describe('variables', () => {
  test('all expressions of a state see the values from before the state', async () => {
    const States = {
      First: { Type: 'Pass', Assign: { x: 1, y: 10 }, Next: 'Second' },
      Second: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% [$x, $y] %}', Next: 'Third' },
      Third: { Type: 'Pass', Output: { before: '{% $states.input %}', after: '{% [$x, $y] %}' }, End: true },
    };
    expect(await output({ States })).toEqual({ before: [1, 10], after: [10, 1] });
  });

  test('a variable keeps its value until it is assigned again', async () => {
    const States = {
      First: { Type: 'Pass', Assign: { x: { deep: [1] } }, Next: 'Second' },
      Second: { Type: 'Pass', Output: 'other', Next: 'Third' },
      Third: { Type: 'Pass', Output: '{% $x.deep[0] %}', End: true },
    };
    expect(await output({ States })).toBe(1);
  });

  test('an array of one item stays an array', async () => {
    const States = {
      First: { Type: 'Pass', Assign: { hosts: '{% [$states.input.hosts] %}' }, Next: 'Second' },
      Second: { Type: 'Pass', Output: { hosts: '{% $hosts %}' }, End: true },
    };
    expect(await output({ States }, { hosts: ['host-1'] })).toEqual({ hosts: ['host-1'] });
  });

  test('a variable hides a function of the same name', async () => {
    const States = {
      First: { Type: 'Pass', Assign: { hash: 'abc' }, Next: 'Second' },
      Second: { Type: 'Pass', Output: '{% $hash %}', End: true },
    };
    expect(await output({ States })).toBe('abc');
  });

  test('the exit event has the assigned variables', async () => {
    const { history } = await run({ States: { A: { Type: 'Pass', Assign: { x: { a: 1 } }, End: true } } });
    expect(history[2]?.stateExitedEventDetails?.assignedVariables).toEqual({ x: '{"a":1}' });
  });
});

describe('an expression without a result', () => {
  const failing = { States: { Look: { Type: 'Pass', Output: { v: '{% $states.input.absent %}' }, End: true } } };

  test('fails the state with States.QueryEvaluationError and AWS’s cause', async () => {
    expect((await run(failing)).ending).toEqual({
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'Look' (entered at the event id #2). The JSONata expression " +
        "'$states.input.absent' specified for the field 'Output/v' returned nothing (undefined).",
    });
  });

  test('is an EvaluationFailed event with the location of the field', async () => {
    const execution = await run(failing);
    expect(types(execution)).toEqual(['ExecutionStarted', 'PassStateEntered', 'EvaluationFailed', 'ExecutionFailed']);
    expect(execution.history[2]?.evaluationFailedEventDetails).toMatchObject({ state: 'Look', location: 'Output/v' });
  });

  test('inside another expression only drops its key', async () => {
    const States = { A: { Type: 'Pass', Output: "{% {'a': 1, 'b': $states.input.absent} %}", End: true } };
    expect(await output({ States })).toEqual({ a: 1 });
  });

  test('can be an unassigned variable', async () => {
    const { ending } = await run({ States: { A: { Type: 'Pass', Output: '{% $never %}', End: true } } });
    expect(ending.error).toBe('States.QueryEvaluationError');
  });

  test('does not include null, which is a value', async () => {
    expect(await output({ States: { A: { Type: 'Pass', Output: '{% null %}', End: true } } })).toBeNull();
  });

  test('a function as result fails the state, because it is not JSON', async () => {
    const { ending } = await run({ States: { A: { Type: 'Pass', Output: '{% $sum %}', End: true } } });
    expect(ending.cause).toContain("'$sum' specified for the field 'Output' returned an unsupported result type.");
  });

  test('a type error of JSONata fails the state with its code and text', async () => {
    const { ending } = await run({ States: { A: { Type: 'Pass', Output: "{% 1 + 'a' %}", End: true } } });
    expect(ending.error).toBe('States.QueryEvaluationError');
    expect(ending.cause).toContain('threw an error during evaluation. T2002: The right side of the "+" operator');
  });
});

describe('a failed evaluation is linked', () => {
  const linked = async (state: object) => {
    const States = { First: { Type: 'Pass', Next: 'A' }, A: { End: true, ...state } };
    return (await run({ States })).history.find(({ type }) => type === 'EvaluationFailed')?.previousEventId;
  };
  const absent = '{% $states.input.absent %}';

  test.each([
    ['Output of a Pass', { Type: 'Pass', Output: absent }],
    ['Assign of a Pass', { Type: 'Pass', Assign: { a: absent } }],
    ['Arguments of a Task', { Type: 'Task', Resource: WORK, Arguments: absent }],
    [
      'Items of a Map',
      { Type: 'Map', Items: absent, ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Succeed' } } } },
    ],
  ])('to the event before the entry: %s', async (_, state) => {
    expect(await linked(state)).toBe(3);
  });

  test('to the entry in a Wait', async () => {
    expect(await linked({ Type: 'Wait', Timestamp: "{% 'never' %}" })).toBe(4);
  });

  test('to the last event if something has happened in the state', async () => {
    expect(await linked({ Type: 'Task', Resource: WORK, Output: absent })).toBe(7);
  });
});

test.each([
  ['without marks', '$states.input'],
  ['with spaces around its marks', ' {% $states.input %} '],
])('a text %s is not evaluated', async (_, text) => {
  expect(await output({ States: { A: { Type: 'Pass', Output: [text, 1], End: true } } })).toEqual([text, 1]);
});

test('a key that ends with .$ is a key like any other', async () => {
  expect(await output({ States: { A: { Type: 'Pass', Output: { 'v.$': '$.v' }, End: true } } })).toEqual({
    'v.$': '$.v',
  });
});

describe('the context object', () => {
  const context = { States: { Look: { Type: 'Pass', Output: '{% $states.context %}', End: true } } };

  test('describes the execution, the machine and the state', async () => {
    expect(await output(context, { a: 1 })).toEqual({
      Execution: {
        Id: 'arn:aws:states:eu-west-1:000000000000:execution:m:e',
        Input: { a: 1 },
        Name: 'e',
        RoleArn: 'arn:aws:iam::000000000000:role/r',
        StartTime: '2026-01-01T00:00:00.000Z',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:eu-west-1:000000000000:stateMachine:m', Name: 'm' },
      State: { EnteredTime: '2026-01-01T00:00:00.000Z', Name: 'Look' },
    });
  });

  test('has a RetryCount only in a state that can have a Retry', async () => {
    const Arguments = '{% $states.context.State.RetryCount %}';
    expect(await output({ States: { T: { Type: 'Task', Resource: WORK, Arguments, End: true } } })).toBe(0);
  });

  test('EnteredTime is the instant of the state’s entry', async () => {
    const States = {
      Wait: { Type: 'Wait', Seconds: 90, Next: 'Look' },
      Look: { Type: 'Pass', Output: '{% $states.context.State.EnteredTime %}', End: true },
    };
    expect(await output({ States })).toBe('2026-01-01T00:01:30.000Z');
  });
});

describe('payloads', () => {
  test('an output of 256 KiB passes', async () => {
    const States = { A: { Type: 'Pass', Output: '{% $pad("", 262142, "x") %}', End: true } };
    expect(await output({ States })).toHaveLength(262_142);
  });

  test('one byte more fails with States.DataLimitExceeded', async () => {
    const States = { A: { Type: 'Pass', Output: '{% $pad("", 262143, "x") %}', End: true } };
    expect((await run({ States })).ending.error).toBe('States.DataLimitExceeded');
  });

  test('bytes count, not characters', async () => {
    const States = { A: { Type: 'Pass', Output: '{% $pad("", 131072, "é") %}', End: true } };
    expect((await run({ States })).ending.error).toBe('States.DataLimitExceeded');
  });

  test('an integration cannot change the input of its state', async () => {
    const work = async (call: { arguments: unknown }) => {
      (call.arguments as { n: number }).n = 99;
      return 'done';
    };
    const States = {
      A: { Type: 'Task', Resource: WORK, Output: '{% $states.input %}', End: true },
    };
    expect(await output({ States }, { n: 1 }, work)).toEqual({ n: 1 });
  });
});
