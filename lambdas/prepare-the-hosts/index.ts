import { dynamoDbClient, ec2Client, ssmClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wirePrepareTheHosts } from '../wiring/prepare-the-hosts.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ssm: ssmClient(), ec2: ec2Client() };

export const handler = wirePrepareTheHosts(clients, settingsFrom(process.env), systemClock);
