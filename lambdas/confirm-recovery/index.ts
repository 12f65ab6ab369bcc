import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AlarmMetric } from '../../domain/alarm-metrics.ts';
import { alarmsOn } from '../alarms.ts';
import { required } from '../environment.ts';
import { realReach } from '../reach.ts';
import { watchOn } from '../watch.ts';
import type { Probes } from './confirm-recovery.ts';
import { confirmingRecovery } from './handler.ts';

const cloudWatch = new CloudWatchClient({});
const metrics = JSON.parse(required('ALARM_METRICS')) as Record<string, AlarmMetric>;
const environment = required('ENVIRONMENT');

export const handler = confirmingRecovery({
  ...realReach(),
  probes: JSON.parse(required('PROBES')) as Probes,
  watch: watchOn(
    cloudWatch,
    alarmsOn(cloudWatch),
    environment,
    (alarm) => metrics[alarm.replace(/^rollback-.*?-phase-\d+-/, '')],
    Date.now,
  ),
});
