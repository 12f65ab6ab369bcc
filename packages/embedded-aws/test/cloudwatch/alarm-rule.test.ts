import { describe, expect, test } from 'vitest';
import { readAlarmRule } from '../../src/cloudwatch/alarm-rule.ts';
import type { StateValue } from '../../src/cloudwatch/alarm-verdict.ts';

const states: Record<string, StateValue> = { red: 'ALARM', green: 'OK', blind: 'INSUFFICIENT_DATA' };
const holds = (rule: string) => readAlarmRule(rule).holds((alarm) => states[alarm] ?? 'OK');

describe('an alarm rule', () => {
  test.each([
    ['ALARM(red)', true],
    ['ALARM("green")', false],
    ['ALARM("arn:aws:cloudwatch:eu-west-1:000000000000:alarm:red")', true],
    ['OK(green) AND INSUFFICIENT_DATA(blind)', true],
    ['NOT ALARM(red)', false],
    ['TRUE AND FALSE OR ALARM(red)', true],
    ['TRUE OR TRUE AND FALSE', true],
    ['(TRUE OR TRUE) AND FALSE', false],
    ['NOT (ALARM(green) OR ALARM(blind))', true],
  ])('%s is %s', (rule, expected) => {
    expect(holds(rule)).toBe(expected);
  });

  test('lists the alarms that it names', () => {
    expect(readAlarmRule('ALARM(red) OR OK("green")').alarms).toEqual(['red', 'green']);
  });

  test.each([
    ['ALARM(red', 'end'],
    ['ALARM(red) XOR ALARM(blind)', 'XOR'],
    ['MAYBE(red)', 'MAYBE'],
    ['', 'end'],
  ])('%j is refused because of %s', (rule, found) => {
    expect(() => readAlarmRule(rule)).toThrow(`Unexpected ${found} in the alarm rule`);
  });
});
