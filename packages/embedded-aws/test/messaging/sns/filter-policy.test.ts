import { expect, test } from 'vitest';
import type { MessageAttributes } from '../../../src/messaging/message-attributes.ts';
import { accepts, parseFilterPolicy } from '../../../src/messaging/sns/filter-policy.ts';

const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const number = (StringValue: string) => ({ DataType: 'Number', StringValue });
const list = (StringValue: string) => ({ DataType: 'String.Array', StringValue });

const rows: [string, unknown, MessageAttributes, boolean][] = [
  ['one of the values', { severity: ['CRITICAL', 'HIGH'] }, { severity: text('HIGH') }, true],
  ['none of the values', { severity: ['CRITICAL'] }, { severity: text('HIGH') }, false],
  ['no such attribute', { severity: ['CRITICAL'] }, {}, false],
  [
    'an attribute that the policy does not name',
    { severity: ['HIGH'] },
    { severity: text('HIGH'), x: text('y') },
    true,
  ],
  ['one of two attributes', { severity: ['HIGH'], phase: ['1'] }, { severity: text('HIGH'), phase: text('2') }, false],
  ['a list with one of the values', { phases: ['1'] }, { phases: list('["1","2"]') }, true],
  ['a number', { phase: [1] }, { phase: number('1.0') }, true],
  ['a text if the policy wants a number', { phase: [1] }, { phase: text('1') }, false],
  ['another value than the named one', { severity: [{ 'anything-but': 'LOW' }] }, { severity: text('HIGH') }, true],
  ['the named value', { severity: [{ 'anything-but': ['LOW', 'HIGH'] }] }, { severity: text('HIGH') }, false],
  ['the prefix', { trigger: [{ prefix: 'data_' }] }, { trigger: text('data_corruption') }, true],
  ['the suffix', { trigger: [{ suffix: '_failure' }] }, { trigger: text('system_failure') }, true],
  [
    'the value in another letter case',
    { severity: [{ 'equals-ignore-case': 'high' }] },
    { severity: text('HIGH') },
    true,
  ],
  ['the attribute that must exist', { phase: [{ exists: true }] }, { phase: text('1') }, true],
  [
    'other attributes but not the one that must not exist',
    { phase: [{ exists: false }] },
    { severity: text('LOW') },
    true,
  ],
  ['no attributes at all if one must not exist', { phase: [{ exists: false }] }, {}, false],
];

test.each(rows)('a message with %s: %j', (_, policy, attributes, expected) => {
  expect(accepts(parseFilterPolicy(policy), attributes)).toBe(expected);
});

test.each([
  ['an unknown operator', { a: [{ cidr: '10.0.0.0/8' }] }, 'cidr'],
  ['numeric ranges', { a: [{ numeric: ['>', 1] }] }, 'numeric'],
  ['a value that is not a list', { a: 'b' }, 'expected a list of conditions'],
  ['a list', ['a'], 'a filter policy must be an object'],
])('refuses %s', (_, policy, message) => {
  expect(() => parseFilterPolicy(policy)).toThrow(message);
});
