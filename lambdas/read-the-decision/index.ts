import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { alarmsOn } from '../alarms.ts';
import { required } from '../environment.ts';
import { realDeciding } from '../real-deciding.ts';
import { readingTheDecision } from './handler.ts';

export const handler = readingTheDecision({
  ...realDeciding(DynamoDBDocumentClient.from(new DynamoDBClient({}))),
  alarms: alarmsOn(new CloudWatchClient({})),
  environment: required('ENVIRONMENT'),
});
