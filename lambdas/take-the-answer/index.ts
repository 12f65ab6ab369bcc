import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { realAnswering } from '../real-deciding.ts';
import { takingTheAnswer } from './handler.ts';

export const handler = takingTheAnswer(realAnswering(DynamoDBDocumentClient.from(new DynamoDBClient({}))));
