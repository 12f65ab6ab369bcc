import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { patientHistory } from '../stores/buffered-history.ts';
import { type History, historyIn } from '../stores/history.ts';
import { outboxIn } from '../stores/history-buffer.ts';
import { required } from './settings.ts';

/** The history as every function uses it: patient. */
export const realHistory = (db: DynamoDBDocumentClient): History =>
  patientHistory(historyIn(db, required('HISTORY_TABLE')), outboxIn(db, required('STATE_TABLE')), Date.now);
