import { dynamoDbClient, eventBridgeClient } from '../wiring/aws-clients.ts';
import { wireChangeTheTask } from '../wiring/change-the-task.ts';
import { systemClock } from '../wiring/clock.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), eventBridge: eventBridgeClient() };

export const handler = wireChangeTheTask(clients, settingsFrom(process.env), systemClock);
