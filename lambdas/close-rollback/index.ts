import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { claimsIn } from '../claims.ts';
import { required } from '../environment.ts';
import { fleetLocksIn } from '../fleet-lock.ts';
import { realHistory } from '../real-history.ts';
import { rowWindowIn } from '../row-window.ts';
import { closingRollback } from './handler.ts';

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = closingRollback({
  claims: claimsIn(db, required('STATE_TABLE')),
  rowWindow: rowWindowIn(db, required('STATE_TABLE')),
  locks: fleetLocksIn(db, required('STATE_TABLE')),
  history: realHistory(db),
  now: Date.now,
});
