import { expect, test } from 'vitest';
import { iam } from '../../src/iam/iam.ts';
import { iamResources } from '../../src/iam/resources.ts';

const make = (type: string, properties: Record<string, unknown>) =>
  iamResources(iam(), { accountId: '000000000000' })[type]?.({ stack: 'app', logicalId: 'It', type, properties });
const trust = {
  Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
};

test('a role has the name and path of the template', () => {
  expect(make('AWS::IAM::Role', { RoleName: 'steps', Path: '/rollback/', AssumeRolePolicyDocument: trust })).toEqual({
    ref: 'steps',
    attributes: { Arn: 'arn:aws:iam::000000000000:role/rollback/steps' },
  });
});

test('a property without support is refused by name', () => {
  const properties = { AssumeRolePolicyDocument: trust, PermissionsBoundary: 'arn:aws:iam::000000000000:policy/limit' };
  expect(() => make('AWS::IAM::Role', properties)).toThrow('PermissionsBoundary');
});

test('a policy for users is refused, because the account has no users', () => {
  expect(() => make('AWS::IAM::Policy', { PolicyName: 'x', PolicyDocument: {}, Roles: [], Users: ['ana'] })).toThrow(
    'Users',
  );
});
