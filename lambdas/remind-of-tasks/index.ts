import { cloudWatchClient, dynamoDbClient, eventBridgeClient, snsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireRemindOfTasks } from '../wiring/remind-of-tasks.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  cloudWatch: cloudWatchClient(),
  dynamoDb: dynamoDbClient(),
  eventBridge: eventBridgeClient(),
  sns: snsClient(),
};

export const handler = wireRemindOfTasks(clients, settingsFrom(process.env), systemClock);
