import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { statusOn } from '../execution-status.ts';
import { realAnswering } from '../real-deciding.ts';
import { attachingPrincipal } from './handler.ts';

const stepFunctions = new SFNClient({});

export const handler = attachingPrincipal({
  ...realAnswering(DynamoDBDocumentClient.from(new DynamoDBClient({})), stepFunctions),
  statusOf: statusOn(stepFunctions),
});
