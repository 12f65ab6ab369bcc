import { describe, expect, test } from 'vitest';
import { output, run, TestAccount } from '../account.ts';

const value = (expression: string, input: unknown = {}) =>
  output({ States: { A: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } } }, input);

const failure = async (expression: string) =>
  (await run({ States: { A: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } } })).ending.error;

describe('functions of Step Functions', () => {
  test('$partition splits an array', async () => {
    expect(await value('$partition([1, 2, 3, 4, 5], 2)')).toEqual([[1, 2], [3, 4], [5]]);
  });

  test('$range includes both ends', async () => {
    expect(await value('$range(0, 10, 5)')).toEqual([0, 5, 10]);
  });

  test('$range of one number is that number', async () => {
    expect(await value('$range(1, 9, 9)')).toBe(1);
  });

  test('$range counts down', async () => {
    expect(await value('$range(3, 1, -1)')).toEqual([3, 2, 1]);
  });

  test('$hash', async () => {
    expect(await value("$hash('abc', 'SHA-1')")).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  });

  test('$hash refuses an unknown algorithm', async () => {
    expect(await failure("$hash('abc', 'CRC')")).toBe('States.QueryEvaluationError');
  });

  test('$parse reads JSON', async () => {
    expect(await value('$parse($states.input).a', '{"a":[1]}')).toEqual([1]);
  });

  test('$eval does not exist', async () => {
    expect(await failure("$eval('1')")).toBe('States.QueryEvaluationError');
  });
});

describe('expressions read the account’s time by', () => {
  test('$now', async () => {
    expect(await value('$now()')).toBe('2026-01-01T00:00:00.000Z');
  });

  test('$now with a picture and a time zone', async () => {
    expect(await value("$now('[Y0001]-[M01]-[D01] [H01]:[m01]', '+0200')")).toBe('2026-01-01 02:00');
  });

  test('$millis', async () => {
    expect(await value('$millis()')).toBe(Date.UTC(2026, 0, 1));
  });
});

describe('random functions', () => {
  const States = { A: { Type: 'Pass', Output: '{% [$random(), $random(), $uuid()] %}', End: true } };
  const drawn = async (seed: number, name = 'e') => {
    const account = new TestAccount(undefined, seed);
    const execution = account.start({ States }, {}, name);
    await execution.finished;
    return execution.ending.output?.value as [number, number, string];
  };

  test('return the same for the same seed and execution', async () => {
    expect(await drawn(1)).toEqual(await drawn(1));
  });

  test('return other values for another seed', async () => {
    expect(await drawn(1)).not.toEqual(await drawn(2));
  });

  test('return other values for another execution', async () => {
    expect(await drawn(1, 'e')).not.toEqual(await drawn(1, 'f'));
  });

  test('return other values in two calls of one expression', async () => {
    const [first, second] = await drawn(1);
    expect(first).not.toBe(second);
  });

  test('$uuid is a version 4 UUID', async () => {
    expect((await drawn(1))[2]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('return other values in a second visit of a state', async () => {
    const looping = {
      Draw: { Type: 'Pass', Output: '{% $append($states.input, $random()) %}', Next: 'Enough' },
      Enough: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $count($states.input) < 2 %}', Next: 'Draw' }],
        Default: 'End',
      },
      End: { Type: 'Succeed' },
    };
    const [first, second] = (await output({ States: looping }, [])) as number[];
    expect(first).not.toBe(second);
  });

  test('$random with a seed returns the same in every execution', async () => {
    expect(await value('$random(7) = $random(7)')).toBe(true);
  });
});
