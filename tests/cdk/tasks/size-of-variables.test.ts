import { randomBytes } from 'node:crypto';
import { Token } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { checkSize, fittingVariables } from '../../../cdk/tasks/task-function.ts';
import { settingsFrom } from '../../../lambdas/wiring/settings.ts';

// app.slow.test.ts has the whole synthesis, which fails with the sentence.

test('variables that exceed Lambda’s limit although packed are refused with the largest of them, before anything is deployed', () => {
  const random = randomBytes(4000).toString('hex');
  expect(() => checkSize('reconcile', { TEMPLATES: random, TABLE: 'state', CONTACTS: 'y'.repeat(100) })).toThrow(
    /^The environment variables of reconcile have \d+ bytes after packing, and Lambda takes 4096\. The largest before it: TEMPLATES 8009, CONTACTS 108, TABLE 10\. Shorten their sources: texts of .*\/notifications, contacts, triggers, past dates of calendars\.$/,
  );
});

test('variables of 4096 bytes with their names are taken as they are', () => {
  const variables = { A: 'x'.repeat(4095) };
  expect(() => checkSize('reconcile', variables)).not.toThrow();
  expect(fittingVariables(variables)).toBe(variables);
});

test('the long ones of larger variables are packed together, and a function reads each by its name', () => {
  const variables = { TEMPLATES: '[LATE] Rollback '.repeat(300), CONTACTS: '"ana"'.repeat(30), TABLE: 'state' };
  const fitting = fittingVariables(variables);
  expect(Object.keys(fitting)).toEqual(['TABLE', 'PACKED']);
  const settings = settingsFrom(fitting);
  expect(Object.fromEntries(Object.keys(variables).map((name) => [name, settings(name)]))).toEqual(variables);
});

test('a reference counts as the longest ARN and is not packed, because its value is not known before the deployment', () => {
  const reference = Token.asString({ Ref: 'Machine' });
  expect(() => checkSize('reconcile', { A: `${reference}${'x'.repeat(3995)}` })).not.toThrow();
  expect(() => checkSize('reconcile', { A: `${reference}${'x'.repeat(3996)}` })).toThrow(' bytes after packing');
});
