import { dynamoDbClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireReviewTheRollback } from '../wiring/review-the-rollback.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient() };

export const handler = wireReviewTheRollback(clients, settingsFrom(process.env), systemClock);
