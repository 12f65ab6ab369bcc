import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/**
 * Where people are told: the topic, encrypted with a key of ours.
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
      description: 'Encrypts messages to operators. Disabled, it silences them.',
      enableKeyRotation: true,
    });
    this.key.addToResourcePolicy(alarmsEncrypt());
    this.topic = new Topic(this, 'Resource', {
      topicName: `rollback-${environment}-operators`,
      masterKey: this.key,
      enforceSSL: true,
    });
    // Each subscriber had to confirm: a topic made anew would have none, and tell nobody.
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.topic.addToResourcePolicy(alarmsPublish(this.topic, environment));
  }
}

const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');

/**
 * Lets alarms encrypt what they publish.
 *
 * CDK gives the key AWS's default policy first: kms:* for the account's root, so that IAM policies say who manages it.
 * Without that statement a key that nobody else may manage is nobody's (KMS guide, "Default key policy").
 *
 * Without conditions, as the AWS Knowledge Center shows it ("CloudWatch alarm for an encrypted topic"): whether
 * CloudWatch's calls carry aws:SourceAccount and aws:SourceArn is not documented, and if not, every alarm is silenced.
 * docs/assumptions.md has the check. Whose alarms may publish is the topic's to say. CloudWatch calls these two and no
 * other (the same page; its example policy has GenerateDataKey*, which is key pairs too).
 */
const alarmsEncrypt = () =>
  new PolicyStatement({
    sid: 'AlarmsEncryptWhatTheyPublish',
    principals: [cloudWatch],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: ['*'], // in a key's policy: this key
  });

/** A topic with a policy of its own no longer has the default one, which lets every alarm of the account publish. */
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
