import { dynamoDbClient, ec2Client, ssmClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireRunOnHosts } from '../wiring/run-on-hosts.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ec2: ec2Client(), ssm: ssmClient() };

export const handler = wireRunOnHosts(clients, settingsFrom(process.env), systemClock);
