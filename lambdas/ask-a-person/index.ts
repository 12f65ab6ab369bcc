import { wireAskAPerson } from '../wiring/ask-a-person.ts';
import { cloudWatchClient, dynamoDbClient, snsClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  dynamoDb: dynamoDbClient(),
  stepFunctions: stepFunctionsClient(),
  sns: snsClient(),
  cloudWatch: cloudWatchClient(),
};

export const handler = wireAskAPerson(clients, settingsFrom(process.env), systemClock);
