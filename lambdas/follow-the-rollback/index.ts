import {
  cloudWatchClient,
  cloudWatchLogsClient,
  dynamoDbClient,
  eventBridgeClient,
  s3Client,
  snsClient,
  stepFunctionsClient,
} from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wireFollowTheRollback } from '../wiring/follow-the-rollback.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = {
  cloudWatch: cloudWatchClient(),
  cloudWatchLogs: cloudWatchLogsClient(),
  dynamoDb: dynamoDbClient(),
  eventBridge: eventBridgeClient(),
  s3: s3Client(),
  sns: snsClient(),
  stepFunctions: stepFunctionsClient(),
};

export const handler = wireFollowTheRollback(clients, settingsFrom(process.env), systemClock);
