import { cloudWatchClient, dynamoDbClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireMeasureTheTimes } from '../wiring/measure-the-times.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { cloudWatch: cloudWatchClient(), dynamoDb: dynamoDbClient() };

export const handler = wireMeasureTheTimes(clients, settingsFrom(process.env), systemClock);
