import { describe, expect, test } from 'vitest';
import { localStack } from '../synthesized.ts';

const stack = await localStack();
const functionNames = stack.ofType('AWS::Lambda::Function').map(({ Properties }) => String(Properties['FunctionName']));
/** What a role may do, without what it is denied. */
const allows = (name: string) => stack.allowed(name).filter((line) => line.startsWith('Allow'));

describe('each function may do what it does, and nothing else', () => {
  const document = (id: string) => `arn:aws:ssm:us-east-1:000000000000:document/rollback-local-${id}`;
  /** Items of a table whose partition key is one of these or begins so. */
  const items = (table: string, keys: string | string[], ...actions: string[]) =>
    actions.map(
      (action) =>
        `Allow dynamodb:${action} on rollback-local-${table} if ${JSON.stringify({
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        })}`,
    );
  const state = (keys: string | string[], ...actions: string[]) => items('state', keys, ...actions);
  const onHistory = [
    ...items('history', ['EVENT#*', 'RECORD#*'], 'PutItem'),
    ...items('history', ['EVENT#*', 'HOST#*'], 'Query'),
    ...items('history', 'HOST#*', 'BatchWriteItem'),
  ];
  /** The history, and the outbox for what it would not take; hosts' verdicts may have to wait there too. */
  const history = [...onHistory, ...state(['LATE#*', 'LATE'], 'PutItem', 'Query', 'DeleteItem')];
  const onHosts = [
    ...state('FLEET#trading', 'GetItem', 'UpdateItem'),
    ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
    ...history,
  ];
  const freeing = [...state('FLEET#trading', 'GetItem', 'DeleteItem'), ...history];
  const counting =
    'Allow cloudwatch:PutMetricData on * if {"StringEquals":{"cloudwatch:namespace":"Rollback/Product"}}';
  const closing = [
    ...freeing,
    ...state('PHASE#*', 'GetItem', 'PutItem', 'DeleteItem'),
    ...state('ROLLBACK#*', 'GetItem'),
    ...state('UNREACHED', 'Query', 'PutItem', 'DeleteItem'),
    ...state('UNSENT', 'PutItem'),
    counting,
  ];
  const questions = state(['QUESTION#*#*', 'QUESTIONS'], 'Query', 'PutItem');
  const waking = [...state('TOKEN#*#*', 'GetItem'), 'Allow states:SendTaskSuccess on *'];
  const deciding = [...questions, ...state('PAUSE', 'GetItem')];
  const alarms = 'Allow cloudwatch:DescribeAlarms on arn:aws:cloudwatch:us-east-1:000000000000:alarm:*';
  const executions =
    'Allow states:DescribeExecution on arn:aws:states:us-east-1:000000000000:execution:rollback-local-phase-*:*';
  const publish = [
    'Allow sns:Publish on rollback-local-operators',
    ...['Decrypt', 'GenerateDataKey'].map((action) => `Allow kms:${action} on OperatorsKeyE687A59E`),
  ];
  /** What every function may do: write its own log, and its traces. */
  const everyFunction = (name: string) => [
    ...['CreateLogStream', 'PutLogEvents'].map(
      (action) => `Allow logs:${action} on /aws/lambda/rollback-local-${name}`,
    ),
    ...['PutTraceSegments', 'PutTelemetryRecords'].map((action) => `Allow xray:${action} on *`),
  ];
  /** AppConfig actions on one layer and no other, by the strategy that does not bake. */
  const flags = (layer: string, profile: string) => {
    const application = 'arn:aws:appconfig:us-east-1:000000000000:application/rollback-local';
    const environment = `${application}/environment/${layer}`;
    const versions = `${application}/configurationprofile/${profile}`;
    const strategy = 'arn:aws:appconfig:us-east-1:000000000000:deploymentstrategy/rollback-local-immediate';
    const on = (actions: string[], resources: string[]) =>
      actions.flatMap((action) => resources.map((resource) => `Allow appconfig:${action} on ${resource}`));
    return [
      ...on(['ListHostedConfigurationVersions', 'CreateHostedConfigurationVersion'], [application, versions]),
      ...on(['ListDeployments'], [application, environment]),
      ...on(['StartDeployment'], [application, environment, versions, strategy]),
      ...(layer === 'local'
        ? []
        : on(['GetHostedConfigurationVersion'], [application, versions, `${versions}/hostedconfigurationversion/*`])),
      ...(layer === 'local' ? [] : on(['GetDeployment'], [application, environment, `${environment}/deployment/*`])),
    ];
  };
  const send = (...ids: string[]) => [
    ...ids.map((id) => `Allow ssm:SendCommand on ${document(id)}`),
    'Allow ssm:SendCommand on arn:aws:ec2:us-east-1:000000000000:instance/* if {"StringEquals":{"ssm:resourceTag/rollback-fleet":"trading"}}',
    'Allow ssm:ListCommandInvocations on *',
    'Allow ssm:GetCommandInvocation on *',
    'Allow ssm:CancelCommand on *',
  ];
  const steps = [
    'stop-data-ingestion',
    'clear-corrupted-cache',
    'restore-previous-version',
    'verify-system-health',
    'resume-operations',
    'clear-cache',
    'run-customer-script',
    'reset-configuration',
    'call-customer-code',
    'switch-services',
    'clear-state',
  ];
  const flagReaders = ['flag-effective', 'update-profile', 'disable-components'];
  const look = [...steps, ...flagReaders, 'version-at-target', 'health'].flatMap((id) => [
    `Allow ssm:DescribeDocument on ${document(id)}`,
    `Allow ssm:GetDocument on ${document(id)}`,
  ]);

  const failed = ['SendMessage', 'GetQueueAttributes', 'GetQueueUrl'].map(
    (action) => `Allow sqs:${action} on rollback-local-reconcile-dead-letters`,
  );
  const stop = [
    ...state('ROLLBACK#*', 'PutItem', 'Query'),
    'Allow ssm:CancelCommand on *',
    'Allow ssm:ListCommandInvocations on *',
  ];
  const unsent = (...actions: string[]) => state('UNSENT', ...actions);

  test.each<[string, string[]]>([
    [
      'open-rollback',
      [
        ...closing,
        ...deciding,
        ...waking,
        'Allow cloudwatch:GetMetricData on *',
        ...state('PHASE#*', 'Query'),
        ...state('ALARM#*', 'GetItem', 'PutItem'),
        alarms,
        executions,
        ...stop,
        'Allow ssm:DescribeInstanceInformation on *',
        ...look,
      ],
    ],
    [
      'take-the-fleet',
      [
        ...state('FLEET#trading', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
        ...state('PHASE#*', 'DeleteItem'),
        alarms,
        ...history,
      ],
    ],
    ['run-on-hosts', [...onHosts, ...send(...steps)]],
    [
      'confirm-recovery',
      [...onHosts, ...send('version-at-target', 'health'), alarms, 'Allow cloudwatch:GetMetricData on *'],
    ],
    [
      'plan-the-rollback',
      [
        ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
        ...history,
        ...send(...steps, ...flagReaders, 'version-at-target', 'health'),
        ...[1, 2, 3, 4].map(
          (phase) =>
            `Allow states:ListExecutions on arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-${phase}`,
        ),
      ],
    ],
    [
      'look-at-hosts',
      [
        ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
        ...items('history', 'HOST#*', 'Query', 'BatchWriteItem'),
        'Allow ssm:DescribeInstanceInformation on *',
        ...['health', 'verify-rollback'].flatMap((id) => [
          `Allow ssm:DescribeDocument on ${document(id)}`,
          `Allow ssm:GetDocument on ${document(id)}`,
        ]),
        ...send('health', 'verify-rollback'),
      ],
    ],
    ['flip-flag', [...onHosts, ...send(...flagReaders), ...flags('local-safety', 'overrides')]],
    ['send-message', [...history, ...unsent('PutItem', 'DeleteItem'), ...publish]],
    [
      'ask-a-person',
      [
        ...history,
        ...questions,
        ...waking,
        ...state('TOKEN#*#*', 'PutItem'),
        ...state('ROLLBACK#*', 'GetItem'),
        ...unsent('PutItem', 'DeleteItem'),
        ...publish,
        counting,
      ],
    ],
    ['read-the-decision', [...history, ...deciding, ...state('PHASE#*', 'PutItem', 'DeleteItem', 'Query'), alarms]],
    ['take-the-answer', [...history, ...questions, ...waking, executions]],
    [
      'attach-principal',
      [
        ...history,
        ...questions,
        ...waking,
        executions,
        executions.replace('phase-*', 'decide'),
        ...failed.map((line) => line.replace('reconcile', 'principal')),
      ],
    ],
    ['record-deployment', state('PHASE#*', 'GetItem', 'PutItem')],
    [
      'reconcile',
      [
        ...closing,
        ...state('PHASE#*', 'Query'),
        ...state('ALARM#*', 'GetItem'),
        ...unsent('Query', 'PutItem', 'DeleteItem'),
        ...state(['QUESTION#*#*', 'QUESTIONS'], 'Query'),
        ...waking,
        'Allow ssm:DescribeInstanceInformation on *',
        alarms,
        executions,
        ...publish,
        ...failed,
        ...stop,
        ...[1, 2, 3, 4].map(
          (phase) =>
            `Allow states:StartExecution on arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-${phase}`,
        ),
      ],
    ],
    ['seed-flags', [...failed, ...flags('local', 'flags')]],
    ['close-rollback', closing],
    ['release-the-fleet', [...freeing, executions]],
  ])('%s', (name, lines) => {
    expect(allows(`rollback-local-${name}`)).toEqual([...everyFunction(name), ...lines].toSorted());
  });

  test('none may change or delete what stands in the history: a batch, which could delete, reaches host items only', () => {
    const all = functionNames.flatMap((name) => allows(name)).filter((line) => line.includes('-history'));
    expect(new Set(all)).toEqual(new Set([...onHistory, ...items('history', 'HOST#*', 'Query')]));
  });

  test.each([
    ['the safety layer', 'local-safety', ['flip-flag']],
    ['the normal layer', 'local', ['seed-flags']],
  ])('deployments to %s are started by one function only', (_, layer, starters) => {
    const start = new RegExp(`StartDeployment on .*/environment/${layer}$`);
    const may = functionNames.filter((name) => stack.allowed(name).some((line) => start.test(line)));
    expect(may).toEqual(starters.map((name) => `rollback-local-${name}`));
  });

  test('and nothing by a policy of AWS’s: what those allow is not ours to review', () => {
    for (const { Properties } of stack.ofType('AWS::IAM::Role'))
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});
