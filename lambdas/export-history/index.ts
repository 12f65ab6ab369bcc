import { cloudWatchClient, dynamoDbClient, s3Client } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireExportHistory } from '../wiring/export-history.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { cloudWatch: cloudWatchClient(), dynamoDb: dynamoDbClient(), s3: s3Client() };

export const handler = wireExportHistory(clients, settingsFrom(process.env), systemClock);
