import { cloudWatchClient, dynamoDbClient, s3Client, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';
import { wireWritePage } from '../wiring/write-page.ts';

const clients = {
  cloudWatch: cloudWatchClient(),
  dynamoDb: dynamoDbClient(),
  s3: s3Client(),
  stepFunctions: stepFunctionsClient(),
};

export const handler = wireWritePage(clients, settingsFrom(process.env), systemClock);
