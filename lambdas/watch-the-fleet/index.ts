import {
  appConfigClient,
  cloudWatchClient,
  dynamoDbClient,
  ec2Client,
  snsClient,
  ssmClient,
} from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';
import { wireWatchTheFleet } from '../wiring/watch-the-fleet.ts';

const clients = {
  dynamoDb: dynamoDbClient(),
  ssm: ssmClient(),
  ec2: ec2Client(),
  sns: snsClient(),
  cloudWatch: cloudWatchClient(),
  appConfig: appConfigClient(),
};

export const handler = wireWatchTheFleet(clients, settingsFrom(process.env), systemClock);
