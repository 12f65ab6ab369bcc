import { dynamoDbClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireReleaseTheFleet } from '../wiring/release-the-fleet.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), stepFunctions: stepFunctionsClient() };

export const handler = wireReleaseTheFleet(clients, settingsFrom(process.env), systemClock);
