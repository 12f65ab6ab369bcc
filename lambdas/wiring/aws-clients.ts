import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Post, postWith } from '../clients/post.ts';
import { withNamedCalls } from './named-calls.ts';
import { withReadableResponses } from './readable-responses.ts';

/** The settings of a client. A process that runs all functions gives other settings than the deployed functions. */
export type ClientSettings = Pick<
  SSMClientConfig,
  'region' | 'endpoint' | 'credentials' | 'maxAttempts' | 'requestHandler' | 'retryStrategy' | 'signerConstructor'
>;

/**
 * Settings of every client. Without them the SDK waits for a response for ever, and `requestTimeout` alone only warns.
 *
 * AWS responds within about a second. A call that gets no response costs three attempts of 5 s and short pauses between
 * them, so it never uses up a function's own timeout.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
} satisfies ClientSettings;

/**
 * Settings of a client whose response is of use only at once, because something else shows the same a little later. One attempt,
 * bounded by the request itself: a timer beside it would run on in an account whose clock is not the wall's.
 */
export const promptSettings = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1500, throwOnRequestTimeout: true },
} satisfies ClientSettings;

/** Settings of the clients of a function that times out within seconds: two attempts of 3 s leave it time to return the error. */
export const briefSettings = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
} satisfies ClientSettings;

const readable = <Client extends { readonly middlewareStack: unknown }>(client: Client) =>
  withNamedCalls(withReadableResponses(client));

/**
 * Makes the AWS clients. No other file makes one, so a setting of all clients is made here.
 *
 * One function per client: a bundle contains only the clients that its function names.
 */
export const appConfigClient = (settings: ClientSettings = clientSettings) => readable(new AppConfigClient(settings));
export const cloudWatchClient = (settings: ClientSettings = clientSettings) => readable(new CloudWatchClient(settings));
export const cloudWatchLogsClient = (settings: ClientSettings = clientSettings) =>
  readable(new CloudWatchLogsClient(settings));
export const dynamoDbClient = (settings: ClientSettings = clientSettings) =>
  DynamoDBDocumentClient.from(readable(new DynamoDBClient(settings)));
export const ec2Client = (settings: ClientSettings = clientSettings) => readable(new EC2Client(settings));
export const eventBridgeClient = (settings: ClientSettings = clientSettings) =>
  readable(new EventBridgeClient(settings));
export const lambdaClient = (settings: ClientSettings = clientSettings) => readable(new LambdaClient(settings));
export const s3Client = (settings: ClientSettings = clientSettings) => readable(new S3Client(settings));
export const snsClient = (settings: ClientSettings = clientSettings) => readable(new SNSClient(settings));
export const ssmClient = (settings: ClientSettings = clientSettings) => readable(new SSMClient(settings));
export const stepFunctionsClient = (settings: ClientSettings = clientSettings) => readable(new SFNClient(settings));

/** Posts to addresses outside AWS. A process that runs all functions gives another. */
export const httpPost = (): Post => postWith(fetch);

export type Clients = {
  readonly appConfig: AppConfigClient;
  readonly cloudWatch: CloudWatchClient;
  readonly cloudWatchLogs: CloudWatchLogsClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly ec2: EC2Client;
  readonly eventBridge: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly post: Post;
  /** Made with `promptSettings`. */
  readonly promptCloudWatch: CloudWatchClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly ssm: SSMClient;
  readonly stepFunctions: SFNClient;
};
