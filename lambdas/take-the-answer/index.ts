import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { statusOn } from '../execution-status.ts';
import { realAnswering } from '../real-deciding.ts';
import { takingTheAnswer } from './handler.ts';

const stepFunctions = new SFNClient({});

export const handler = takingTheAnswer({
  ...realAnswering(DynamoDBDocumentClient.from(new DynamoDBClient({})), stepFunctions),
  statusOf: statusOn(stepFunctions),
});
