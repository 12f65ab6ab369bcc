import { appConfigClient, dynamoDbClient, ec2Client, ssmClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireFlipFlag } from '../wiring/flip-flag.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ec2: ec2Client(), ssm: ssmClient(), appConfig: appConfigClient() };

export const handler = wireFlipFlag(clients, settingsFrom(process.env), systemClock);
