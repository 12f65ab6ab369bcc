import { describe, expect, test } from 'vitest';
import { run, secondsOf } from '../../account.ts';

const waiting = (fields: object) => ({ States: { W: { Type: 'Wait', ...fields, End: true } } });
const waited = async (fields: object, input: unknown = {}) =>
  secondsOf(await run(waiting(fields), input), 'WaitStateExited')[0];

describe('Wait', () => {
  test('Seconds', async () => {
    expect(await waited({ Seconds: 90 })).toBe(90);
  });

  test('Seconds as an expression', async () => {
    expect(await waited({ Seconds: '{% $states.input.minutes * 60 %}' }, { minutes: 2 })).toBe(120);
  });

  test('Timestamp', async () => {
    expect(await waited({ Timestamp: '2026-01-01T00:10:00Z' })).toBe(600);
  });

  test('Timestamp as an expression', async () => {
    expect(await waited({ Timestamp: '{% $fromMillis($millis() + 1500) %}' })).toBe(1.5);
  });

  test('a Timestamp in the past is no wait', async () => {
    expect(await waited({ Timestamp: '2025-01-01T00:00:00Z' })).toBe(0);
  });

  test('Assign and Output', async () => {
    const { ending } = await run(waiting({ Seconds: 1, Output: { waited: true }, Assign: { a: 1 } }));
    expect(ending.output?.value).toEqual({ waited: true });
  });

  test.each(["{% '5' %}", '{% 1.5 %}', '{% -1 %}'])('Seconds %s fails', async (Seconds) => {
    expect((await run(waiting({ Seconds }))).ending.error).toBe('States.QueryEvaluationError');
  });

  test('an invalid Timestamp fails', async () => {
    const { ending } = await run(waiting({ Timestamp: "{% 'tomorrow' %}" }));
    expect(ending.error).toBe('States.QueryEvaluationError');
    expect(ending.cause).toContain(
      'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: tomorrow',
    );
  });

  test('a wait of more than 2^31 - 1 seconds fails', async () => {
    const { ending } = await run(waiting({ Timestamp: '2094-01-20T00:00:00Z' }));
    expect(ending).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining('Wait state delay is too long.'),
    });
  });
});
