import { dynamoDbClient, snsClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireRecordTheHalt } from '../wiring/record-the-halt.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), sns: snsClient(), stepFunctions: stepFunctionsClient() };

export const handler = wireRecordTheHalt(clients, settingsFrom(process.env), systemClock);
