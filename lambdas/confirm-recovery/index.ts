import { cloudWatchClient, dynamoDbClient, ssmClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireConfirmRecovery } from '../wiring/confirm-recovery.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ssm: ssmClient(), cloudWatch: cloudWatchClient() };

export const handler = wireConfirmRecovery(clients, settingsFrom(process.env), systemClock);
