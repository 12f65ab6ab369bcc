import { cloudWatchClient, dynamoDbClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';
import { wireTakeTheFleet } from '../wiring/take-the-fleet.ts';

const clients = { dynamoDb: dynamoDbClient(), cloudWatch: cloudWatchClient() };

export const handler = wireTakeTheFleet(clients, settingsFrom(process.env), systemClock);
