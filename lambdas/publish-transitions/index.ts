import { cloudWatchClient, dynamoDbClient, eventBridgeClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wirePublishTransitions } from '../wiring/publish-transitions.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { cloudWatch: cloudWatchClient(), dynamoDb: dynamoDbClient(), eventBridge: eventBridgeClient() };

export const handler = wirePublishTransitions(clients, settingsFrom(process.env), systemClock);
