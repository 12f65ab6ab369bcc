import type { WireService } from '../wire/route.ts';
import type { RunChecked } from '../wire/service.ts';
import type { DynamoDb } from './dynamodb.ts';

/** Makes DynamoDB's service of the JSON protocol. The body from dynalite is sent unchanged. */
export const dynamodbService = (tables: DynamoDb, runChecked: RunChecked): WireService => ({
  jsonVersion: '1.0',
  respond: async (action, body, caller) => {
    const { request, needs, respond } = tables.call(action, body);
    return runChecked({ action: `dynamodb:${action}`, request, caller, needs }, respond);
  },
});
