import { expect, test } from 'vitest';
import { callers } from '../../src/identity/callers.ts';

const role = 'arn:aws:iam::000000000000:role/app-CloseRollbackRole';
const policy = 'arn:aws:iam::000000000000:policy/app-operator';
const account = () => callers('000000000000', (name) => (name === 'app-operator' ? policy : undefined));
const signedBy = (key: string) =>
  `AWS4-HMAC-SHA256 Credential=${key}/20260302/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=0`;

test('a request signed with a function’s key comes from the function’s role', () => {
  const known = account();
  const { accessKeyId } = known.credentialsFor(role, 'close-rollback');
  expect(known.of(signedBy(accessKeyId))).toEqual({
    arn: 'arn:aws:sts::000000000000:assumed-role/app-CloseRollbackRole/close-rollback',
    role,
    accessKeyId,
  });
});

test('every session has its own key, in the form of temporary credentials', () => {
  const known = account();
  const keys = ['a', 'b', 'a'].map((session) => known.credentialsFor(role, session).accessKeyId);
  expect(keys[2]).toBe(keys[0]);
  expect(keys[1]).not.toBe(keys[0]);
  for (const key of keys) expect(key).toMatch(/^ASIA[0-9A-Z]{16}$/);
});

test('a request signed with a name comes from the user of that name, who may do everything', () => {
  expect(account().of(signedBy('ana'))).toEqual({ arn: 'arn:aws:iam::000000000000:user/ana', accessKeyId: 'ana' });
});

test('a request signed with the name of a managed policy comes from a user with that policy', () => {
  expect(account().of(signedBy('app-operator'))).toEqual({
    arn: 'arn:aws:iam::000000000000:user/app-operator',
    managedPolicy: policy,
    accessKeyId: 'app-operator',
  });
});

test('a name before a policy is a person in the role of people with that policy', () => {
  expect(account().of(signedBy('ana@app-operator'))).toEqual({
    arn: 'arn:aws:sts::000000000000:assumed-role/app-operator/ana',
    managedPolicy: policy,
    accessKeyId: 'ana@app-operator',
  });
});

test('an unknown policy does not give all permissions', () => {
  expect(account().of(signedBy('ana@app-oprator'))).toMatchObject({
    managedPolicy: 'arn:aws:iam::000000000000:policy/app-oprator',
  });
});

const owner = 'arn:aws:iam::000000000000:root';

test('a request signed with a key of AWS’s form that the account did not issue comes from the owner', () => {
  expect(account().of(signedBy('AKIAEXAMPLE'))).toEqual({ arn: owner, accessKeyId: 'AKIAEXAMPLE' });
});

test.each([
  ['no signature', undefined],
  ['a signature of another form', 'Bearer 1'],
])('a request with %s comes from the owner', (_, authorization) => {
  expect(account().of(authorization)).toEqual({ arn: owner });
});
