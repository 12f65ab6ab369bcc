import { expect, test } from 'vitest';
import { parsePolicy } from '../../src/iam/policy.ts';

const parsing = (statement: object) => () => parsePolicy('steps', { Statement: { Effect: 'Allow', ...statement } });
const all = { Action: '*', Resource: '*' };

test.each([
  ['an unknown operator', { ...all, Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } }, 'DateLessThan'],
  ['IfExists after Null', { ...all, Condition: { NullIfExists: { 'aws:SourceArn': 'x' } } }, 'NullIfExists'],
  [
    'a set operator with IfExists, whose meaning without the key is not documented',
    { ...all, Condition: { 'ForAnyValue:StringLikeIfExists': { 'dynamodb:LeadingKeys': 'x' } } },
    'ForAnyValue:StringLikeIfExists',
  ],
  ['a policy variable', { ...all, Resource: 'arn:aws:s3:::${aws:username}' }, 'policy variables'],
  ['a field that the account does not evaluate', { ...all, NotPrincipal: '*' }, 'NotPrincipal'],
  ['a statement without an action', { Resource: '*' }, 'either Action or NotAction'],
  ['a statement with both kinds of resource', { ...all, NotResource: 'x' }, 'either Resource or NotResource'],
  ['an unknown effect', { ...all, Effect: 'Maybe' }, 'Effect'],
])('%s is refused by name', (_, statement, message) => {
  expect(parsing(statement)).toThrow(message);
});

test('names the refused policy and statement', () => {
  expect(parsing({ Sid: 'Half', Resource: '*' })).toThrow('Policy steps, statement Half');
});
