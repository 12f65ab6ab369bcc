import { describe, expect, test } from 'vitest';
import { parameterOf, valuesOf, variables, withValues } from '../../src/ssm/parameters.ts';

const tag = parameterOf('restore-code', 'tag', { type: 'String', allowedPattern: '^[a-z0-9.-]{1,40}$' });
const mode = parameterOf('restore-code', 'mode', {
  type: 'String',
  default: 'live',
  allowedValues: ['live', 'simulate'],
});
const reason = parameterOf('restore-code', 'reason', { type: 'String', default: '', interpolationType: 'ENV_VAR' });
const values = (given: Record<string, string[]>) =>
  Object.fromEntries(valuesOf('restore-code', [tag, mode, reason], given));

describe('the parameters of a command', () => {
  test('have the defaults of the document', () => {
    expect(values({ tag: ['v1'] })).toEqual({ tag: 'v1', mode: 'live', reason: '' });
  });

  test.each([
    ['an unknown parameter', { tag: ['v1'], tog: ['v1'] }, 'Document restore-code has no parameter tog.'],
    ['a missing parameter', {}, 'Document restore-code needs the parameter tag, but the request has none.'],
    ['a value outside its pattern', { tag: ['v1; rm -rf /'] }, 'cannot take "v1; rm -rf /" as tag: allowedPattern is'],
    [
      'a value with a second line after its pattern',
      { tag: ['v1\n'] },
      'cannot take "v1\\n" as tag: allowedPattern is',
    ],
    ['a value that is not allowed', { tag: ['v1'], mode: ['dry'] }, 'as mode: allowedValues are live, simulate.'],
    ['two values for one parameter', { tag: ['v1', 'v2'] }, 'takes one value for tag, got 2.'],
    ['a null character', { tag: ['v1'], reason: ['a\0b'] }, 'got a null character in reason.'],
  ])('are refused with %s', (_, given, message) => {
    expect(() => values(given)).toThrow(
      expect.objectContaining({ code: 'InvalidParameters', message: expect.stringContaining(message) }),
    );
  });

  test('are written into the text without escaping', () => {
    expect(withValues('git checkout {{ tag }} # {{tag}}', new Map([['tag', '$(id) $& "']]))).toBe(
      'git checkout $(id) $& " # $(id) $& "',
    );
  });

  test('become variables only if the document declares ENV_VAR', () => {
    expect(variables([tag, reason], valuesOf('d', [tag, reason], { tag: ['v1'], reason: ['by hand'] }))).toEqual({
      SSM_reason: 'by hand',
    });
  });
});
