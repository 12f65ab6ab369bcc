import {
  briefSettings,
  cloudWatchClient,
  dynamoDbClient,
  ec2Client,
  promptSettings,
  snsClient,
  ssmClient,
} from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireHaltTheHosts } from '../wiring/halt-the-hosts.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  promptCloudWatch: cloudWatchClient(promptSettings),
  dynamoDb: dynamoDbClient(briefSettings),
  ec2: ec2Client(briefSettings),
  sns: snsClient(briefSettings),
  ssm: ssmClient(briefSettings),
};

export const handler = wireHaltTheHosts(clients, settingsFrom(process.env), systemClock);
