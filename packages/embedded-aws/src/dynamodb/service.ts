import type { WireService } from '../wire/route.ts';
import type { Caller, RunChecked } from '../wire/service.ts';
import type { DynamoDb, DynamoDbCall, DynamoDbResponse } from './dynamodb.ts';

/** Makes DynamoDB's service of the JSON protocol. The body from dynalite is sent unchanged. */
export const dynamodbService = (tables: DynamoDb, runChecked: RunChecked): WireService => ({
  jsonVersion: '1.0',
  respond: async (action, body, caller) => checked(runChecked, action, tables.call(action, body), caller),
  respondTo: async (action, value, caller) => checked(runChecked, action, tables.callOf(action, value), caller),
});

const checked = (
  runChecked: RunChecked,
  action: string,
  { request, needs, respond }: DynamoDbCall,
  caller: Caller,
): Promise<DynamoDbResponse> => runChecked({ action: `dynamodb:${action}`, request, caller, needs }, respond);
