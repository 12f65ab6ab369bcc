import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../src/wire/aws-error.ts';
import { QUEUE, QUEUE_URL, SmallAccount, TOPIC } from '../messaging-account.ts';

const send = (account: SmallAccount, MessageBody = 'lost event', more = {}) =>
  account.sqs('SendMessage', { MessageBody, ...more });
const depth = async (account: SmallAccount) => {
  const names = ['', 'NotVisible', 'Delayed'].map((which) => `ApproximateNumberOfMessages${which}`);
  const { body } = await account.sqs('GetQueueAttributes', { AttributeNames: names });
  return names.map((name) => Number(body.Attributes[name]));
};

describe('SendMessage', () => {
  test('returns the message id and the MD5 that clients check', async () => {
    const { status, body } = await send(new SmallAccount(), 'hello');
    expect(status).toBe(200);
    expect(body).toEqual({ MessageId: expect.any(String), MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' });
  });

  test.each(['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'])(
    'needs sqs:%s on the queue',
    async (action) => {
      const account = new SmallAccount();
      await account.sqs(action, { SendMessage: { MessageBody: 'x' }, DeleteMessage: { ReceiptHandle: 'r' } }[action]);
      expect(account.needs).toEqual([{ action: `sqs:${action}`, resource: QUEUE }]);
    },
  );

  test('hides the message until its delay is over', async () => {
    const account = new SmallAccount();
    await send(account, 'later', { DelaySeconds: 60 });
    expect(await depth(account)).toEqual([0, 0, 1]);
    await account.pass(60);
    expect(await depth(account)).toEqual([1, 0, 0]);
  });
});

describe('ReceiveMessage', () => {
  test('returns the message and hides it for the visibility timeout', async () => {
    const account = new SmallAccount();
    await send(account, 'hello');
    const { body } = await account.sqs('ReceiveMessage');
    expect(body.Messages).toEqual([
      {
        MessageId: expect.any(String),
        ReceiptHandle: expect.any(String),
        MD5OfBody: '5d41402abc4b2a76b9719d911017c592',
        Body: 'hello',
      },
    ]);
    expect((await account.sqs('ReceiveMessage')).body).toEqual({});
    await account.pass(30);
    expect((await account.sqs('ReceiveMessage')).body.Messages).toHaveLength(1);
  });

  test('returns the requested attributes', async () => {
    const account = new SmallAccount();
    const attribute = { DataType: 'String', StringValue: '1' };
    await send(account, 'x', { MessageAttributes: { phase: attribute, other: attribute } });
    await account.pass(5);
    const { body } = await account.sqs('ReceiveMessage', {
      AttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
      MessageAttributeNames: ['phase'],
    });
    expect(body.Messages[0]).toMatchObject({
      Attributes: { SentTimestamp: '1772442000000', ApproximateReceiveCount: '1' },
      MessageAttributes: { phase: attribute },
    });
  });

  test('returns at most the requested number of messages', async () => {
    const account = new SmallAccount();
    for (const body of ['a', 'b', 'c']) await send(account, body);
    const { body } = await account.sqs('ReceiveMessage', { MaxNumberOfMessages: 2 });
    expect(body.Messages.map(({ Body }: { Body: string }) => Body)).toEqual(['a', 'b']);
  });

  test('deletes a message after the retention period', async () => {
    const account = new SmallAccount();
    await send(account);
    await account.pass(345_600);
    expect((await account.sqs('ReceiveMessage')).body).toEqual({});
  });
});

describe('DeleteMessage', () => {
  test('deletes the message for good, and repeating it is harmless', async () => {
    const account = new SmallAccount();
    await send(account);
    const { body } = await account.sqs('ReceiveMessage');
    const { ReceiptHandle } = body.Messages[0];
    expect((await account.sqs('DeleteMessage', { ReceiptHandle })).body).toEqual({});
    expect((await account.sqs('DeleteMessage', { ReceiptHandle })).status).toBe(200);
    await account.pass(60);
    expect(await depth(account)).toEqual([0, 0, 0]);
  });

  test('refuses an unknown receipt handle', async () => {
    const { status, headers } = await new SmallAccount().sqs('DeleteMessage', { ReceiptHandle: 'none' });
    expect([status, headers['x-amzn-query-error']]).toEqual([404, 'ReceiptHandleIsInvalid;Sender']);
  });
});

test('the depth is reported whenever it changes, also when a message becomes visible again', async () => {
  const account = new SmallAccount();
  await send(account);
  await account.pass(10);
  await account.sqs('ReceiveMessage');
  await account.pass(60);
  expect(account.depths).toEqual([
    [0, 1],
    [10, 0],
    [40, 1],
  ]);
});

test('GetQueueAttributes returns nothing if nothing is requested, and refuses an unknown attribute', async () => {
  const account = new SmallAccount();
  expect((await account.sqs('GetQueueAttributes')).body).toEqual({});
  const { status, body } = await account.sqs('GetQueueAttributes', { AttributeNames: ['Depth'] });
  expect([status, body.__type]).toEqual([400, 'com.amazonaws.sqs#InvalidAttributeName']);
});

test('ListQueues returns URLs that begin with the address of the account', async () => {
  const account = new SmallAccount();
  expect((await account.sqs('ListQueues')).body).toEqual({ QueueUrls: [QUEUE_URL] });
  expect((await account.sqs('ListQueues', { QueueNamePrefix: 'dlq' })).body).toEqual({});
});

describe('a service that sends to a queue', () => {
  const rule = { service: 'events.amazonaws.com', arn: 'arn:aws:events:eu-west-1:000000000000:rule/phase-1' };
  const statement = (Effect: string, Principal: object, Condition: object) => ({
    Statement: [{ Effect, Principal, Action: 'sqs:SendMessage', Resource: QUEUE, Condition }],
  });
  const itself = statement('Allow', { Service: rule.service }, { ArnEquals: { 'aws:SourceArn': rule.arn } });
  const insecure = statement('Deny', { AWS: '*' }, { Bool: { 'aws:SecureTransport': 'false' } });
  const everybody = statement('Deny', { AWS: '*' }, { Bool: { 'aws:SecureTransport': 'true' } });
  const another = statement('Allow', { Service: rule.service }, { ArnEquals: { 'aws:SourceArn': TOPIC } });

  test.each([
    ['is refused without a policy', [], false],
    ['is allowed if the policy names it and its rule', [itself], true],
    ['is allowed if plain HTTP is denied', [itself, insecure], true],
    ['is refused if everybody is denied', [itself, everybody], false],
    ['is refused if the policy names another rule', [another], false],
  ])('%s', async (_, policies, expected) => {
    const account = new SmallAccount();
    for (const policy of policies) account.messaging.addQueuePolicy('inbox', policy);
    expect(account.messaging.sendFrom(rule, QUEUE, '{}')).toBe(expected);
    expect(await depth(account)).toEqual([expected ? 1 : 0, 0, 0]);
  });

  test('is refused if the queue does not exist', () => {
    expect(new SmallAccount().messaging.sendFrom(rule, `${QUEUE}-2`, '{}')).toBe(false);
  });
});

describe('a request', () => {
  test('to a queue that does not exist fails with both names of the error', async () => {
    const { status, headers, body } = await new SmallAccount().sqs('ReceiveMessage', { QueueUrl: `${QUEUE_URL}-2` });
    expect(status).toBe(400);
    expect(headers['x-amzn-query-error']).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
    expect(body.__type).toBe('com.amazonaws.sqs#QueueDoesNotExist');
  });

  test('for an unsupported action is refused with the list of supported actions', async () => {
    const { status, body } = await new SmallAccount().sqs('CreateQueue', {});
    expect(status).toBe(400);
    expect(body.message).toContain('The embedded account has no sqs:CreateQueue; it has DeleteMessage, ');
  });

  test('that IAM denies fails with 403', async () => {
    const deny = () => {
      throw new AwsError('AccessDeniedException', 'not authorized');
    };
    const { status, headers } = await new SmallAccount().sqs('ReceiveMessage', {}, deny);
    expect([status, headers['x-amzn-query-error']]).toEqual([403, 'AccessDenied;Sender']);
  });
});
