import { cloudWatchClient, dynamoDbClient, ssmClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireOpenRollback } from '../wiring/open-rollback.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  dynamoDb: dynamoDbClient(),
  ssm: ssmClient(),
  cloudWatch: cloudWatchClient(),
  stepFunctions: stepFunctionsClient(),
};

export const handler = wireOpenRollback(clients, settingsFrom(process.env), systemClock);
