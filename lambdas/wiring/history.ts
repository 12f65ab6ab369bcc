import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { bufferedHistory } from '../stores/buffered-history.ts';
import { type History, historyIn } from '../stores/history.ts';
import { historyBufferIn } from '../stores/history-buffer.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './settings.ts';

/** The history with its buffer: writes that the history table refuses wait in the state table. */
export const historyWithBuffer = (dynamoDb: DynamoDBDocumentClient, settings: Settings, clock: Clock): History =>
  bufferedHistory(
    historyIn(dynamoDb, settings('HISTORY_TABLE'), clock.sleep),
    historyBufferIn(dynamoDb, settings('STATE_TABLE')),
    clock.now,
  );
