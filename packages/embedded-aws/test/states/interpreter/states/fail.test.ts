import { describe, expect, test } from 'vitest';
import { output, run, types } from '../../account.ts';

describe('Fail', () => {
  test('ends the execution with Error and Cause', async () => {
    const execution = await run({ States: { F: { Type: 'Fail', Error: 'Needs a person', Cause: 'Look at host-1' } } });
    expect(execution.status).toBe('FAILED');
    expect(execution.ending).toEqual({ error: 'Needs a person', cause: 'Look at host-1' });
    expect(types(execution)).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  test('without Error has none in its event', async () => {
    const { history } = await run({ States: { F: { Type: 'Fail', Cause: 'c' } } });
    expect(history.at(-1)?.executionFailedEventDetails).toEqual({ cause: 'c' });
  });

  test('Error and Cause may be expressions', async () => {
    const F = { Type: 'Fail', Error: '{% $states.input.e %}', Cause: "{% 'see ' & $states.input.page %}" };
    expect((await run({ States: { F } }, { e: 'E', page: 'runbook' })).ending).toEqual({
      error: 'E',
      cause: 'see runbook',
    });
  });

  test('a Cause that is not text fails with States.QueryEvaluationError', async () => {
    const F = { Type: 'Fail', Error: 'E', Cause: '{% 5 %}' };
    expect((await run({ States: { F } })).ending.error).toBe('States.QueryEvaluationError');
  });
});

describe('Succeed', () => {
  test('outputs its input', async () => {
    expect(await output({ States: { S: { Type: 'Succeed' } } }, { a: 1 })).toEqual({ a: 1 });
  });

  test('outputs its Output', async () => {
    expect(await output({ States: { S: { Type: 'Succeed', Output: '{% $states.input.a %}' } } }, { a: 1 })).toBe(1);
  });
});
