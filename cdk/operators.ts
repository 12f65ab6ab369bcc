import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/**
 * The topic for messages to operators, encrypted with a key of the product.
 *
 * AWS's own key for SNS does not let CloudWatch publish, and its policy cannot be changed; see
 * docs/decisions/one-key-for-messages.md.
 */
export class Operators extends Construct {
  readonly topic: Topic;
  readonly key: Key;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: string }) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      alias: `rollback-${environment}-operators`,
      description: 'Encrypts messages to operators. While it is disabled, no message can be sent.',
      enableKeyRotation: true,
    });
    this.key.addToResourcePolicy(alarmsEncrypt());
    this.topic = new Topic(this, 'Resource', {
      topicName: `rollback-${environment}-operators`,
      masterKey: this.key,
      enforceSSL: true,
    });
    // Retained: a new topic has no confirmed subscriber, so it reaches nobody.
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.topic.addToResourcePolicy(alarmsPublish(this.topic, environment));
  }
}

const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');

/**
 * Lets alarms encrypt the messages that they publish.
 *
 * The CDK already added AWS's default policy: kms:* for the account's root, so that IAM policies decide who manages the
 * key. Without that statement nobody could manage the key (KMS guide, "Default key policy").
 *
 * The statement has no conditions, as in the AWS Knowledge Center ("CloudWatch alarm for an encrypted topic"). AWS does
 * not document whether CloudWatch's calls carry aws:SourceAccount and aws:SourceArn; if they do not, a condition would
 * silence every alarm. docs/assumptions.md has the check. The topic's policy limits which alarms may publish. CloudWatch
 * calls these two actions and no other (the same page; the GenerateDataKey* of its example includes key pairs).
 */
const alarmsEncrypt = () =>
  new PolicyStatement({
    sid: 'AlarmsEncryptWhatTheyPublish',
    principals: [cloudWatch],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'], // in a key's policy, * is this key
  });

/** Lets only the product's alarms publish. This policy replaces the default, which allows every alarm of the account. */
const alarmsPublish = (topic: Topic, environment: string) =>
  new PolicyStatement({
    sid: 'AlarmsOfTheProductPublish',
    principals: [cloudWatch],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { ArnLike: { 'aws:SourceArn': alarmsOf(topic, environment) } },
  });

const alarmsOf = (scope: Construct, environment: string) =>
  Stack.of(scope).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName: `rollback-${environment}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
