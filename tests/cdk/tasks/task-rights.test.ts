import { describe, expect, test } from 'vitest';
import { localStack } from '../synthesized.ts';

const stack = await localStack();
const functionNames = stack.ofType('AWS::Lambda::Function').map(({ Properties }) => String(Properties['FunctionName']));
/** Returns what a role may do, without the denials. */
const allows = (name: string) => stack.allowed(name).filter((line) => line.startsWith('Allow'));

describe('each function has exactly these rights', () => {
  const document = (id: string) => `arn:aws:ssm:us-east-1:000000000000:document/rollback-local-${id}`;
  /** Actions on the items of a table whose partition key matches one of these. */
  const items = (table: string, keys: string | string[], ...actions: string[]) =>
    actions.map(
      (action) =>
        `Allow dynamodb:${action} on rollback-local-${table} if ${JSON.stringify({
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        })}`,
    );
  /** For a rollback or a phase GetItem brings BatchGetItem. */
  const state = (keys: string | string[], ...actions: string[]) =>
    items(
      'state',
      keys,
      ...actions,
      ...(actions.includes('GetItem') && (keys === 'ROLLBACK#*' || keys === 'PHASE#*') ? ['BatchGetItem'] : []),
    );
  const onHistory = [
    ...items('history', ['EVENT#*', 'RECORD#*', 'CHAIN#*', 'CHAIN'], 'PutItem'),
    ...items('history', ['EVENT#*', 'HOST#*', 'CHAIN#*', 'CHAIN'], 'Query'),
    ...items('history', 'HOST#*', 'BatchWriteItem'),
  ];
  /** The changes of the brakes are events that no rollback has; a link confirms each. */
  const onBrakes = items('history', ['EVENT##brakes', 'CHAIN#*', 'CHAIN'], 'Query', 'PutItem');
  /** Reconcile's work on items of an older version. */
  const indexOlderItems = [
    'Allow dynamodb:Scan on rollback-local-history',
    ...items('history', ['RECORD#*', 'HOST#*'], 'UpdateItem'),
  ];
  /** The counters of several months, which are several partitions, are read with one request. */
  const readStatistics = items('history', ['STATS#*', 'STATS'], 'BatchGetItem', 'GetItem', 'Query');
  /** Reconcile's counters. Every other function writes no statistics. */
  const countStatistics = [
    ...items('history', ['STATS#*', 'STATS'], 'GetItem', 'PutItem', 'Query'),
    'Allow dynamodb:Query on rollback-local-history/index/by-mode',
  ];
  /** The rollbacks of a phase and their records, for the usual duration of steps on an incident page. */
  const readEarlierRollbacks = [
    ...items('history', 'RECORD#*', 'GetItem'),
    'Allow dynamodb:Query on rollback-local-history/index/by-phase',
  ];
  /** The history, and the buffer for writes that its table did not accept, including hosts' verdicts. */
  const writeHistory = [...onHistory, ...state(['LATE#*', 'LATE'], 'PutItem', 'Query', 'DeleteItem')];
  const trackHostWork = [
    ...state('FLEET#trading', 'Query', 'UpdateItem'),
    ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
    ...writeHistory,
  ];
  const releaseFleet = [
    ...state('FLEET#trading', 'Query', 'PutItem', 'DeleteItem'),
    ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
    ...writeHistory,
  ];
  const countInCloudWatch =
    'Allow cloudwatch:PutMetricData on * if {"StringEquals":{"cloudwatch:namespace":"Rollback/Product"}}';
  /** Events about tasks, for a ticket system, and no other event. */
  const putNotices =
    'Allow events:PutEvents on arn:aws:events:us-east-1:000000000000:event-bus/default if {"StringEquals":{"events:source":"rollback.follow-up"}}';
  const closeRollback = [
    ...releaseFleet,
    ...state('FLEET#trading', 'PutItem'),
    ...state('PHASE#*', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'), // UpdateItem: marks the deployment that was undone
    ...state('UNREACHED', 'Query', 'PutItem', 'DeleteItem'),
    ...state('TOKEN#*#*', 'DeleteItem'),
    ...state(['UNSENT', 'REVIEW', 'PAUSE'], 'PutItem'), // PAUSE: the version that was rolled back is blocked
    countInCloudWatch,
  ];
  const addToQuestions = state(['QUESTION#*#*', 'QUESTIONS'], 'Query', 'PutItem');
  const wakeMachine = [...state('TOKEN#*#*', 'GetItem'), 'Allow states:SendTaskSuccess on *'];
  const decideOrAsk = [...addToQuestions, ...state('PAUSE', 'Query')];
  const alarms = 'Allow cloudwatch:DescribeAlarms on arn:aws:cloudwatch:us-east-1:000000000000:alarm:*';
  const executions =
    'Allow states:DescribeExecution on arn:aws:states:us-east-1:000000000000:execution:rollback-local-phase-*:*';
  const seeWhoDecided = ['phase-*', 'decide', 'release'].map((machine) => executions.replace('phase-*', machine));
  const previousRollbacks = [1, 2, 3, 4].map(
    (phase) =>
      `Allow states:ListExecutions on arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-${phase}`,
  );
  const publish = [
    'Allow sns:Publish on rollback-local-operators',
    ...['Decrypt', 'GenerateDataKey'].map((action) => `Allow kms:${action} on OperatorsKeyE687A59E`),
  ];
  /** The rights of every function: write its own log and traces. */
  const everyFunction = (name: string) => [
    ...['CreateLogStream', 'PutLogEvents'].map(
      (action) => `Allow logs:${action} on /aws/lambda/rollback-local-${name}`,
    ),
    ...['PutTraceSegments', 'PutTelemetryRecords'].map((action) => `Allow xray:${action} on *`),
  ];
  /** AppConfig actions on one layer, by the strategy without bake time; `override`: and on what it holds already. */
  const flags = (layer: string, profile: string, override: boolean) => {
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
      ...(!override
        ? []
        : on(['GetHostedConfigurationVersion'], [application, versions, `${versions}/hostedconfigurationversion/*`])),
      ...(!override
        ? []
        : on(['GetDeployment', 'StopDeployment'], [application, environment, `${environment}/deployment/*`])),
    ];
  };
  const monitorRole = stack.ofType('AWS::IAM::Role').find(({ id }) => id.startsWith('FlagsMonitorRole'))?.id;
  /** Gradual deployments, and reading what is deployed: never in the safety layer. */
  const normalLayer = 'arn:aws:appconfig:us-east-1:000000000000:application/rollback-local';
  const monitors = [
    ...['GetEnvironment', 'UpdateEnvironment'].flatMap((action) =>
      [normalLayer, `${normalLayer}/environment/local`].map((on) => `Allow appconfig:${action} on ${on}`),
    ),
    `Allow iam:PassRole on ${monitorRole} if {"StringEquals":{"iam:PassedToService":"appconfig.amazonaws.com"}}`,
  ];
  const moreOfNormalLayer = [
    ...['linear', 'canary'].map(
      (name) =>
        `Allow appconfig:StartDeployment on arn:aws:appconfig:us-east-1:000000000000:deploymentstrategy/rollback-local-${name}`,
    ),
    ...['', '/configurationprofile/flags', '/configurationprofile/flags/hostedconfigurationversion/*'].map(
      (path) => `Allow appconfig:GetHostedConfigurationVersion on ${normalLayer}${path}`,
    ),
    ...['', '/environment/local', '/environment/local/deployment/*'].map(
      (path) => `Allow appconfig:GetDeployment on ${normalLayer}${path}`,
    ),
  ];
  const seeHosts = ['Allow ssm:DescribeInstanceInformation on *', 'Allow ec2:DescribeInstances on *'];
  const send = (...ids: string[]) => [
    ...ids.map((id) => `Allow ssm:SendCommand on ${document(id)}`),
    ...['ec2:us-east-1:000000000000:instance', 'ssm:us-east-1:000000000000:managed-instance'].map(
      (hosts) =>
        `Allow ssm:SendCommand on arn:aws:${hosts}/* if {"StringEquals":{"ssm:resourceTag/rollback-fleet":"trading"}}`,
    ),
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
  const readDocument = (...ids: string[]) =>
    ids.flatMap((id) => [`Allow ssm:DescribeDocument on ${document(id)}`, `Allow ssm:GetDocument on ${document(id)}`]);
  const look = readDocument(...steps, ...flagReaders, 'version-at-target', 'health');

  const sendToDeadLetters = ['SendMessage', 'GetQueueAttributes', 'GetQueueUrl'].map(
    (action) => `Allow sqs:${action} on rollback-local-reconcile-dead-letters`,
  );
  const stopCommands = [
    ...state('ROLLBACK#*', 'PutItem', 'Query'),
    'Allow ssm:CancelCommand on *',
    'Allow ssm:ListCommandInvocations on *',
  ];
  const unsent = (...actions: string[]) => state('UNSENT', ...actions);

  test.each<[string, string[]]>([
    [
      'open-rollback',
      [
        ...closeRollback,
        ...decideOrAsk,
        ...wakeMachine,
        'Allow cloudwatch:GetMetricData on *',
        ...state(['SEEN', 'DOCUMENTS', 'TRUTH'], 'Query'),
        ...state('FLEET#trading', 'UpdateItem'),
        'Allow ssm:ListDocuments on *',
        ...state(['ALARM#*', 'DRILLS'], 'GetItem', 'PutItem'),
        alarms,
        ...seeWhoDecided,
        ...stopCommands,
        ...send('look-at-versions'),
        ...send('health'),
        ...seeHosts,
        `Allow ssm:DescribeDocument on ${document('*')}`,
        `Allow ssm:GetDocument on ${document('*')}`,
      ],
    ],
    [
      'take-the-fleet',
      [
        ...state('FLEET#trading', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
        ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
        ...state('PHASE#*', 'UpdateItem', 'DeleteItem', 'Query'),
        ...state('TOKEN#*#*', 'DeleteItem'),
        ...unsent('PutItem'),
        ...state('UNREACHED', 'Query', 'PutItem'),
        alarms,
        ...writeHistory,
      ],
    ],
    ['run-on-hosts', [...trackHostWork, ...state('PAUSE', 'Query'), ...seeHosts, ...send(...steps, 'hold')]],
    [
      'confirm-recovery',
      [
        ...trackHostWork,
        ...seeHosts,
        ...state('PHASE#*', 'GetItem'),
        ...state('UNREACHED', 'Query'),
        ...send('version-at-target', 'health'),
        alarms,
        'Allow cloudwatch:GetMetricData on *',
      ],
    ],
    [
      'plan-the-rollback',
      [
        ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
        ...state('PAUSE', 'Query'),
        ...state(['PHASE#*', 'FLEET#trading'], 'Query'),
        ...readStatistics,
        ...state('DRILLS', 'PutItem', 'DeleteItem'),
        ...writeHistory,
        ...send(...steps, ...flagReaders, 'version-at-target', 'health'),
        ...previousRollbacks,
        'Allow states:ListExecutions on arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-roll-back-to-before',
        executions,
      ],
    ],
    [
      'look-at-hosts',
      [
        ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
        ...items('history', 'HOST#*', 'Query', 'BatchWriteItem'),
        ...state('SEEN', 'Query'),
        ...seeHosts,
        ...state('FLEET#trading', 'GetItem', 'BatchGetItem'),
        ...state('PHASE#*', 'Query', 'PutItem'),
        ...state('TRUTH', 'GetItem', 'PutItem'),
        ...['health', 'verify-rollback', 'compare-fleet'].flatMap((id) => [
          `Allow ssm:DescribeDocument on ${document(id)}`,
          `Allow ssm:GetDocument on ${document(id)}`,
        ]),
        ...send('health', 'verify-rollback', 'compare-fleet'),
      ],
    ],
    [
      'flip-flag',
      [
        ...trackHostWork,
        ...state('PAUSE', 'Query'),
        ...seeHosts,
        ...send(...flagReaders),
        ...flags('local-safety', 'overrides', true),
      ],
    ],
    ['send-message', [...writeHistory, ...unsent('PutItem', 'DeleteItem'), ...publish, ...readStatistics]],
    [
      'ask-a-person',
      [
        ...writeHistory,
        ...addToQuestions,
        ...wakeMachine,
        ...state('TOKEN#*#*', 'PutItem'),
        ...state('ROLLBACK#*', 'GetItem'),
        ...state('FLEET#trading', 'Query'),
        ...previousRollbacks,
        ...seeWhoDecided,
        ...unsent('PutItem', 'DeleteItem'),
        ...publish,
        countInCloudWatch,
      ],
    ],
    [
      'read-the-decision',
      [
        ...writeHistory,
        ...decideOrAsk,
        ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
        ...state('PHASE#*', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        ...state('TOKEN#*#*', 'DeleteItem'),
        ...unsent('PutItem'),
        ...seeWhoDecided,
        countInCloudWatch,
        alarms,
      ],
    ],
    [
      'take-the-answer',
      [...writeHistory, ...addToQuestions, ...wakeMachine, ...seeWhoDecided, ...state('ROLLBACK#*', 'GetItem')],
    ],
    [
      'attach-principal',
      [
        ...writeHistory,
        ...addToQuestions,
        ...wakeMachine,
        executions,
        ...['decide', 'annotate', 'review', 'brakes', 'change-flag', 'change-task', 'halt', 'resume'].map((machine) =>
          executions.replace('phase-*', machine),
        ),
        ...state('REVIEW', 'PutItem'),
        ...sendToDeadLetters.map((line) => line.replace('reconcile', 'principal')),
      ],
    ],
    [
      'prepare-the-hosts',
      [
        ...state('FLEET#trading', 'Query'),
        ...state('PAUSE', 'Query'),
        ...state('PHASE#*', 'GetItem', 'PutItem', 'Query'),
        ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
        ...items('history', 'HOST#*', 'Query', 'BatchWriteItem'),
        ...state('SEEN', 'Query'),
        ...seeHosts,
        `Allow ssm:DescribeDocument on ${document('prepare')}`,
        `Allow ssm:GetDocument on ${document('prepare')}`,
        ...send('prepare'),
      ],
    ],
    [
      'halt-the-hosts',
      [
        ...state('SEEN', 'Query'),
        ...seeHosts,
        'Allow cloudwatch:GetMetricData on *', // whether a venue is halted
        ...readDocument('halt'),
        ...send('halt').filter((line) => !/GetCommandInvocation|CancelCommand/.test(line)),
        ...publish,
      ],
    ],
    [
      'resume-the-hosts',
      [
        ...state(['SEEN', 'FLEET#trading', 'UNREACHED', 'QUESTION#*#*', 'QUESTIONS'], 'Query'),
        ...state('TRUTH', 'GetItem'),
        ...items('history', ['EVENT##brakes', 'CHAIN#*', 'CHAIN'], 'Query', 'PutItem'),
        executions.replace('phase-*', 'resume'),
        ...seeHosts,
        ...readDocument('resume'),
        ...send('resume').filter((line) => !/GetCommandInvocation|CancelCommand/.test(line)),
        ...publish,
      ],
    ],
    [
      'record-the-halt',
      [
        ...items('history', ['EVENT##brakes', 'CHAIN#*', 'CHAIN'], 'Query', 'PutItem'),
        ...publish,
        ...sendToDeadLetters,
        'Allow states:DescribeExecution on arn:aws:states:us-east-1:000000000000:execution:rollback-local-halt:*',
        'Allow states:ListExecutions on arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-halt',
      ],
    ],
    [
      'check-readiness',
      [
        ...state('FLEET#trading', 'Query'),
        ...state('CONTACTS', 'GetItem'),
        ...state('DRILLS', 'GetItem', 'Query'),
        ...state('PAUSE', 'Query'),
        ...state('PHASE#*', 'GetItem', 'PutItem', 'Query'),
        ...state('ROLLBACK#*', 'GetItem', 'PutItem'),
        ...state(['SEEN', 'DOCUMENTS'], 'Query'),
        ...items('history', 'HOST#*', 'Query', 'BatchWriteItem'),
        ...seeHosts,
        'Allow ssm:ListDocuments on *',
        'Allow lambda:GetAccountSettings on *',
        `Allow ssm:DescribeDocument on ${document('*')}`,
        `Allow ssm:GetDocument on ${document('*')}`,
        ...send('ready'),
        alarms,
        countInCloudWatch,
        'Allow sns:ListSubscriptionsByTopic on rollback-local-operators',
        'Allow states:DescribeStateMachine on arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-*',
      ],
    ],
    [
      'watch-the-fleet',
      [
        ...state('FLEET#trading', 'GetItem', 'BatchGetItem'),
        ...state('ROLLBACK#*', 'GetItem', 'BatchGetItem'),
        ...state('PHASE#*', 'Query'),
        ...state('TRUTH', 'GetItem', 'PutItem'),
        ...state('PAUSE', 'Query'),
        ...items('history', 'EVENT##brakes', 'Query'),
        ...state(['SEEN', 'DOCUMENTS'], 'Query'),
        ...seeHosts,
        'Allow ssm:ListDocuments on *',
        ...readDocument('compare-fleet'),
        ...['', '/environment/local', '/environment/local-safety'].map(
          (path) =>
            `Allow appconfig:ListDeployments on arn:aws:appconfig:us-east-1:000000000000:application/rollback-local${path}`,
        ),
        ...send('compare-fleet').filter((line) => !/GetCommandInvocation|CancelCommand/.test(line)),
        ...publish,
        countInCloudWatch,
        ...sendToDeadLetters,
      ],
    ],
    ['confirm-contacts', state('CONTACTS', 'PutItem')],
    [
      'record-deployment',
      [...state('PHASE#*', 'GetItem', 'PutItem', 'Query'), ...state('PAUSE', 'Query'), countInCloudWatch],
    ],
    [
      'reconcile',
      [
        ...closeRollback.filter((line) => !line.includes('UNREACHED')),
        ...state('FLEET#trading', 'UpdateItem'),
        ...state(['QUESTION#*#*', 'QUESTIONS', 'PAUSE'], 'Query'),
        ...state(['ALARM#*', 'TOKEN#*#*', 'TRUTH'], 'GetItem'),
        ...state(['UNSENT', 'REVIEW'], 'Query', 'DeleteItem'),
        'Allow states:SendTaskSuccess on *',
        ...seeHosts,
        ...state(['UNREACHED', 'SEEN', 'DRILLS'], 'Query', 'PutItem', 'DeleteItem'),
        'Allow cloudwatch:GetMetricData on *', // whether a venue is halted
        alarms,
        alarms.replace('DescribeAlarms', 'DescribeAlarmHistory'), // whether a deployment's watch window passed without red
        ...seeWhoDecided,
        ...publish,
        ...sendToDeadLetters,
        ...stopCommands,
        ...indexOlderItems,
        ...countStatistics,
        ...state(['INDEXED', 'QUESTION#*#*', 'QUESTIONS'], 'GetItem', 'PutItem'),
        ...[1, 2, 3, 4].map(
          (phase) =>
            `Allow states:StartExecution on arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-${phase}`,
        ),
      ],
    ],
    [
      'export-history',
      [
        ...items('history', ['EVENT#*', 'HOST#*', 'CHAIN#*', 'CHAIN'], 'Query'),
        ...state(['QUESTION#*#*', 'QUESTIONS'], 'Query'),
        ...state('EXPORTED', 'GetItem', 'PutItem'),
        'Allow s3:PutObject on HistoryExportA6F0BC98/*',
        countInCloudWatch,
        ...sendToDeadLetters,
      ],
    ],
    [
      'publish-transitions',
      [
        ...items('history', ['EVENT#*', 'HOST#*', 'CHAIN#*', 'CHAIN'], 'Query'),
        ...state(['TRANSITIONS', 'TRANSITIONS#*'], 'GetItem', 'Query', 'PutItem', 'DeleteItem'),
        ...sendToDeadLetters,
        countInCloudWatch,
        putNotices.replace('rollback.follow-up', 'rollback.transitions'),
      ],
    ],
    [
      'seed-flags',
      [
        ...sendToDeadLetters,
        ...flags('local', 'flags', false),
        ...flags('local-safety', 'overrides', false),
        ...monitors,
      ],
    ],
    [
      'check-documents',
      [
        ...new Set([
          ...look,
          ...readDocument(
            'health',
            'verify-rollback',
            'restore',
            'prepare',
            'look-at-versions',
            'ready',
            'compare-fleet',
            'halt',
            'hold',
            'resume',
          ),
        ]),
        'Allow ssm:ListDocuments on *',
        ...state('DOCUMENTS', 'Query', 'PutItem'),
        countInCloudWatch,
        ...sendToDeadLetters,
      ],
    ],
    ['count-failures', [executions.replace('phase-*', '*'), countInCloudWatch, ...sendToDeadLetters]],
    ['close-rollback', [...closeRollback, ...state('ALARM#*', 'DeleteItem')]],
    ['release-the-fleet', [...releaseFleet, ...addToQuestions, ...wakeMachine, ...seeWhoDecided]],
    ['annotate-the-rollback', writeHistory],
    [
      'set-the-brakes',
      [...state('PAUSE', 'Query', 'PutItem', 'DeleteItem'), ...state('PHASE#*', 'Query', 'UpdateItem'), ...onBrakes],
    ],
    [
      'set-the-flag',
      [
        ...flags('local', 'flags', false),
        ...moreOfNormalLayer,
        ...flags('local-safety', 'overrides', true).filter((line) => !line.includes('StopDeployment')),
        'Allow cloudwatch:DescribeAlarms on arn:aws:cloudwatch:us-east-1:000000000000:alarm:*',
        ...state('PHASE#*', 'Query'),
        ...state('PAUSE', 'Query'),
        ...onBrakes,
      ],
    ],
    [
      'write-page',
      [
        ...items('history', ['EVENT#*', 'HOST#*', 'CHAIN#*', 'CHAIN'], 'Query'),
        ...state(['LATE#*', 'LATE'], 'Query'),
        ...readEarlierRollbacks,
        ...readStatistics,
        ...state('DRILLS', 'GetItem'),
        'Allow cloudwatch:GetMetricData on *',
        executions.replace('DescribeExecution', 'DescribeStateMachineForExecution'),
        'Allow s3:PutObject on arn:aws:s3:::rollback-local-history-000000000000-us-east-1/pages/*',
        countInCloudWatch,
      ],
    ],
    ['measure-the-times', [...readStatistics, countInCloudWatch, ...sendToDeadLetters]],
    ['review-the-rollback', [...writeHistory, ...state('REVIEW', 'DeleteItem')]],
    ['change-the-task', [...writeHistory, ...state('TASKS', 'PutItem', 'DeleteItem'), putNotices]],
    [
      'remind-of-tasks',
      [
        ...items('history', ['EVENT#*', 'HOST#*', 'CHAIN#*', 'CHAIN'], 'Query'),
        ...state('TASKS', 'Query', 'PutItem', 'DeleteItem'),
        ...sendToDeadLetters,
        ...publish,
        countInCloudWatch,
        putNotices,
      ],
    ],
    [
      'follow-the-rollback',
      [
        ...writeHistory,
        ...state('TASKS', 'PutItem'),
        ...items('state', ['FLEET#trading', 'TRUTH'], 'GetItem', 'BatchGetItem'),
        ...state('PHASE#*', 'Query'),
        ...publish,
        alarms,
        'Allow cloudwatch:GetMetricData on *',
        countInCloudWatch,
        putNotices,
        'Allow s3:PutObject on arn:aws:s3:::rollback-local-history-000000000000-us-east-1/follow-up/*',
        'Allow logs:StartQuery on arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/rollback-local-*:*',
        'Allow logs:GetQueryResults on *',
        executions.replace('phase-*', 'follow-up'),
      ],
    ],
  ])('%s', (name, lines) => {
    expect([...new Set(allows(`rollback-local-${name}`))]).toEqual(
      [...new Set([...everyFunction(name), ...lines])].toSorted(),
    );
  });

  test('no function may change or delete an event or a link: a batch, which could delete, reaches only host items', () => {
    const all = functionNames
      .flatMap((name) => allows(name))
      .filter((line) => / on rollback-local-history\b/.test(line));
    expect(new Set(all)).toEqual(
      new Set([
        ...onHistory,
        ...onBrakes,
        ...indexOlderItems,
        ...countStatistics,
        ...readStatistics,
        ...items('history', 'HOST#*', 'Query'),
        ...items('history', 'EVENT##brakes', 'Query'),
        ...readEarlierRollbacks,
      ]),
    );
  });

  test.each([
    [
      'the safety layer: rollbacks, circuit breakers, first values',
      'local-safety',
      ['flip-flag', 'set-the-flag', 'seed-flags'],
    ],
    ['the normal layer: people, first values', 'local', ['set-the-flag', 'seed-flags']],
  ])('no other function starts deployments to %s', (_, layer, starters) => {
    const start = new RegExp(`StartDeployment on .*/environment/${layer}$`);
    const may = functionNames.filter((name) => stack.allowed(name).some((line) => start.test(line)));
    expect(may).toEqual(starters.map((name) => `rollback-local-${name}`));
  });

  test('no role has a managed policy of AWS, because its rights cannot be reviewed here', () => {
    for (const { Properties } of stack.ofType('AWS::IAM::Role'))
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});
