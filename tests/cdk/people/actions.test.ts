import { describe, expect, test } from 'vitest';
import { arn, decisionOn, execution, machine, type Person, people, readers } from './policy.ts';

/** Actions the embedded account has no API for, judged by the same rules. Who may; everybody else may not. */
const judged: readonly [string, readonly Person[], string, string][] = [
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
  [
    'have Reconcile look around',
    ['operator'],
    'lambda:InvokeFunction',
    arn('lambda', 'function:rollback-local-reconcile'),
  ],
  [
    'call the function that sends commands',
    [],
    'lambda:InvokeFunction',
    arn('lambda', 'function:rollback-local-run-on-hosts:1'),
  ],
  [
    'keep missing data from a phase',
    ['operator'],
    'events:DisableRule',
    arn('events', 'rule/rollback-local-phase-4-blind'),
  ],
  [
    'disable the rule that says who started what',
    [],
    'events:DisableRule',
    arn('events', 'rule/rollback-local-started'),
  ],
  ['disable a rule of others', [], 'events:DisableRule', arn('events', 'rule/payroll')],
  ['change what a rule does', [], 'events:PutRule', arn('events', 'rule/rollback-local-phase-1-red')],
  ['change what a machine does', [], 'states:UpdateStateMachine', machine('phase-1')],
  ['redrive a rollback', [], 'states:RedriveExecution', execution('phase-1')],
  ['change a script', [], 'ssm:UpdateDocument', arn('ssm', 'document/rollback-local-health')],
  ['open a shell on a host', [], 'ssm:StartSession', arn('ec2', 'instance/i-00000000000000001')],
  ['add a host to the fleet', [], 'ec2:CreateTags', arn('ec2', 'instance/i-00000000000000001')],
  ['delete the history', [], 'dynamodb:DeleteTable', 'rollback-local-history'],
  ['let time delete the history', [], 'dynamodb:UpdateTimeToLive', 'rollback-local-history'],
  ['read a parameter, which may be a secret', [], 'ssm:GetParameter', arn('ssm', 'parameter/password')],
  ['read a secret', [], 'secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:password')],
  ['give a role to a service', [], 'iam:PassRole', 'arn:aws:iam::000000000000:role/rollback-local-TasksRunOnHosts'],
  ['read what a role may do', ['auditor'], 'iam:GetRolePolicy', 'arn:aws:iam::000000000000:role/rollback-local-Tasks'],
  ['see who really started a rollback', ['auditor'], 'cloudtrail:LookupEvents', '*'],
  [
    "read a machine's log",
    readers,
    'logs:GetLogEvents',
    arn('logs', 'log-group:/aws/vendedlogs/states/rollback-local-phase-1:log-stream:a'),
  ],
  ['read logs of others', [], 'logs:GetLogEvents', arn('logs', 'log-group:/aws/lambda/payroll:log-stream:a')],
  ['read the template', ['auditor'], 'cloudformation:GetTemplate', arn('cloudformation', 'stack/rollback-local/1')],
];

const rows = people.flatMap((person) =>
  judged.map(([what, who, action, resource]) => ({
    person,
    may: who.includes(person) ? 'may' : 'may not',
    what,
    action,
    resource,
  })),
);

describe('by the same rules', () => {
  test.each(rows)('the $person $may $what', ({ person, may, action, resource }) => {
    expect(decisionOn(person, action, resource) === 'allowed' ? 'may' : 'may not').toBe(may);
  });
});
