import { describe, expect, test } from 'vitest';
import { readPattern } from '../../src/events/pattern.ts';

const event = {
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a', 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:b'],
  detail: {
    alarmName: 'rollback-local-phase-1-data_corruption',
    state: { value: 'ALARM' },
    previousState: null,
    count: 5,
    live: true,
    configuration: { metrics: [{ id: 'm1' }, { id: 'm2' }] },
  },
};
const detail = (pattern: object) => ({ detail: pattern });

describe('an event pattern', () => {
  test.each<[string, object, boolean]>([
    ['an exact value', { source: ['aws.cloudwatch'] }, true],
    ['another value', { source: ['aws.ssm'] }, false],
    ['one of several values', { source: ['aws.ssm', 'aws.cloudwatch'] }, true],
    ['every field', { source: ['aws.cloudwatch'], 'detail-type': ['Another'] }, false],
    ['a nested field', detail({ state: { value: ['ALARM', 'INSUFFICIENT_DATA'] } }), true],
    ['a missing field', detail({ states: { value: ['ALARM'] } }), false],
    ['null', detail({ previousState: [null] }), true],
    ['a number', detail({ count: [5] }), true],
    ['a number as text', detail({ count: ['5'] }), false],
    ['true', detail({ live: [true] }), true],
    ['any element of a list', { resources: ['arn:aws:cloudwatch:eu-west-1:000000000000:alarm:b'] }, true],
    ['a field of any element of a list', detail({ configuration: { metrics: { id: ['m2'] } } }), true],
    ['a prefix', detail({ alarmName: [{ prefix: 'rollback-local-phase-1-' }] }), true],
    ['another prefix', detail({ alarmName: [{ prefix: 'rollback-local-phase-2-' }] }), false],
    ['a prefix of a number', detail({ count: [{ prefix: '5' }] }), false],
    ['a suffix', detail({ alarmName: [{ suffix: '_corruption' }] }), true],
    ['another suffix', detail({ alarmName: [{ suffix: '_failure' }] }), false],
    ['anything but another value', detail({ state: { value: [{ 'anything-but': 'OK' }] } }), true],
    ['anything but this value', detail({ state: { value: [{ 'anything-but': 'ALARM' }] } }), false],
    ['anything but a list', detail({ state: { value: [{ 'anything-but': ['OK', 'ALARM'] }] } }), false],
    ['anything but a number', detail({ count: [{ 'anything-but': [1, 2] }] }), true],
    ['anything but a prefix', detail({ alarmName: [{ 'anything-but': { prefix: 'rollback-' } }] }), false],
    ['anything but a suffix', detail({ alarmName: [{ 'anything-but': { suffix: '_failure' } }] }), true],
    ['anything-but on a missing field', detail({ nothing: [{ 'anything-but': 'x' }] }), false],
    ['a number between two', detail({ count: [{ numeric: ['>', 0, '<=', 5] }] }), true],
    ['a number not between two', detail({ count: [{ numeric: ['>', 0, '<', 5] }] }), false],
    ['an equal number', detail({ count: [{ numeric: ['=', 5] }] }), true],
    ['a text compared with a number', detail({ alarmName: [{ numeric: ['>', 0] }] }), false],
    ['a field that exists', detail({ alarmName: [{ exists: true }] }), true],
    ['a field that must exist and does not', detail({ nothing: [{ exists: true }] }), false],
    ['a field that must not exist', detail({ alarmName: [{ exists: false }] }), false],
    ['a field that must not exist and does not', detail({ nothing: [{ exists: false }] }), true],
    ['exists on an object, which is not a leaf', detail({ state: [{ exists: false }] }), true],
    ['a value or its absence', detail({ nothing: ['x', { exists: false }] }), true],
    ['one alternative', { $or: [{ source: ['aws.ssm'] }, { source: ['aws.cloudwatch'] }] }, true],
    ['no alternative', { $or: [{ source: ['aws.ssm'] }, { source: ['aws.states'] }] }, false],
    [
      'alternatives beside a field',
      { source: ['aws.ssm'], $or: [{ 'detail-type': ['x'] }, { region: [{ exists: false }] }] },
      false,
    ],
    ['alternatives inside a field', detail({ $or: [{ count: [4] }, { live: [true] }] }), true],
  ])('with %s: %j is %s', (_, pattern, expected) => {
    expect(readPattern(pattern)(event)).toBe(expected);
  });

  test.each<[unknown, string]>([
    [{ source: [{ wildcard: 'aws.*' }] }, '{"wildcard":"aws.*"} is not a supported filter'],
    [{ source: [{ cidr: '10.0.0.0/24' }] }, '{"cidr":"10.0.0.0/24"} is not a supported filter'],
    [{ source: [{ prefix: { 'equals-ignore-case': 'a' } }] }, '{"equals-ignore-case":"a"} is not a string'],
    [{ source: [{ numeric: ['>'] }] }, '[">"] is not a numeric filter'],
    [{ source: [{ numeric: ['!=', 1] }] }, 'is not a numeric filter'],
    [{ source: [{ exists: 'yes' }] }, 'needs true or false'],
    [{ source: 'aws.cloudwatch' }, '"aws.cloudwatch" is not an object'],
    [{ source: [] }, 'has an empty list'],
    [{}, 'is empty'],
    [{ $or: [{ source: ['a'] }] }, 'not a list of two or more'],
  ])('%j is refused: %s', (pattern, reason) => {
    expect(() => readPattern(pattern)).toThrow(reason);
  });
});
