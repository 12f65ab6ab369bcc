import { cloudWatchClient, dynamoDbClient, ssmClient } from '../wiring/aws-clients.ts';
import { wireCheckDocuments } from '../wiring/check-documents.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ssm: ssmClient(), cloudWatch: cloudWatchClient() };

export const handler = wireCheckDocuments(clients, settingsFrom(process.env));
