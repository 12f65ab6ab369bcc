import { dynamoDbClient, ec2Client, snsClient, ssmClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireResumeTheHosts } from '../wiring/resume-the-hosts.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  dynamoDb: dynamoDbClient(),
  ec2: ec2Client(),
  sns: snsClient(),
  ssm: ssmClient(),
  stepFunctions: stepFunctionsClient(),
};

export const handler = wireResumeTheHosts(clients, settingsFrom(process.env), systemClock);
