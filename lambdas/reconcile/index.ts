import {
  cloudWatchClient,
  dynamoDbClient,
  ec2Client,
  snsClient,
  ssmClient,
  stepFunctionsClient,
} from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireReconcile } from '../wiring/reconcile.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  dynamoDb: dynamoDbClient(),
  ssm: ssmClient(),
  ec2: ec2Client(),
  sns: snsClient(),
  cloudWatch: cloudWatchClient(),
  stepFunctions: stepFunctionsClient(),
};

export const handler = wireReconcile(clients, settingsFrom(process.env), systemClock);
