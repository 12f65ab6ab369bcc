import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { required } from './environment.ts';
import { type History, historyIn } from './history.ts';
import { outboxIn } from './outbox.ts';
import { patientHistory } from './patient-history.ts';

/** The history as every function uses it: patient. */
export const realHistory = (db: DynamoDBDocumentClient): History =>
  patientHistory(historyIn(db, required('HISTORY_TABLE')), outboxIn(db, required('STATE_TABLE')), Date.now);
