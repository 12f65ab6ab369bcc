import { dynamoDbClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';
import { wireTakeTheAnswer } from '../wiring/take-the-answer.ts';

const clients = { dynamoDb: dynamoDbClient(), stepFunctions: stepFunctionsClient() };

export const handler = wireTakeTheAnswer(clients, settingsFrom(process.env), systemClock);
