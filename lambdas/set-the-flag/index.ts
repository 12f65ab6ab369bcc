import { appConfigClient, dynamoDbClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireSetTheFlag } from '../wiring/set-the-flag.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), appConfig: appConfigClient() };

export const handler = wireSetTheFlag(clients, settingsFrom(process.env), systemClock);
