import { expect, test } from 'vitest';
import { messagingResources } from '../../src/messaging/resources.ts';
import { allowsTheTopic, QUEUE, QUEUE_URL, SmallAccount, TOPIC, withAttribute } from './messaging-account.ts';

const KEY = 'arn:aws:kms:eu-west-1:000000000000:key/k';
const make = (account: SmallAccount, type: string, properties: Record<string, unknown>) => {
  const maker = messagingResources(account.messaging)[type];
  if (!maker) throw new Error(`no maker of ${type}`);
  return maker({ stack: 'alerts', logicalId: 'Resource', type, properties });
};

test('a topic returns its ARN as Ref', () => {
  const properties = { TopicName: 'pages', DisplayName: 'Pages', KmsMasterKeyId: KEY, Tags: [] };
  expect(make(new SmallAccount(), 'AWS::SNS::Topic', properties)).toEqual({
    ref: 'arn:aws:sns:eu-west-1:000000000000:pages',
    attributes: { TopicArn: 'arn:aws:sns:eu-west-1:000000000000:pages', TopicName: 'pages' },
  });
});

test('a topic can define its subscriptions', () => {
  const account = new SmallAccount();
  make(account, 'AWS::SNS::Topic', { TopicName: 'pages', Subscription: [{ Protocol: 'sqs', Endpoint: QUEUE }] });
  const made = account.messaging.sns.state.topics.get('arn:aws:sns:eu-west-1:000000000000:pages');
  expect(made?.subscriptions).toMatchObject([{ protocol: 'sqs', endpoint: QUEUE }]);
});

test('a subscription with a filter policy delivers only matching messages to its queue', async () => {
  const account = new SmallAccount();
  make(account, 'AWS::SQS::QueuePolicy', { PolicyDocument: allowsTheTopic, Queues: [QUEUE_URL] });
  make(account, 'AWS::SNS::Subscription', {
    Protocol: 'sqs',
    Endpoint: QUEUE,
    TopicArn: TOPIC,
    RawMessageDelivery: true,
    FilterPolicy: { severity: ['CRITICAL'] },
  });
  await account.publish({ Message: 'no', ...withAttribute('severity', 'String', 'LOW') });
  await account.publish({ Message: 'yes', ...withAttribute('severity', 'String', 'CRITICAL') });
  const { body } = await account.sqs('ReceiveMessage', { MaxNumberOfMessages: 10 });
  expect(body.Messages.map(({ Body }: { Body: string }) => Body)).toEqual(['yes']);
});

test('a queue returns its URL as Ref', () => {
  const properties = { QueueName: 'dead-letters', MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true };
  expect(make(new SmallAccount(), 'AWS::SQS::Queue', properties)).toEqual({
    ref: 'http://127.0.0.1:4566/000000000000/dead-letters',
    attributes: {
      Arn: 'arn:aws:sqs:eu-west-1:000000000000:dead-letters',
      QueueName: 'dead-letters',
      QueueUrl: 'http://127.0.0.1:4566/000000000000/dead-letters',
    },
  });
});

test('a queue created before the account has an address gets a URL under .localhost, never one of AWS', async () => {
  const made = await make(new SmallAccount({ endpoint: () => '' }), 'AWS::SQS::Queue', { QueueName: 'q' });
  expect(made.ref).toBe('http://sqs.eu-west-1.localhost/000000000000/q');
});

test('a topic policy decides which services may publish', () => {
  const account = new SmallAccount();
  make(account, 'AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish', Resource: TOPIC },
      ],
    },
    Topics: [TOPIC],
  });
  const source = (service: string) => ({ service, arn: 'arn:aws:x:eu-west-1:000000000000:y' });
  const publication = { message: 'm', attributes: {} };
  expect(account.messaging.publishFrom(source('events.amazonaws.com'), TOPIC, publication)).toBe(true);
  expect(account.messaging.publishFrom(source('cloudwatch.amazonaws.com'), TOPIC, publication)).toBe(false);
});

test.each([
  ['AWS::SNS::Topic', { FifoTopic: true }, 'FifoTopic'],
  ['AWS::SNS::Topic', { KmsMasterKeyId: 'alias/aws/sns' }, 'the ARN of a key of the template'],
  ['AWS::SQS::Queue', { RedrivePolicy: {} }, 'RedrivePolicy'],
  ['AWS::SNS::Subscription', { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE, RedrivePolicy: {} }, 'RedrivePolicy'],
])('%s: an unknown property is refused by name', (type, properties, name) => {
  expect(() => make(new SmallAccount(), type, properties)).toThrow(name);
});
