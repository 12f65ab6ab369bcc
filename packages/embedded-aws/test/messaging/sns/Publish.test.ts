import { describe, expect, test } from 'vitest';
import { allowsTheTopic, QUEUE, SmallAccount, START, TOPIC, withAttribute } from '../messaging-account.ts';

describe('Publish', () => {
  test('returns the message id in XML', async () => {
    const { status, xml } = await new SmallAccount().publish();
    expect(status).toBe(200);
    expect(xml).toMatch(
      /^<PublishResponse xmlns="http:\/\/sns\.amazonaws\.com\/doc\/2010-03-31\/"><PublishResult><MessageId>[0-9a-f-]{36}<\/MessageId><\/PublishResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/PublishResponse>\n$/,
    );
  });

  test('needs sns:Publish on the topic', async () => {
    const account = new SmallAccount();
    await account.publish();
    expect(account.needs).toEqual([{ action: 'sns:Publish', resource: TOPIC }]);
  });

  test('also needs the key of an encrypted topic, because SNS encrypts as the publisher', async () => {
    const account = new SmallAccount();
    const keyArn = 'arn:aws:kms:eu-west-1:000000000000:key/k';
    const { arn } = account.messaging.createTopic('secret', { keyArn });
    await account.publish({ TopicArn: arn });
    const keys = { 'kms:CallerAccount': '000000000000', 'kms:ViaService': 'sns.eu-west-1.amazonaws.com' };
    expect(account.needs).toEqual([
      { action: 'sns:Publish', resource: arn },
      { action: 'kms:GenerateDataKey', resource: keyArn, keys },
      { action: 'kms:Decrypt', resource: keyArn, keys },
    ]);
  });

  test('stores every message with its subject and attributes', async () => {
    const account = new SmallAccount();
    await account.publish({ Subject: '[ALERT] Phase 1', ...withAttribute('severity', 'String', 'CRITICAL') });
    expect(account.messaging.messages()).toEqual([
      {
        messageId: expect.any(String),
        at: START,
        topicArn: TOPIC,
        subject: '[ALERT] Phase 1',
        message: 'Rolling back',
        attributes: { severity: { DataType: 'String', StringValue: 'CRITICAL' } },
        deliveries: [],
      },
    ]);
  });

  test('reports every message to watchers of the account', async () => {
    const account = new SmallAccount();
    await account.publish({ Subject: 'S' });
    expect(account.happenings).toEqual([
      { service: 'sns', event: 'Published', topic: TOPIC, subject: 'S', message: 'Rolling back', attributes: {} },
    ]);
  });

  test.each([
    ['of 99 characters', 'x'.repeat(99)],
    ['with letters beyond ASCII', 'Rückkehr — Phase 1'],
  ])('accepts a subject %s', async (_, Subject) => {
    expect((await new SmallAccount().publish({ Subject })).status).toBe(200);
  });

  test.each([
    ['of 100 characters', 'x'.repeat(100)],
    ['with a line break', 'Phase 1\nfailed'],
    ['with a control character', 'Phase\t1'],
    ['that is empty', ''],
  ])('refuses a subject %s', async (_, Subject) => {
    const account = new SmallAccount();
    const { status, xml } = await account.publish({ Subject });
    expect(status).toBe(400);
    expect(xml).toContain(
      '<Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid parameter: Subject</Message></Error>',
    );
    expect(account.messaging.messages()).toEqual([]);
  });

  test.each([
    ['262,144 bytes', 'ü'.repeat(131_072), {}, 200],
    ['one byte more', `${'ü'.repeat(131_072)}x`, {}, 400],
    ['262,144 bytes and an attribute', 'x'.repeat(262_144), withAttribute('a', 'String', 'b'), 400],
  ])('limits the bytes of message and attributes: %s', async (_, Message, more, expected) => {
    expect((await new SmallAccount().publish({ Message, ...more })).status).toBe(expected);
  });

  test.each([
    ['an attribute of an unknown type', withAttribute('a', 'Text', 'x'), 400, 'ParameterValueInvalid'],
    ['an attribute without a value', withAttribute('a', 'String', ''), 400, 'ParameterValueInvalid'],
    ['an empty message', { Message: '' }, 400, 'InvalidParameter'],
    ['a topic that does not exist', { TopicArn: `${TOPIC}-2` }, 404, 'NotFound'],
    ['an ARN that is not a topic', { TopicArn: 'alerts' }, 400, 'InvalidParameter'],
    ['an unknown field', { PhoneNumber: '+100' }, 400, 'InvalidParameter'],
  ])('refuses %s', async (_, fields, status, code) => {
    const response = await new SmallAccount().publish(fields as Record<string, string>);
    expect(response.status).toBe(status);
    expect(response.xml).toContain(`<Code>${code}</Code>`);
  });
});

describe('a subscribed queue', () => {
  test('receives the message in its envelope', async () => {
    const account = new SmallAccount();
    account.messaging.addQueuePolicy('inbox', allowsTheTopic);
    account.subscribe('sqs', QUEUE);
    await account.publish({ Subject: 'S', ...withAttribute('severity', 'String', 'HIGH') });
    const { body } = await account.sqs('ReceiveMessage');
    expect(JSON.parse(body.Messages[0].Body)).toMatchObject({
      Type: 'Notification',
      TopicArn: TOPIC,
      Subject: 'S',
      Message: 'Rolling back',
      Timestamp: '2026-03-02T09:00:00.000Z',
      MessageAttributes: { severity: { Type: 'String', Value: 'HIGH' } },
    });
  });

  test('with raw delivery receives the text and the attributes', async () => {
    const account = new SmallAccount();
    account.messaging.addQueuePolicy('inbox', allowsTheTopic);
    account.subscribe('sqs', QUEUE, { raw: true });
    await account.publish(withAttribute('severity', 'String', 'HIGH'));
    const { body } = await account.sqs('ReceiveMessage', { MessageAttributeNames: ['All'] });
    expect(body.Messages[0]).toMatchObject({
      Body: 'Rolling back',
      MessageAttributes: { severity: { DataType: 'String', StringValue: 'HIGH' } },
    });
  });

  test('receives nothing if its policy does not allow the topic, and the message records that', async () => {
    const account = new SmallAccount();
    account.subscribe('sqs', QUEUE);
    expect((await account.publish()).status).toBe(200);
    expect((await account.sqs('ReceiveMessage')).body).toEqual({});
    expect(account.messaging.messages()[0]?.deliveries).toEqual([
      { protocol: 'sqs', endpoint: QUEUE, outcome: 'refused by the queue' },
    ]);
  });
});

test('a subscribed function is called with an SNS event', async () => {
  const called: unknown[] = [];
  const account = new SmallAccount({ invoke: (arn, event) => void called.push([arn, event]) });
  const { arn } = account.subscribe('lambda', 'arn:aws:lambda:eu-west-1:000000000000:function:page');
  await account.publish();
  expect(called).toEqual([
    [
      'arn:aws:lambda:eu-west-1:000000000000:function:page',
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: arn,
            Sns: expect.objectContaining({ Message: 'Rolling back', TopicArn: TOPIC }),
          },
        ],
      },
    ],
  ]);
});

test('an address that has not confirmed receives nothing', async () => {
  const account = new SmallAccount();
  account.subscribe('email', 'ops@example.com');
  await account.publish();
  expect(account.messaging.messages()[0]?.deliveries).toMatchObject([{ outcome: 'pending confirmation' }]);
});

describe('a service that publishes to a topic', () => {
  const alarm = { service: 'cloudwatch.amazonaws.com', arn: 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a' };

  test('may publish if the topic has no policy', () => {
    const account = new SmallAccount();
    const publication = { message: 'ALARM', attributes: {} };
    expect(account.messaging.publishFrom(alarm, TOPIC, publication)).toBe(true);
    expect(account.messaging.messages()).toMatchObject([{ message: 'ALARM' }]);
  });

  test('may not publish if the topic’s key does not allow it to encrypt', () => {
    const checks: string[][] = [];
    const letsEncrypt = (...check: string[]) => checks.push(check) === 0;
    const { messaging } = new SmallAccount({ letsEncrypt });
    const { arn } = messaging.createTopic('secret', { keyArn: 'arn:aws:kms:eu-west-1:000000000000:key/k' });
    expect(messaging.publishFrom(alarm, arn, { message: 'ALARM', attributes: {} })).toBe(false);
    expect(checks).toEqual([['cloudwatch.amazonaws.com', 'arn:aws:kms:eu-west-1:000000000000:key/k']]);
  });

  test('may not publish if the topic’s policy does not name it', () => {
    const account = new SmallAccount();
    account.messaging.addTopicPolicy(TOPIC, {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish', Resource: TOPIC },
      ],
    });
    expect(account.messaging.publishFrom(alarm, TOPIC, { message: 'ALARM', attributes: {} })).toBe(false);
    expect(account.messaging.messages()).toEqual([]);
  });
});
