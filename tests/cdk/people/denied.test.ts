import { evaluate } from 'embedded-aws/iam/evaluate';
import { parsePolicy } from 'embedded-aws/iam/policy';
import { describe, expect, test } from 'vitest';
import { arn, type Person, people, policyOf } from './policy.ts';

test.each(people)('the %s may not do by hand what nobody may, even with a policy that allows everything', (person) => {
  const everything = parsePolicy('everything', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
  const decide = (action: string, resource: string) =>
    evaluate([everything, policyOf(person)], { action, resource }).decision;
  expect([
    decide('states:SendTaskSuccess', '*'),
    decide('dynamodb:DeleteItem', 'rollback-local-history'),
    decide('dynamodb:PutItem', 'rollback-local-state'),
    decide('lambda:InvokeFunction', arn('lambda', 'function:rollback-local-run-on-hosts:4')),
    decide('ssm:SendCommand', arn('ssm', 'document/rollback-local-health')),
  ]).toEqual(Array.from({ length: 5 }, () => 'explicitDeny'));
});

describe('a policy denies these actions and no other:', () => {
  const denied = (person: Person) =>
    Object.fromEntries(
      policyOf(person)
        .statements.filter(({ Effect }) => Effect === 'Deny')
        .map(({ Sid, Action = [] }) => [Sid, Action.join(' ')]),
    );
  const tasks = 'states:SendTaskSuccess states:SendTaskFailure states:SendTaskHeartbeat';
  const items = 'PutItem UpdateItem DeleteItem BatchWriteItem PartiQLInsert PartiQLUpdate PartiQLDelete';
  const tables = 'DeleteTable UpdateTable UpdateTimeToLive UpdateContinuousBackups';
  const of = (service: string, names: string) => names.replaceAll(/\w+/g, (name) => `${service}:${name}`);
  const byHand = {
    TokensAreNobodysOwn: tasks,
    TablesAreWrittenByFunctions: of('dynamodb', `${items} ${tables}`),
    FunctionsTrustTheirMachine: of('lambda', 'InvokeFunction InvokeAsync InvokeFunctionUrl'),
    CommandsComeFromRollbacks: of(
      'ssm',
      'SendCommand CreateAssociation CreateAssociationBatch UpdateAssociation UpdateDocument',
    ),
  };

  test.each(['operator', 'approver', 'deployer'] as const)('the %s’s', (person) => {
    expect(denied(person)).toEqual(byHand);
  });

  test('the auditor’s', () => {
    expect(denied('auditor')).toEqual({
      ...byHand,
      NoSecrets: [
        of('ssm', 'ListCommands ListCommandInvocations GetCommandInvocation'),
        of('secretsmanager', 'GetSecretValue BatchGetSecretValue'),
        of('ssm', 'GetParameter GetParameters GetParametersByPath GetParameterHistory'),
        'states:RevealSecrets',
      ].join(' '),
    });
  });

  test('the restorer’s', () => {
    expect(denied('restorer')).toEqual({
      ...byHand,
      CommandsComeFromRollbacks: byHand.CommandsComeFromRollbacks.replace('ssm:SendCommand ', ''),
      NoOtherCommand: 'ssm:SendCommand',
    });
  });
});
