import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { required } from '../environment.ts';
import { fleetOn } from '../fleet.ts';
import { frozenIn } from '../frozen.ts';
import { historyIn } from '../history.ts';
import { rowWindowIn } from '../row-window.ts';
import { openingRollback } from './handler.ts';

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = openingRollback({
  history: historyIn(db, required('HISTORY_TABLE')),
  frozen: frozenIn(db, required('STATE_TABLE')),
  rowWindow: rowWindowIn(db, required('STATE_TABLE')),
  fleet: fleetOn(new SSMClient({})),
  tag: { key: required('FLEET_TAG_KEY'), value: required('FLEET_TAG_VALUE') },
  now: Date.now,
});
