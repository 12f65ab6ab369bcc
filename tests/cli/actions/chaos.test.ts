import { describe, expect, test } from 'vitest';
import { chaosParameters } from '../../../cli/actions/chaos.ts';
import { readEnvironment } from '../../../config/environments.ts';
import { readChaosDocument } from '../../../config/infra.ts';

const { parameters } = readChaosDocument().content as {
  readonly parameters: Readonly<Record<string, { readonly allowedPattern: string; readonly default?: string }>>;
};

describe.each([
  ['begin', { Action: 'begin', Fault: 'lock-database', Seconds: '300' }],
  ['end', { Action: 'end' }],
])('a command to %s', (_, action) => {
  const given = chaosParameters({ environment: readEnvironment('staging') }, 1, {
    given: action,
    now: Date.parse('2026-01-05T09:00:21.000Z'),
  });

  test('gives every parameter that has no default', () => {
    const needed = Object.keys(parameters).filter((name) => parameters[name]?.default === undefined);
    expect(Object.keys(given)).toEqual(expect.arrayContaining(needed));
  });

  test.each(Object.entries(given))('%s = %s is allowed by the document', (name, value) => {
    expect(value).toMatch(new RegExp(parameters[name]?.allowedPattern ?? 'no such parameter'));
  });
});
