import {
  cloudWatchClient,
  dynamoDbClient,
  ec2Client,
  lambdaClient,
  snsClient,
  ssmClient,
  stepFunctionsClient,
} from '../wiring/aws-clients.ts';
import { wireCheckReadiness } from '../wiring/check-readiness.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  dynamoDb: dynamoDbClient(),
  ssm: ssmClient(),
  ec2: ec2Client(),
  sns: snsClient(),
  stepFunctions: stepFunctionsClient(),
  lambda: lambdaClient(),
  cloudWatch: cloudWatchClient(),
};

export const handler = wireCheckReadiness(clients, settingsFrom(process.env), systemClock);
