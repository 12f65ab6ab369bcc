import { cloudWatchClient, dynamoDbClient, ec2Client, ssmClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireConfirmRecovery } from '../wiring/confirm-recovery.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ec2: ec2Client(), ssm: ssmClient(), cloudWatch: cloudWatchClient() };

export const handler = wireConfirmRecovery(clients, settingsFrom(process.env), systemClock);
