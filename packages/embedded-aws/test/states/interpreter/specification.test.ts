import { describe, expect, test } from 'vitest';
import { TaskFailure } from '../../../src/states/interpreter/state-failure.ts';
import { output, run, secondsOf, WORK } from '../account.ts';

/** The worked examples of the Amazon States Language (states-language.net/spec.html), with the outcomes it states. */

describe('Complex retry scenarios', () => {
  test('ErrorA, ErrorB, ErrorC, ErrorB wait 1, 2 and 5 seconds and then go to Z', async () => {
    const errors = ['ErrorA', 'ErrorB', 'ErrorC', 'ErrorB'];
    const work = async () => {
      throw new TaskFailure(errors.shift() ?? 'too many', '');
    };
    const X = {
      Type: 'Task',
      Resource: WORK,
      Next: 'Y',
      Retry: [
        { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
        { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }],
    };
    const execution = await run({ States: { X, Y: { Type: 'Succeed' }, Z: { Type: 'Succeed' } } }, {}, work);
    expect(secondsOf(execution, 'TaskScheduled')).toEqual([0, 1, 3, 8]);
    expect(execution.history.at(-2)?.stateExitedEventDetails?.name).toBe('Z');
  });
});

describe('Retrying after error', () => {
  const retried = async (limit: object) => {
    const Retry = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2, ...limit }];
    const States = { X: { Type: 'Task', Resource: WORK, TimeoutSeconds: 1, Retry, End: true } };
    return secondsOf(await run({ States }, {}, () => new Promise(() => {})), 'TaskScheduled');
  };

  test('two retries after waits of 3 and 6 seconds', async () => {
    expect(await retried({})).toEqual([0, 4, 11]);
  });

  test('with MaxDelaySeconds 4, the second after 4 seconds', async () => {
    expect(await retried({ MaxDelaySeconds: 4 })).toEqual([0, 4, 9]);
  });
});

describe('Variable Scope', () => {
  test('state End returns hello, and state Goodbye returns 2', async () => {
    const ItemProcessor = {
      StartAt: 'Begin',
      States: {
        Begin: { Type: 'Pass', Assign: { inner: 'world', hi: '{% $outer %}' }, Next: 'End' },
        End: { Type: 'Succeed', Output: '{% $hi %}' },
      },
    };
    const States = {
      'Get Greeting': { Type: 'Pass', Assign: { outer: 'hello' }, Next: 'Greet Everyone' },
      'Greet Everyone': { Type: 'Map', ItemProcessor, Assign: { outer: 2 }, Next: 'Goodbye' },
      Goodbye: { Type: 'Succeed', Output: { map: '{% $states.input %}', outer: '{% $outer %}' } },
    };
    expect(await output({ States }, [1])).toEqual({ map: ['hello'], outer: 2 });
  });
});

describe('JSONata Choice Rules', () => {
  const dispatched = (input: object) => {
    const seen = (name: string) => ({
      Type: 'Pass',
      Output: { at: name, input: '{% $states.input %}', range: "{% $type($range) = 'string' ? $range : 'none' %}" },
      End: true,
    });
    const DispatchEvent = {
      Type: 'Choice',
      Choices: [
        { Condition: "{% $states.input.type != 'Private' %}", Next: 'Public' },
        {
          Condition: "{% $exists($value) and $type($value)='number' and $value>=20 and $value<30 %}",
          Assign: { range: 'twenties' },
          Next: 'ValueInTwenties',
        },
        {
          Condition: '{% $states.input.rating >= $states.input.auditThreshold %}',
          Output: { excess: '{% $states.input.rating - $states.input.auditThreshold %}' },
          Next: 'StartAudit',
        },
      ],
      Default: 'RecordEvent',
      Assign: { range: 'default' },
    };
    const States = {
      Begin: { Type: 'Pass', Assign: { value: '{% $states.input.value %}' }, Next: 'DispatchEvent' },
      DispatchEvent,
      Public: seen('Public'),
      ValueInTwenties: seen('ValueInTwenties'),
      StartAudit: seen('StartAudit'),
      RecordEvent: seen('RecordEvent'),
    };
    return output({ States }, input);
  };

  test('$value 23 assigns twenties and passes the input through', async () => {
    const input = { type: 'Private', value: 23 };
    expect(await dispatched(input)).toEqual({ at: 'ValueInTwenties', input, range: 'twenties' });
  });

  test('the third rule outputs the excess and assigns nothing', async () => {
    expect(await dispatched({ type: 'Private', value: 1, rating: 7, auditThreshold: 5 })).toEqual({
      at: 'StartAudit',
      input: { excess: 2 },
      range: 'none',
    });
  });

  test('no rule assigns default and passes the input through', async () => {
    const input = { type: 'Private', value: 1, rating: 1, auditThreshold: 5 };
    expect(await dispatched(input)).toEqual({ at: 'RecordEvent', input, range: 'default' });
  });
});

describe('JSONata Evaluation', () => {
  test('the student example', async () => {
    const States = {
      GetSampleData: {
        Type: 'Pass',
        Assign: {
          student: { name: 'Scotland', course: [{ grade: 34 }, { grade: 99 }, { grade: 76 }, { grade: 96 }] },
          class: { teacher: 'Bert' },
          two: 'the number 2',
        },
        Next: 'A Task',
      },
      'A Task': {
        Type: 'Task',
        Resource: WORK,
        Arguments: {
          student: '{% $student.name %}',
          classInfo: { teacher: '{% $class.teacher %}' },
          values: [1, '{% $two %}', 'three'],
        },
        Output: {
          result: '{% $states.result %}',
          summary: "{% { 'avg': $average($student.course.grade), 'num': $count($student.course) } %}",
        },
        End: true,
      },
    };
    expect(await output({ States })).toEqual({
      result: { student: 'Scotland', classInfo: { teacher: 'Bert' }, values: [1, 'the number 2', 'three'] },
      summary: { avg: 76.25, num: 4 },
    });
  });

  test('an expression may define functions', async () => {
    const Output = '{% ($product := function($x, $y) {$x * $y}; $reduce([1..5], $product)) %}';
    expect(await output({ States: { A: { Type: 'Pass', Output, End: true } } })).toBe(120);
  });
});
