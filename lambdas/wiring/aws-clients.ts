import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * Makes the AWS clients. No other file makes one, so a setting of all clients is made here.
 *
 * One function per client: a bundle contains only the clients that its function names.
 */
export const appConfigClient = () => new AppConfigClient({});
export const cloudWatchClient = () => new CloudWatchClient({});
export const dynamoDbClient = () => DynamoDBDocumentClient.from(new DynamoDBClient({}));
export const snsClient = () => new SNSClient({});
export const ssmClient = () => new SSMClient({});
export const stepFunctionsClient = () => new SFNClient({});

export type Clients = {
  readonly appConfig: AppConfigClient;
  readonly cloudWatch: CloudWatchClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly sns: SNSClient;
  readonly ssm: SSMClient;
  readonly stepFunctions: SFNClient;
};
