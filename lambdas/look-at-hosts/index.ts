import { dynamoDbClient, ec2Client, ssmClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireLookAtHosts } from '../wiring/look-at-hosts.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ssm: ssmClient(), ec2: ec2Client() };

export const handler = wireLookAtHosts(clients, settingsFrom(process.env), systemClock);
