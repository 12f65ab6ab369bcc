import { describe, expect, test } from 'vitest';
import { localStack, type Resource, reviewedSynthesis } from './synthesized.ts';

const synthesized = await reviewedSynthesis('paged');
const { ofType, shown, allowed } = synthesized.stack();
/** Returns the rights of a function. The denials of every role are tested in least-privilege.test.ts. */
const rightsOf = (name: string) =>
  allowed(`rollback-paged-${name}`)
    .filter((line) => line.startsWith('Allow '))
    .map((line) => line.replace(/ if .*/, ''));
const called = (type: string, property: string) => ofType(type).map(({ Properties }) => String(Properties[property]));

/** Other functions subscribe too, such as the writer of incident pages. */
const isOurs = ({ id }: Resource) => id.startsWith('ChatAndPager');

describe('an environment with a chat and a pager', () => {
  test('has no open finding of the review', () => {
    expect([synthesized.exitCode, synthesized.stderr]).toEqual([0, '']);
  });

  test('lets post-to-chat publish to the topic for chats, and do nothing else', () => {
    expect(rightsOf('post-to-chat')).toEqual([
      expect.stringMatching(/^Allow kms:Decrypt on /),
      expect.stringMatching(/^Allow kms:GenerateDataKey on /),
      expect.stringMatching(/^Allow logs:CreateLogStream on /),
      expect.stringMatching(/^Allow logs:PutLogEvents on /),
      'Allow sns:Publish on arn:aws:sns:us-east-1:000000000000:rollback-paged-chat',
      ...['GetQueueAttributes', 'GetQueueUrl', 'SendMessage'].map(
        (action) => `Allow sqs:${action} on rollback-paged-chat-not-posted-dead-letters`,
      ),
      'Allow xray:PutTelemetryRecords on *',
      'Allow xray:PutTraceSegments on *',
    ]);
  });

  test('lets call-the-pager read one parameter and events, and write nothing but a metric', () => {
    expect(rightsOf('call-the-pager')).toEqual([
      'Allow cloudwatch:PutMetricData on *',
      'Allow dynamodb:Query on rollback-paged-history',
      expect.stringMatching(/^Allow logs:CreateLogStream on /),
      expect.stringMatching(/^Allow logs:PutLogEvents on /),
      ...['GetQueueAttributes', 'GetQueueUrl', 'SendMessage'].map(
        (action) => `Allow sqs:${action} on rollback-paged-pager-not-called-dead-letters`,
      ),
      'Allow ssm:GetParameter on arn:aws:ssm:us-east-1:000000000000:parameter/rollback/paged/pager',
      'Allow xray:PutTelemetryRecords on *',
      'Allow xray:PutTraceSegments on *',
    ]);
  });

  test('subscribes both to messages about rollbacks, and not to alarms', () => {
    expect(
      ofType('AWS::SNS::Subscription')
        .filter(isOurs)
        .map(({ Properties }) => [shown(Properties['TopicArn']), Properties['FilterPolicy']]),
    ).toEqual(Array(2).fill(['rollback-paged-operators', { rollback: [{ exists: true }] }]));
  });

  test('has an alarm on each way in which a page or a post is lost', () => {
    const names = called('AWS::CloudWatch::Alarm', 'AlarmName').filter((name) => /(chat|pager)-not/.test(name));
    expect(names.toSorted()).toEqual(
      [
        ...['chat-not-posted-dead-letters', 'chat-not-posted-failing'],
        ...['pager-not-called-dead-letters', 'pager-not-called-failing', 'pager-not-called-refused'],
      ].map((name) => `rollback-paged-${name}`),
    );
  });

  test('tries each message three times, and keeps what failed', () => {
    const configurations = ofType('AWS::Lambda::EventInvokeConfig')
      .map(({ Properties }) => [shown(Properties['FunctionName']), Properties['MaximumRetryAttempts']] as const)
      .filter(([name]) => /(post-to-chat|call-the-pager)$/.test(name));
    expect(configurations.toSorted()).toEqual([
      ['rollback-paged-call-the-pager', 2],
      ['rollback-paged-post-to-chat', 2],
    ]);
  });
});

test('an environment that names neither has nothing of them', async () => {
  const local = await localStack();
  expect(local.all.filter(isOurs)).toEqual([]);
});
