import { describe, expect, test } from 'vitest';
import { iam } from '../../src/iam/iam.ts';

const arn = 'arn:aws:iam::000000000000:role/steps';
const caller = { arn: 'arn:aws:sts::000000000000:assumed-role/steps/run-on-hosts', role: arn };
const document = 'arn:aws:ssm:eu-west-1:000000000000:document/stop-service';
const send = { action: 'ssm:SendCommand', resource: document };
const statement = (Effect: string, Action: string, Condition?: object) => ({
  Statement: { Effect, Action, Resource: '*', ...(Condition && { Condition }) },
});
const trusting = (Service: string, Condition?: object) => ({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service }, ...(Condition && { Condition }) }],
});

function account(policy?: object, managedPolicyArns: string[] = [], trust = trusting('lambda.amazonaws.com')) {
  const roles = iam();
  const inlinePolicies = policy ? [{ name: 'inline', document: policy }] : [];
  roles.createRole({ name: 'steps', arn, assumeRolePolicyDocument: trust, inlinePolicies, managedPolicyArns });
  return roles;
}

describe('a call', () => {
  test('that no policy allows is refused in the words of AWS', () => {
    expect(() => account().authorize(caller, [send])).toThrow(
      expect.objectContaining({
        code: 'AccessDeniedException',
        message:
          'User: arn:aws:sts::000000000000:assumed-role/steps/run-on-hosts is not authorized to perform: ' +
          'ssm:SendCommand on resource: arn:aws:ssm:eu-west-1:000000000000:document/stop-service ' +
          'because no identity-based policy allows the ssm:SendCommand action',
      }),
    );
  });

  test('that a policy denies is refused with an explicit deny', () => {
    expect(() => account(statement('Deny', '*')).authorize(caller, [send])).toThrow(
      `ssm:SendCommand on resource: ${document} with an explicit deny in an identity-based policy`,
    );
  });

  test('is refused if one of its needs is denied', () => {
    const roles = account(statement('Allow', 'ssm:SendCommand'));
    expect(() => roles.authorize(caller, [send, { action: 'sns:Publish', resource: '*' }])).toThrow('sns:Publish');
  });

  test('that was allowed is refused once a policy that denies it is attached', () => {
    const roles = account(statement('Allow', 'ssm:SendCommand'));
    roles.authorize(caller, [send]);
    roles.attachPolicy('steps', 'later', statement('Deny', 'ssm:SendCommand'));
    expect(() => roles.authorize(caller, [send])).toThrow('with an explicit deny');
  });

  test('that was allowed is decided again under other condition keys', () => {
    const trading = { StringEquals: { 'ssm:resourceTag/fleet': 'trading' } };
    const roles = account(statement('Allow', 'ssm:SendCommand', trading));
    const to = (fleet: string) => [{ ...send, keys: { 'ssm:resourceTag/fleet': fleet } }];
    roles.authorize(caller, to('trading'));
    expect(() => roles.authorize(caller, to('other'))).toThrow('ssm:SendCommand');
  });

  test('of a person with a managed policy is decided by that policy', () => {
    const roles = account();
    const readers = 'arn:aws:iam::000000000000:policy/readers';
    roles.createManagedPolicy(readers, statement('Allow', 'ssm:Get*'));
    const ana = { arn: 'arn:aws:iam::000000000000:user/ana', managedPolicy: readers };
    expect(() => roles.authorize(ana, [{ action: 'ssm:GetDocument', resource: document }])).not.toThrow();
    expect(() => roles.authorize(ana, [send])).toThrow('ana is not authorized to perform: ssm:SendCommand');
  });

  test('of a person in a role has the role as aws:PrincipalArn', () => {
    const roles = account();
    const readers = 'arn:aws:iam::000000000000:policy/readers';
    const inRole = { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:role/readers' } };
    roles.createManagedPolicy(readers, statement('Allow', 'ssm:*', inRole));
    const ana = { arn: 'arn:aws:sts::000000000000:assumed-role/readers/ana', managedPolicy: readers };
    expect(() => roles.authorize(ana, [send])).not.toThrow();
  });

  test('of the owner is never refused', () => {
    expect(() => account().authorize({ arn: 'arn:aws:iam::000000000000:user/ana' }, [send])).not.toThrow();
  });

  test('has the role as aws:PrincipalArn and counts as sent over TLS', () => {
    const mine = { ArnEquals: { 'aws:PrincipalArn': arn }, Bool: { 'aws:SecureTransport': 'true' } };
    expect(() => account(statement('Allow', '*', mine)).authorize(caller, [send])).not.toThrow();
  });

  test('of an unknown role is an error that names it', () => {
    expect(() => account().authorize({ ...caller, role: 'nobody' }, [send])).toThrow('There is no role nobody');
  });
});

test('finds a managed policy of the template by its name, but none of AWS', () => {
  const roles = account();
  roles.createManagedPolicy('arn:aws:iam::000000000000:policy/readers', statement('Allow', 'ssm:Get*'));
  expect(roles.policyNamed('readers')).toBe('arn:aws:iam::000000000000:policy/readers');
  expect(roles.policyNamed('eaders')).toBeUndefined();
  expect(roles.policyNamed('AWSLambdaBasicExecutionRole')).toBeUndefined();
});

describe('a role', () => {
  test('has the permissions of a policy attached later', () => {
    const roles = account();
    roles.attachPolicy('steps', 'DefaultPolicy', statement('Allow', 'ssm:SendCommand'));
    expect(() => roles.authorize(caller, [send])).not.toThrow();
  });

  test('has the permissions of its AWS managed policy', () => {
    const roles = account(undefined, ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']);
    expect(() => roles.authorize(caller, [{ action: 'logs:PutLogEvents', resource: '*' }])).not.toThrow();
  });

  test('with a managed policy that is not listed is an error that names it', () => {
    const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(() => account(undefined, [administrator])).toThrow(administrator);
  });

  test('has the permissions of a managed policy of the template', () => {
    const roles = account();
    const managed = 'arn:aws:iam::000000000000:policy/send';
    roles.createManagedPolicy(managed, statement('Allow', 'ssm:SendCommand'));
    roles.attachManagedPolicy('steps', managed);
    expect(() => roles.authorize(caller, [send])).not.toThrow();
  });

  test('is created once', () => {
    const again = {
      name: 'steps',
      arn,
      assumeRolePolicyDocument: trusting('x'),
      inlinePolicies: [],
      managedPolicyArns: [],
    };
    expect(() => account().createRole(again)).toThrow(expect.objectContaining({ code: 'EntityAlreadyExists' }));
  });

  test('may be assumed by the service it trusts, and by no other', () => {
    const roles = account();
    expect(roles.mayAssume(arn, 'lambda.amazonaws.com')).toBe(true);
    expect(roles.mayAssume(arn, 'states.amazonaws.com')).toBe(false);
  });

  test('may be assumed only under the conditions of its trust', () => {
    const fromHere = { StringEquals: { 'aws:SourceAccount': '000000000000' } };
    const roles = account(undefined, [], trusting('states.amazonaws.com', fromHere));
    expect(roles.mayAssume(arn, 'states.amazonaws.com', { 'aws:SourceAccount': '000000000000' })).toBe(true);
    expect(roles.mayAssume(arn, 'states.amazonaws.com')).toBe(false);
  });
});
