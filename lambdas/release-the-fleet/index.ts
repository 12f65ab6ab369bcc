import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { required } from '../environment.ts';
import { fleetLocksIn } from '../fleet-lock.ts';
import { historyIn } from '../history.ts';
import { releasingTheFleet } from './handler.ts';

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const stepFunctions = new SFNClient({});

export const handler = releasingTheFleet({
  locks: fleetLocksIn(db, required('STATE_TABLE')),
  history: historyIn(db, required('HISTORY_TABLE')),
  statusOf: async (executionArn) =>
    (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).status ?? 'unknown',
  now: Date.now,
});
