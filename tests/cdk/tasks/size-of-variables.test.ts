import { Token } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { checkSize } from '../../../cdk/tasks/task-function.ts';

// app.slow.test.ts has the whole synthesis, which fails with this sentence.

test('variables that exceed Lambda’s limit are refused with the largest of them, before anything is deployed', () => {
  const variables = { TEMPLATES: 'x'.repeat(4000), TABLE: 'state', CONTACTS: 'y'.repeat(100) };
  expect(() => checkSize('reconcile', variables)).toThrow(
    /^The environment variables of reconcile have 4127 bytes, and Lambda takes 4096\. The largest: TEMPLATES 4009, CONTACTS 108, TABLE 10\. Shorten their sources: texts of .*\/notifications, contacts, triggers, past dates of calendars\.$/,
  );
});

test('variables of 4096 bytes with their names are taken', () => {
  expect(() => checkSize('reconcile', { A: 'x'.repeat(4095) })).not.toThrow();
});

test('a reference counts as the longest ARN, because its value is not known before the deployment', () => {
  const reference = Token.asString({ Ref: 'Machine' });
  expect(() => checkSize('reconcile', { A: `${reference}${'x'.repeat(3995)}` })).not.toThrow();
  expect(() => checkSize('reconcile', { A: `${reference}${'x'.repeat(3996)}` })).toThrow('have 4097 bytes');
});
