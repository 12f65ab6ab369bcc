import { expect, test } from 'vitest';
import { allowedTo, decisionOn, machine, type Person } from './policy.ts';

/** The actions of everybody who reads rollbacks. */
const reading = [
  'appconfig:GetDeployment',
  'appconfig:GetHostedConfigurationVersion',
  'appconfig:ListApplications',
  'appconfig:ListConfigurationProfiles',
  'appconfig:ListDeployments',
  'appconfig:ListEnvironments',
  'appconfig:ListHostedConfigurationVersions',
  'cloudwatch:DescribeAlarmHistory',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricStatistics',
  'cloudwatch:ListMetrics',
  'dynamodb:BatchGetItem',
  'dynamodb:DescribeTable',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'events:ListRules',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:DescribeQueryDefinitions',
  'logs:FilterLogEvents',
  'logs:GetLogEvents',
  'logs:GetQueryResults',
  'logs:StartQuery',
  'sns:ListTopics',
  'sqs:ListQueues',
  'ssm:DescribeDocument',
  'ssm:DescribeInstanceInformation',
  'ssm:GetDocument',
  'states:DescribeExecution',
  'states:DescribeStateMachine',
  'states:DescribeStateMachineForExecution',
  'states:GetExecutionHistory',
  'states:ListExecutions',
  'states:ListStateMachines',
];

test.each<[Person, string[]]>([
  [
    'operator',
    [
      ...reading,
      'events:DisableRule',
      'events:EnableRule',
      'lambda:InvokeFunction',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
      'ssm:GetCommandInvocation',
      'ssm:ListCommandInvocations',
      'ssm:ListCommands',
      'states:StartExecution',
      'states:StopExecution',
    ],
  ],
  ['approver', [...reading, 'states:StartExecution']],
  [
    'auditor',
    [
      ...reading,
      'cloudformation:DescribeStackEvents',
      'cloudformation:DescribeStacks',
      'cloudformation:GetTemplate',
      'cloudformation:ListStackResources',
      'cloudtrail:LookupEvents',
      'dynamodb:Scan',
      'events:DescribeRule',
      'events:ListTargetsByRule',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
      'lambda:GetFunction',
      'lambda:GetPolicy',
      'lambda:ListVersionsByFunction',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucketVersions',
      'sns:GetTopicAttributes',
      'sns:ListSubscriptionsByTopic',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
    ],
  ],
  [
    'restorer',
    [...reading, 'ssm:GetCommandInvocation', 'ssm:ListCommandInvocations', 'ssm:ListCommands', 'ssm:SendCommand'],
  ],
  [
    'deployer',
    [
      'dynamodb:GetItem',
      'dynamodb:Query',
      'states:DescribeExecution',
      'states:GetExecutionHistory',
      'states:StartExecution',
    ],
  ],
])('the policy of the %s allows these actions and no other', (person, actions) => {
  expect(allowedTo(person)).toEqual(actions.toSorted());
});

test.each(['halt', 'resume'])('the person on call may start %s, and no other reader may', (name) => {
  const decision = (person: Person) => decisionOn(person, 'states:StartExecution', machine(name));
  expect(decision('operator')).toBe('allowed');
  expect((['approver', 'auditor', 'restorer'] as const).map(decision)).not.toContain('allowed');
});
