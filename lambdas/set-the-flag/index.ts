import { appConfigClient, cloudWatchClient, dynamoDbClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireSetTheFlag } from '../wiring/set-the-flag.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), appConfig: appConfigClient(), cloudWatch: cloudWatchClient() };

export const handler = wireSetTheFlag(clients, settingsFrom(process.env), systemClock);
