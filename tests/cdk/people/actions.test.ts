import { describe, expect, test } from 'vitest';
import { arn, decisionOn, execution, machine, type Person, people, readers } from './policy.ts';

/** Actions without an API in the embedded account, with the people who may use them. No one else may. */
const evaluated: readonly [string, readonly Person[], string, string][] = [
  [
    'change the code of a function',
    [],
    'lambda:UpdateFunctionCode',
    arn('lambda', 'function:rollback-local-reconcile'),
  ],
  [
    'read the code of a function',
    ['auditor'],
    'lambda:GetFunction',
    arn('lambda', 'function:rollback-local-reconcile'),
  ],
  ['invoke Reconcile', ['operator'], 'lambda:InvokeFunction', arn('lambda', 'function:rollback-local-reconcile')],
  [
    'call the function that sends commands',
    [],
    'lambda:InvokeFunction',
    arn('lambda', 'function:rollback-local-run-on-hosts:1'),
  ],
  [
    'stop missing data from starting a phase',
    ['operator'],
    'events:DisableRule',
    arn('events', 'rule/rollback-local-phase-4-blind'),
  ],
  [
    'disable the rule that records verified principals',
    [],
    'events:DisableRule',
    arn('events', 'rule/rollback-local-started'),
  ],
  ['disable a rule of another team', [], 'events:DisableRule', arn('events', 'rule/payroll')],
  ['change a rule', [], 'events:PutRule', arn('events', 'rule/rollback-local-phase-1-red')],
  ['change a machine', [], 'states:UpdateStateMachine', machine('phase-1')],
  ['redrive a rollback', [], 'states:RedriveExecution', execution('phase-1')],
  ['change a script', [], 'ssm:UpdateDocument', arn('ssm', 'document/rollback-local-health')],
  ['open a shell on a host', [], 'ssm:StartSession', arn('ec2', 'instance/i-00000000000000001')],
  ['add a host to the fleet', [], 'ec2:CreateTags', arn('ec2', 'instance/i-00000000000000001')],
  ['delete the history', [], 'dynamodb:DeleteTable', 'rollback-local-history'],
  ['set a time to live on the history', [], 'dynamodb:UpdateTimeToLive', 'rollback-local-history'],
  ['read a parameter, which may be a secret', [], 'ssm:GetParameter', arn('ssm', 'parameter/password')],
  ['read a secret', [], 'secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:password')],
  ['pass a role to a service', [], 'iam:PassRole', 'arn:aws:iam::000000000000:role/rollback-local-TasksRunOnHosts'],
  [
    'read the policy of a role',
    ['auditor'],
    'iam:GetRolePolicy',
    'arn:aws:iam::000000000000:role/rollback-local-Tasks',
  ],
  ['see the verified principal of a start', ['auditor'], 'cloudtrail:LookupEvents', '*'],
  [
    "read a machine's log",
    readers,
    'logs:GetLogEvents',
    arn('logs', 'log-group:/aws/vendedlogs/states/rollback-local-phase-1:log-stream:a'),
  ],
  ['read logs of another team', [], 'logs:GetLogEvents', arn('logs', 'log-group:/aws/lambda/payroll:log-stream:a')],
  ['read the template', ['auditor'], 'cloudformation:GetTemplate', arn('cloudformation', 'stack/rollback-local/1')],
];

const rows = people.flatMap((person) =>
  evaluated.map(([what, who, action, resource]) => ({
    person,
    may: who.includes(person) ? 'may' : 'may not',
    what,
    action,
    resource,
  })),
);

describe('by evaluation of the policies', () => {
  test.each(rows)('the $person $may $what', ({ person, may, action, resource }) => {
    expect(decisionOn(person, action, resource) === 'allowed' ? 'may' : 'may not').toBe(may);
  });
});
