import { dynamoDbClient, ssmClient, stepFunctionsClient } from '../wiring/aws-clients.ts';
import { systemClock } from '../wiring/clock.ts';
import { wirePlanTheRollback } from '../wiring/plan-the-rollback.ts';
import { settingsFrom } from '../wiring/settings.ts';

const clients = { dynamoDb: dynamoDbClient(), ssm: ssmClient(), stepFunctions: stepFunctionsClient() };

export const handler = wirePlanTheRollback(clients, settingsFrom(process.env), systemClock);
