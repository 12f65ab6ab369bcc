import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { alarmsOn } from '../clients/alarms.ts';
import { baselinesOn } from '../clients/datapoints.ts';
import { statusOn } from '../clients/execution-status.ts';
import { managedInstancesOn } from '../clients/managed-instances.ts';
import { realMissing } from '../operations/limit-missed.ts';
import { stopCommands } from '../operations/stop-commands.ts';
import { rowWindowIn } from '../stores/row-window.ts';
import { unreachedIn } from '../stores/unreached-hosts.ts';
import { realDb } from '../wiring/db.ts';
import { realAnswering, realDeciding } from '../wiring/deciding.ts';
import { realReach } from '../wiring/host-step.ts';
import { metricsByAlarm } from '../wiring/metrics-by-alarm.ts';
import { required } from '../wiring/settings.ts';
import { openingRollback } from './handler.ts';

const db = realDb();
const state = required('STATE_TABLE');
const deps = realReach();
const cloudWatch = new CloudWatchClient({});
const stepFunctions = new SFNClient({});

export const handler = openingRollback({
  ...deps,
  ...realMissing(db, cloudWatch),
  ...realDeciding(db),
  rowWindow: rowWindowIn(db, state),
  unreached: unreachedIn(db, state),
  fleet: managedInstancesOn(new SSMClient({})),
  alarms: alarmsOn(cloudWatch),
  statusOf: statusOn(stepFunctions),
  wake: realAnswering(db, stepFunctions).wake,
  baselines: baselinesOn(cloudWatch),
  metricOf: metricsByAlarm(),
  environment: required('ENVIRONMENT'),
  tag: { key: required('FLEET_TAG_KEY'), value: required('FLEET_TAG_VALUE') },
  stopCommands: (rollback, status) => stopCommands(deps, rollback, status),
});
