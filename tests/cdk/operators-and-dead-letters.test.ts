import { describe, expect, test } from 'vitest';
import { localStack } from './synthesized.ts';

const stack = await localStack();

type Properties = Readonly<Record<string, unknown>>;
const properties = (type: string): Properties[] => stack.ofType(type).map(({ Properties }) => Properties);
const statements = (type: string, document = 'PolicyDocument') =>
  properties(type).flatMap((one) => (one[document] as { Statement: Properties[] }).Statement);
const services = (all: Properties[]) =>
  all.flatMap(({ Principal, Action }) =>
    typeof Principal === 'object' && Principal && 'Service' in Principal ? [[Principal.Service, Action]] : [],
  );

describe('the topic for operators', () => {
  test('is the only one', () => {
    expect(properties('AWS::SNS::Topic').map(({ TopicName }) => TopicName)).toEqual(['rollback-local-operators']);
  });

  test('is encrypted with a key of the product, because AWS’s own would refuse CloudWatch', () => {
    const [{ KmsMasterKeyId } = {}] = properties('AWS::SNS::Topic');
    expect(KmsMasterKeyId).toEqual({ 'Fn::GetAtt': [stack.ofType('AWS::KMS::Key')[0]?.id, 'Arn'] });
  });

  test('accepts only the product’s alarms, and only over TLS', () => {
    const all = statements('AWS::SNS::TopicPolicy');
    expect(all).toMatchObject([
      {
        Effect: 'Deny',
        Action: 'sns:Publish',
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      { Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'cloudwatch.amazonaws.com' } },
    ]);
    const sources = all.flatMap(({ Condition }) => Object.entries((Condition as { ArnLike?: object }).ArnLike ?? {}));
    expect(sources.map(([key, value]) => [key, stack.shown(value)])).toEqual([
      ['aws:SourceArn', 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:rollback-local-*'],
    ]);
  });

  test('its key lets CloudWatch encrypt by two actions, is rotated, and outlives the stack', () => {
    expect(services(statements('AWS::KMS::Key', 'KeyPolicy'))).toEqual([
      ['cloudwatch.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey']],
    ]);
    expect(stack.ofType('AWS::KMS::Key')).toMatchObject([
      { DeletionPolicy: 'RetainExceptOnCreate', Properties: { EnableKeyRotation: true } },
    ]);
  });
});

describe('dead letters', () => {
  test('of alarms and principals are kept for 14 days, of Reconcile for an hour, with a key that EventBridge can use', () => {
    expect(properties('AWS::SQS::Queue')).toEqual([
      { QueueName: 'rollback-local-dead-letters', MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true },
      { QueueName: 'rollback-local-reconcile-dead-letters', MessageRetentionPeriod: 3600, SqsManagedSseEnabled: true },
      {
        QueueName: 'rollback-local-principal-dead-letters',
        MessageRetentionPeriod: 14 * 24 * 3600,
        SqsManagedSseEnabled: true,
      },
    ]);
  });

  test('are written only by their own rules, and only over TLS', () => {
    const writers = properties('AWS::SQS::QueuePolicy').map(({ PolicyDocument, Queues }) => [
      (Queues as unknown[]).map(stack.shown).join(),
      ...(PolicyDocument as { Statement: Properties[] }).Statement.map(({ Effect, Principal, Action, Condition }) => {
        const { ArnLike } = Condition as { ArnLike?: Properties };
        const by = ArnLike
          ? (ArnLike['aws:SourceArn'] as unknown[]).map((one) => stack.shown(one).split(':rule/')[1]).join(', ')
          : JSON.stringify(Condition);
        return `${Effect} ${JSON.stringify(Principal)} ${Action}: ${by}`;
      }),
    ]);
    const deny = 'Deny {"AWS":"*"} sqs:*: {"Bool":{"aws:SecureTransport":"false"}}';
    const allow = 'Allow {"Service":"events.amazonaws.com"} sqs:SendMessage: rollback-local-';
    expect(writers).toEqual([
      ['rollback-local-dead-letters', deny, `${allow}phase-*`],
      [
        'rollback-local-reconcile-dead-letters',
        deny,
        `${allow}every-*, rollback-local-readiness-*, rollback-local-failed, rollback-local-ended`,
      ],
      ['rollback-local-principal-dead-letters', deny, `${allow}started`],
    ]);
  });
});
