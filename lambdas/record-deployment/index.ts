import { cloudWatchClient, dynamoDbClient } from '../wiring/aws-clients.ts';
import { wireRecordDeployment } from '../wiring/record-deployment.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), cloudWatch: cloudWatchClient() };

export const handler = wireRecordDeployment(clients, settingsFrom(process.env));
