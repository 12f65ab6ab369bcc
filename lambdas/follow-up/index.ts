import {
  cloudWatchClient,
  dynamoDbClient,
  eventBridgeClient,
  s3Client,
  snsClient,
  stepFunctionsClient,
} from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireFollowUp } from '../wiring/follow-up.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  cloudWatch: cloudWatchClient(),
  dynamoDb: dynamoDbClient(),
  eventBridge: eventBridgeClient(),
  s3: s3Client(),
  sns: snsClient(),
  stepFunctions: stepFunctionsClient(),
};

export const handler = wireFollowUp(clients, settingsFrom(process.env), systemClock);
