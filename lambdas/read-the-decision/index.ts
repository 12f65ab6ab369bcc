import { cloudWatchClient, dynamoDbClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireReadTheDecision } from '../wiring/read-the-decision.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), cloudWatch: cloudWatchClient(), stepFunctions: stepFunctionsClient() };

export const handler = wireReadTheDecision(clients, settingsFrom(process.env), systemClock);
