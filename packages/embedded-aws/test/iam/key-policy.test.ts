import { describe, expect, test } from 'vitest';
import { iam } from '../../src/iam/iam.ts';
import { kms } from '../../src/kms/kms.ts';
import type { Caller } from '../../src/wire/service.ts';

const ACCOUNT = '000000000000';
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/k`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/messages`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const use = [{ action: 'kms:GenerateDataKey', resource: KEY }];

const role: Caller = { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/messages/send-message`, role: ROLE };
const ana: Caller = { arn: `arn:aws:iam::${ACCOUNT}:user/ana` };

type Effect = 'Allow' | 'Deny';
const forPrincipal = (Effect: Effect, AWS: string, Condition?: object) => ({
  Effect,
  Principal: { AWS },
  Action: 'kms:*',
  Resource: '*',
  ...(Condition && { Condition }),
});
const ofIdentity = (Effect: Effect) => [{ Effect, Action: 'kms:GenerateDataKey', Resource: KEY }];

/** Makes an account with one key of this policy and one role of these IAM statements. */
function account(Statement: readonly object[], identity: readonly object[]) {
  const keys = kms();
  keys.createKey(KEY, { Statement });
  const roles = iam(keys.verdict);
  roles.createRole({
    name: 'messages',
    arn: ROLE,
    assumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
    },
    inlinePolicies: identity.length > 0 ? [{ name: 'inline', document: { Statement: identity } }] : [],
    managedPolicyArns: [],
  });
  return roles;
}

const refusal = (keyPolicy: readonly object[], identity: readonly object[], caller = role) => {
  try {
    account(keyPolicy, identity).authorize(caller, use);
  } catch (error) {
    return (error as Error).message.replace(/^.* on resource: \S+ /, '');
  }
  return 'none';
};

const none: readonly object[] = [];
const noKeyPolicy = 'because no resource-based policy allows the kms:GenerateDataKey action';
const noIdentityPolicy = 'because no identity-based policy allows the kms:GenerateDataKey action';

describe('the refusal of a role that uses a key', () => {
  test.each([
    [
      'none, if the key’s policy names the account and an IAM policy allows it',
      [forPrincipal('Allow', ROOT)],
      ofIdentity('Allow'),
      'none',
    ],
    [
      'none, if the key’s policy names the account by its number',
      [forPrincipal('Allow', ACCOUNT)],
      ofIdentity('Allow'),
      'none',
    ],
    [
      'no IAM policy, if the key’s policy names only the account',
      [forPrincipal('Allow', ROOT)],
      none,
      noIdentityPolicy,
    ],
    ['none, if the key’s policy names the role and no IAM policy does', [forPrincipal('Allow', ROLE)], none, 'none'],
    ['none, if the key’s policy names everybody', [forPrincipal('Allow', '*')], none, 'none'],
    [
      'no key policy, if only an IAM policy allows it',
      [forPrincipal('Allow', `${ROLE}-other`)],
      ofIdentity('Allow'),
      noKeyPolicy,
    ],
    [
      'no key policy, if its statement has another condition',
      [forPrincipal('Allow', ROOT, { StringEquals: { 'aws:PrincipalArn': 'x' } })],
      ofIdentity('Allow'),
      noKeyPolicy,
    ],
    [
      'the key policy’s deny, whatever else allows it',
      [forPrincipal('Allow', ROLE), forPrincipal('Deny', ROOT)],
      ofIdentity('Allow'),
      'with an explicit deny in a resource-based policy',
    ],
    [
      'the IAM policy’s deny, although the key’s policy names the role',
      [forPrincipal('Allow', ROLE)],
      ofIdentity('Deny'),
      'with an explicit deny in an identity-based policy',
    ],
  ])('is %s', (_, keyPolicy, identity, expected) => {
    expect(refusal(keyPolicy, identity)).toBe(expected);
  });

  test('has a code of its own, which services give on under their own names', () => {
    const roles = account([forPrincipal('Allow', ROOT)], none);
    expect(() => roles.authorize(role, use)).toThrow(expect.objectContaining({ code: 'KMSAccessDeniedException' }));
  });
});

describe('a person who may do everything', () => {
  test('may use a key whose policy names the account', () => {
    expect(refusal([forPrincipal('Allow', ROOT)], none, ana)).toBe('none');
  });

  test('may not use a key whose policy names somebody else only', () => {
    expect(refusal([forPrincipal('Allow', ROLE)], none, ana)).toBe(noKeyPolicy);
  });
});
