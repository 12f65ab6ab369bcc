import { dynamoDbClient, ssmClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireRunOnHosts } from '../wiring/run-on-hosts.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ssm: ssmClient() };

export const handler = wireRunOnHosts(clients, settingsFrom(process.env), systemClock);
