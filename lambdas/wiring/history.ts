import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { bufferedHistory } from '../stores/buffered-history.ts';
import { type History, historyIn } from '../stores/history.ts';
import { historyBufferIn } from '../stores/history-buffer.ts';
import { required } from './settings.ts';

/** The history as every function uses it: patient. */
export const realHistory = (db: DynamoDBDocumentClient): History =>
  bufferedHistory(historyIn(db, required('HISTORY_TABLE')), historyBufferIn(db, required('STATE_TABLE')), Date.now);
