import { wireAnnotateTheRollback } from '../wiring/annotate-the-rollback.ts';
import { dynamoDbClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient() };

export const handler = wireAnnotateTheRollback(clients, settingsFrom(process.env), systemClock);
