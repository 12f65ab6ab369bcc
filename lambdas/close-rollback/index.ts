import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { required } from '../environment.ts';
import { fleetLocksIn } from '../fleet-lock.ts';
import { historyIn } from '../history.ts';
import { rowWindowIn } from '../row-window.ts';
import { closingRollback } from './handler.ts';

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = closingRollback({
  rowWindow: rowWindowIn(db, required('STATE_TABLE')),
  locks: fleetLocksIn(db, required('STATE_TABLE')),
  history: historyIn(db, required('HISTORY_TABLE')),
  now: Date.now,
});
