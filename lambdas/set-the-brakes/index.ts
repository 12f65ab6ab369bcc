import { dynamoDbClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireSetTheBrakes } from '../wiring/set-the-brakes.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient() };

export const handler = wireSetTheBrakes(clients, settingsFrom(process.env), systemClock);
