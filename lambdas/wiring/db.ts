import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The tables' client, as every function makes it once, before its first call. */
export const realDb = () => DynamoDBDocumentClient.from(new DynamoDBClient({}));
