import { cloudWatchClient, dynamoDbClient, ec2Client, ssmClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireOpenRollback } from '../wiring/open-rollback.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  dynamoDb: dynamoDbClient(),
  ssm: ssmClient(),
  ec2: ec2Client(),
  cloudWatch: cloudWatchClient(),
  stepFunctions: stepFunctionsClient(),
};

export const handler = wireOpenRollback(clients, settingsFrom(process.env), systemClock);
