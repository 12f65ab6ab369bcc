import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../src/wire/aws-error.ts';
import { QUEUE, SmallAccount, TOPIC } from '../messaging-account.ts';

describe('Subscribe', () => {
  const subscribe = (account: SmallAccount, fields: Record<string, string>) =>
    account.sns({ Action: 'Subscribe', TopicArn: TOPIC, ...fields });

  test('returns the ARN of a queue’s subscription', async () => {
    const { xml } = await subscribe(new SmallAccount(), { Protocol: 'sqs', Endpoint: QUEUE });
    expect(xml).toMatch(new RegExp(`<SubscriptionArn>${TOPIC}:[0-9a-f-]{36}</SubscriptionArn>`));
  });

  test('leaves an address pending', async () => {
    const { xml } = await subscribe(new SmallAccount(), { Protocol: 'email', Endpoint: 'ops@example.com' });
    expect(xml).toContain('<SubscriptionArn>pending confirmation</SubscriptionArn>');
  });

  test('changes nothing if the endpoint is already subscribed', async () => {
    const account = new SmallAccount();
    const [first, second] = [
      await subscribe(account, { Protocol: 'sqs', Endpoint: QUEUE }),
      await subscribe(account, { Protocol: 'sqs', Endpoint: QUEUE }),
    ];
    const arn = (xml: string) => xml.match(/<SubscriptionArn>.*<\/SubscriptionArn>/)?.[0];
    expect(arn(second.xml)).toBe(arn(first.xml));
    expect(account.messaging.sns.state.topics.get(TOPIC)?.subscriptions).toHaveLength(1);
  });

  test('accepts a filter policy, and refuses an operator that is not supported', async () => {
    const account = new SmallAccount();
    const attribute = (policy: string) => ({
      Protocol: 'sqs',
      Endpoint: QUEUE,
      'Attributes.entry.1.key': 'FilterPolicy',
      'Attributes.entry.1.value': policy,
    });
    const { status, xml } = await subscribe(account, attribute('{"severity":[{"cidr":"10.0.0.0/8"}]}'));
    expect(status).toBe(400);
    expect(xml).toContain('{&quot;cidr&quot;:&quot;10.0.0.0/8&quot;} is not supported');
    expect((await subscribe(account, attribute('{"severity":["CRITICAL"]}'))).status).toBe(200);
  });

  test('refuses a protocol that SNS does not support', async () => {
    expect((await subscribe(new SmallAccount(), { Protocol: 'pigeon', Endpoint: 'x' })).status).toBe(400);
  });
});

test('GetTopicAttributes counts confirmed and pending subscriptions', async () => {
  const account = new SmallAccount();
  account.subscribe('sqs', QUEUE);
  account.subscribe('email', 'ops@example.com');
  const { xml } = await account.sns({ Action: 'GetTopicAttributes', TopicArn: TOPIC });
  expect(xml).toContain('<entry><key>SubscriptionsConfirmed</key><value>1</value></entry>');
  expect(xml).toContain('<entry><key>SubscriptionsPending</key><value>1</value></entry>');
});

test('ListSubscriptionsByTopic marks subscriptions that wait for confirmation', async () => {
  const account = new SmallAccount();
  account.subscribe('email', 'ops@example.com');
  const { xml } = await account.sns({ Action: 'ListSubscriptionsByTopic', TopicArn: TOPIC });
  expect(xml).toContain(
    '<Subscriptions><member><SubscriptionArn>PendingConfirmation</SubscriptionArn><Owner>000000000000</Owner>' +
      `<Protocol>email</Protocol><Endpoint>ops@example.com</Endpoint><TopicArn>${TOPIC}</TopicArn></member></Subscriptions>`,
  );
});

test('characters with a meaning in XML are escaped', async () => {
  const account = new SmallAccount();
  account.subscribe('https', 'https://example.com/?a=1&b="<2>"');
  const { xml } = await account.sns({ Action: 'ListSubscriptionsByTopic', TopicArn: TOPIC });
  expect(xml).toContain('<Endpoint>https://example.com/?a=1&amp;b=&quot;&lt;2&gt;&quot;</Endpoint>');
});

describe('a request', () => {
  test('for an unsupported action is refused with the list of supported actions', async () => {
    const { status, xml } = await new SmallAccount().sns({ Action: 'CreateTopic', Name: 'x' });
    expect(status).toBe(400);
    expect(xml).toContain(
      'The embedded account has no sns:CreateTopic; it has GetTopicAttributes, ListSubscriptions, ListSubscriptionsByTopic, ListTopics, Publish, Subscribe.',
    );
  });

  test('that IAM denies fails with SNS’s code AuthorizationError, and does not run', async () => {
    const account = new SmallAccount();
    const deny = () => {
      throw new AwsError('AccessDeniedException', 'User is not authorized to perform: sns:Publish');
    };
    const { status, xml } = await account.sns({ Action: 'Publish', TopicArn: TOPIC, Message: 'm' }, deny);
    expect(status).toBe(403);
    expect(xml).toContain('<Type>Sender</Type><Code>AuthorizationError</Code>');
    expect(account.messaging.messages()).toEqual([]);
  });

  test('that a key’s policy denies fails with SNS’s code KMSAccessDenied', async () => {
    const deny = () => {
      throw new AwsError('KMSAccessDeniedException', 'User is not authorized to perform: kms:GenerateDataKey');
    };
    const { status, xml } = await new SmallAccount().sns({ Action: 'Publish', TopicArn: TOPIC, Message: 'm' }, deny);
    expect(status).toBe(400);
    expect(xml).toContain('<Type>Sender</Type><Code>KMSAccessDenied</Code>');
  });

  test('with an injected service failure fails with the type Receiver', async () => {
    const fault = () => {
      throw new AwsError('InternalError', 'Injected fault', 500);
    };
    const { status, xml } = await new SmallAccount().sns({ Action: 'ListTopics' }, fault);
    expect(status).toBe(500);
    expect(xml).toContain('<Type>Receiver</Type><Code>InternalError</Code>');
  });
});
