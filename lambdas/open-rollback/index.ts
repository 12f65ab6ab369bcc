import {
  cloudWatchClient,
  dynamoDbClient,
  ec2Client,
  promptSettings,
  ssmClient,
  stepFunctionsClient,
} from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireOpenRollback } from '../wiring/open-rollback.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  dynamoDb: dynamoDbClient(),
  ssm: ssmClient(),
  ec2: ec2Client(),
  cloudWatch: cloudWatchClient(),
  promptCloudWatch: cloudWatchClient(promptSettings),
  stepFunctions: stepFunctionsClient(),
};

export const handler = wireOpenRollback(clients, settingsFrom(process.env), systemClock);
