import { expect, test } from 'vitest';
import { userIdentity } from '../../src/cloudtrail/user-identity.ts';

const at = '2026-03-02T09:00:00Z';
const unique = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}[0-9A-Z]{17}$`));

test('a user is an IAMUser with a unique id, a name and the key', () => {
  expect(userIdentity({ arn: 'arn:aws:iam::000000000000:user/ana', accessKeyId: 'ana' }, at)).toEqual({
    type: 'IAMUser',
    principalId: unique('AIDA'),
    arn: 'arn:aws:iam::000000000000:user/ana',
    accountId: '000000000000',
    accessKeyId: 'ana',
    userName: 'ana',
  });
});

test('a function is a session of its role', () => {
  const role = 'arn:aws:iam::000000000000:role/service/app-Reconcile';
  const arn = 'arn:aws:sts::000000000000:assumed-role/app-Reconcile/reconcile';
  const identity = userIdentity({ arn, role, accessKeyId: 'ASIA1' }, at);
  const { principalId } = (identity['sessionContext'] as { sessionIssuer: { principalId: string } }).sessionIssuer;
  expect(identity).toEqual({
    type: 'AssumedRole',
    principalId: `${principalId}:reconcile`,
    arn,
    accountId: '000000000000',
    accessKeyId: 'ASIA1',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: unique('AROA'),
        arn: role,
        accountId: '000000000000',
        userName: 'app-Reconcile',
      },
      attributes: { creationDate: at, mfaAuthenticated: 'false' },
    },
  });
});

test('a person with one policy is a session of the role named after the policy', () => {
  const arn = 'arn:aws:sts::000000000000:assumed-role/app-operator/ana';
  expect(userIdentity({ arn, managedPolicy: 'arn:aws:iam::000000000000:policy/app-operator' }, at)).toMatchObject({
    type: 'AssumedRole',
    principalId: expect.stringMatching(/:ana$/),
    sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::000000000000:role/app-operator' } },
  });
});

test('a service that acts under a role is named beside it', () => {
  const role = 'arn:aws:iam::000000000000:role/app-rule';
  const arn = 'arn:aws:sts::000000000000:assumed-role/app-rule/0123';
  expect(userIdentity({ arn, role, invokedBy: 'events.amazonaws.com' }, at)).toMatchObject({
    type: 'AssumedRole',
    invokedBy: 'events.amazonaws.com',
  });
});

test('the owner is Root, with the account’s number as id', () => {
  expect(userIdentity({ arn: 'arn:aws:iam::000000000000:root' }, at)).toEqual({
    type: 'Root',
    principalId: '000000000000',
    arn: 'arn:aws:iam::000000000000:root',
    accountId: '000000000000',
  });
});

test('a person has the same id each time, and two people have different ids', () => {
  const idOf = (name: string) => userIdentity({ arn: `arn:aws:iam::000000000000:user/${name}` }, at)['principalId'];
  expect(idOf('ana')).toBe(idOf('ana'));
  expect(idOf('ben')).not.toBe(idOf('ana'));
});
