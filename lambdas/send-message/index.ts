import { dynamoDbClient, snsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireSendMessage } from '../wiring/send-message.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), sns: snsClient() };

export const handler = wireSendMessage(clients, settingsFrom(process.env), systemClock);
