import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { required } from './settings.ts';

/** The metric behind an alarm by its name, from the function's settings; undefined: triggers.yaml has no such alarm. */
export function metricsByAlarm(): (alarm: string) => AlarmMetric | undefined {
  const metrics = JSON.parse(required('ALARM_METRICS')) as Record<string, AlarmMetric>;
  return (alarm) => metrics[alarm.replace(/^rollback-.*?-phase-\d+-/, '')];
}
