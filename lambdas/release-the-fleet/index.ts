import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { required } from '../environment.ts';
import { statusOn } from '../execution-status.ts';
import { fleetLocksIn } from '../fleet-lock.ts';
import { realHistory } from '../real-history.ts';
import { releasingTheFleet } from './handler.ts';

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = releasingTheFleet({
  locks: fleetLocksIn(db, required('STATE_TABLE')),
  history: realHistory(db),
  statusOf: statusOn(new SFNClient({})),
  now: Date.now,
});
