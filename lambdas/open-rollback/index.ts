import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { alarmsOn } from '../alarms.ts';
import { claimsIn } from '../claims.ts';
import { deploymentsIn } from '../deployments.ts';
import { required } from '../environment.ts';
import { statusOn } from '../execution-status.ts';
import { fleetOn } from '../fleet.ts';
import { realReach } from '../reach.ts';
import { rowWindowIn } from '../row-window.ts';
import { stopCommands } from '../stop-commands.ts';
import { unreachedIn } from '../unreached.ts';
import { openingRollback } from './handler.ts';

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const state = required('STATE_TABLE');
const reach = realReach();

export const handler = openingRollback({
  ...reach,
  claims: claimsIn(db, state),
  deployments: deploymentsIn(db, state),
  rowWindow: rowWindowIn(db, state),
  unreached: unreachedIn(db, state),
  fleet: fleetOn(new SSMClient({})),
  alarms: alarmsOn(new CloudWatchClient({})),
  statusOf: statusOn(new SFNClient({})),
  environment: required('ENVIRONMENT'),
  tag: { key: required('FLEET_TAG_KEY'), value: required('FLEET_TAG_VALUE') },
  stopCommands: (rollback, status) => stopCommands(reach, rollback, status),
});
