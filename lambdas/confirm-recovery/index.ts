import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { alarmsOn } from '../clients/alarms.ts';
import { realReach } from '../wiring/host-step.ts';
import { metricsByAlarm } from '../wiring/metrics-by-alarm.ts';
import { required } from '../wiring/settings.ts';
import type { Probes } from './confirm-recovery.ts';
import { confirmingRecovery } from './handler.ts';
import { watchOn } from './recovery-metrics.ts';

const cloudWatch = new CloudWatchClient({});
const environment = required('ENVIRONMENT');

export const handler = confirmingRecovery({
  ...realReach(),
  probes: JSON.parse(required('PROBES')) as Probes,
  watch: watchOn(cloudWatch, alarmsOn(cloudWatch), environment, metricsByAlarm(), Date.now),
});
