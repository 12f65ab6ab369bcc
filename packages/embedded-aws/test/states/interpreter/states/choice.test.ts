import { describe, expect, test } from 'vitest';
import { output, run } from '../../account.ts';

const chosen = (choice: object) => ({
  Choose: { Type: 'Choice', ...choice },
  Left: { Type: 'Pass', Output: { left: '{% $states.input %}' }, End: true },
  Right: { Type: 'Pass', Output: { right: '{% $states.input %}' }, End: true },
});
const big = (fields: object = {}) => ({ Condition: '{% $states.input.n > 5 %}', Next: 'Left', ...fields });

describe('Choice', () => {
  test('continues with the state of the first true Condition', async () => {
    const Choices = [big(), { Condition: true, Next: 'Right' }];
    expect(await output({ States: chosen({ Choices }) }, { n: 6 })).toEqual({ left: { n: 6 } });
  });

  test('continues with Default if no Condition is true', async () => {
    expect(await output({ States: chosen({ Choices: [big()], Default: 'Right' }) }, { n: 1 })).toEqual({
      right: { n: 1 },
    });
  });

  test('fails with States.NoChoiceMatched if there is no Default', async () => {
    const Choices = [big(), { Condition: '{% $states.input.n < 0 %}', Next: 'Right' }];
    expect((await run({ States: chosen({ Choices }) }, { n: 1 })).ending.error).toBe('States.NoChoiceMatched');
  });

  test('a Condition that is not boolean fails the execution', async () => {
    const Choices = [big({ Condition: '{% $states.input.n %}' })];
    const { ending } = await run({ States: chosen({ Choices, Default: 'Right' }) }, { n: 1 });
    expect(ending.error).toBe('States.QueryEvaluationError');
    expect(ending.cause).toContain(
      "The JSONata expression '$states.input.n' specified for the field 'Choices[0]/Condition' returned an unexpected " +
        "result type. Expected 'boolean', but was 'number' for value: 1",
    );
  });

  test('a Condition without a result fails the execution', async () => {
    const Choices = [big({ Condition: '{% $states.input.absent %}' })];
    expect((await run({ States: chosen({ Choices, Default: 'Right' }) })).ending.error).toBe(
      'States.QueryEvaluationError',
    );
  });

  test('a rule has its own Output', async () => {
    const Choices = [big({ Output: { n: '{% $states.input.n * 2 %}' } })];
    expect(await output({ States: chosen({ Choices, Default: 'Right', Output: 'no' }) }, { n: 6 })).toEqual({
      left: { n: 12 },
    });
  });

  test('the state’s own Output applies to Default', async () => {
    const States = chosen({ Choices: [big({ Output: 'no' })], Default: 'Right', Output: 'yes' });
    expect(await output({ States }, { n: 1 })).toEqual({ right: 'yes' });
  });

  test('a rule has its own Assign', async () => {
    const States = {
      ...chosen({ Choices: [big({ Assign: { size: 'big' } })], Default: 'Right', Assign: { size: 'small' } }),
      Left: { Type: 'Pass', Output: '{% $size %}', End: true },
      Right: { Type: 'Pass', Output: '{% $size %}', End: true },
    };
    expect(await output({ States }, { n: 6 })).toBe('big');
    expect(await output({ States }, { n: 1 })).toBe('small');
  });
});
