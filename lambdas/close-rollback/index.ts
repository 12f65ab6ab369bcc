import { cloudWatchClient, dynamoDbClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireCloseRollback } from '../wiring/close-rollback.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), cloudWatch: cloudWatchClient() };

export const handler = wireCloseRollback(clients, settingsFrom(process.env), systemClock);
