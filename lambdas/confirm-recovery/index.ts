import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { alarmsOn } from '../alarms.ts';
import { required } from '../environment.ts';
import { metricsByAlarm } from '../metrics-by-alarm.ts';
import { realReach } from '../reach.ts';
import { watchOn } from '../watch.ts';
import type { Probes } from './confirm-recovery.ts';
import { confirmingRecovery } from './handler.ts';

const cloudWatch = new CloudWatchClient({});
const environment = required('ENVIRONMENT');

export const handler = confirmingRecovery({
  ...realReach(),
  probes: JSON.parse(required('PROBES')) as Probes,
  watch: watchOn(cloudWatch, alarmsOn(cloudWatch), environment, metricsByAlarm(), Date.now),
});
