import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { alarmsOn } from '../alarms.ts';
import { baselinesOn } from '../datapoints.ts';
import { required } from '../environment.ts';
import { statusOn } from '../execution-status.ts';
import { fleetOn } from '../fleet.ts';
import { realMissing } from '../late.ts';
import { metricsByAlarm } from '../metrics-by-alarm.ts';
import { realReach } from '../reach.ts';
import { realDb } from '../real-db.ts';
import { realAnswering, realDeciding } from '../real-deciding.ts';
import { rowWindowIn } from '../row-window.ts';
import { stopCommands } from '../stop-commands.ts';
import { unreachedIn } from '../unreached.ts';
import { openingRollback } from './handler.ts';

const db = realDb();
const state = required('STATE_TABLE');
const reach = realReach();
const cloudWatch = new CloudWatchClient({});
const stepFunctions = new SFNClient({});

export const handler = openingRollback({
  ...reach,
  ...realMissing(db, cloudWatch),
  ...realDeciding(db),
  rowWindow: rowWindowIn(db, state),
  unreached: unreachedIn(db, state),
  fleet: fleetOn(new SSMClient({})),
  alarms: alarmsOn(cloudWatch),
  statusOf: statusOn(stepFunctions),
  wake: realAnswering(db, stepFunctions).wake,
  baselines: baselinesOn(cloudWatch),
  metricOf: metricsByAlarm(),
  environment: required('ENVIRONMENT'),
  tag: { key: required('FLEET_TAG_KEY'), value: required('FLEET_TAG_VALUE') },
  stopCommands: (rollback, status) => stopCommands(reach, rollback, status),
});
