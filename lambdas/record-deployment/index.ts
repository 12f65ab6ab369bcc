import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { deploymentsIn } from '../deployments.ts';
import { required } from '../environment.ts';
import { recordingDeployment } from './handler.ts';

export const handler = recordingDeployment({
  deployments: deploymentsIn(DynamoDBDocumentClient.from(new DynamoDBClient({})), required('STATE_TABLE')),
  phases: JSON.parse(required('PHASES')) as number[],
});
