import { cloudWatchClient, dynamoDbClient, httpPost, ssmClient } from '../wiring/aws-clients.ts';
import { wireCallThePager } from '../wiring/call-the-pager.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ssm: ssmClient(), cloudWatch: cloudWatchClient(), post: httpPost() };

export const handler = wireCallThePager(clients, settingsFrom(process.env), systemClock);
