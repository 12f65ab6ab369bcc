import { cloudWatchClient, dynamoDbClient, ec2Client, snsClient, ssmClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireHaltTheHosts } from '../wiring/halt-the-hosts.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  cloudWatch: cloudWatchClient(),
  dynamoDb: dynamoDbClient(),
  ec2: ec2Client(),
  sns: snsClient(),
  ssm: ssmClient(),
};

export const handler = wireHaltTheHosts(clients, settingsFrom(process.env), systemClock);
