import {
  AppConfigClient,
  ListApplicationsCommand,
  ListConfigurationProfilesCommand,
  ListEnvironmentsCommand,
} from '@aws-sdk/client-appconfig';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';

/**
 * Returns clients that sign with a managed policy's name, which the embedded account takes for a person with only
 * that policy.
 */
export function clientsOf(endpoint: string, accessKeyId: string) {
  const config = {
    region: 'us-east-1',
    endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: 'x' },
  };
  return {
    states: new SFNClient(config),
    db: new DynamoDBClient(config),
    ssm: new SSMClient(config),
    cloudWatch: new CloudWatchClient(config),
    events: new EventBridgeClient(config),
    appConfig: new AppConfigClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
  };
}
export type Clients = ReturnType<typeof clientsOf>;

/** The AppConfig ids of the safety layer. */
export async function safetyLayer({ appConfig }: Clients) {
  const { Items: [application] = [] } = await appConfig.send(new ListApplicationsCommand({}));
  const ApplicationId = application?.Id ?? '';
  const { Items: environments = [] } = await appConfig.send(new ListEnvironmentsCommand({ ApplicationId }));
  const { Items: profiles = [] } = await appConfig.send(new ListConfigurationProfilesCommand({ ApplicationId }));
  return {
    ApplicationId,
    EnvironmentId: environments.find(({ Name }) => Name === 'local-safety')?.Id ?? '',
    ConfigurationProfileId: profiles.find(({ Name }) => Name === 'overrides')?.Id ?? '',
  };
}
