import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { jsonSetting, type Settings } from './settings.ts';

/** Returns the metric behind an alarm by the alarm's name; undefined if triggers.yaml has no such alarm. */
export function metricOfAlarm(settings: Settings): (alarm: string) => AlarmMetric | undefined {
  const metrics = jsonSetting<Record<string, AlarmMetric>>(settings, 'ALARM_METRICS');
  return (alarm) => metrics[alarm.replace(/^rollback-.*?-phase-\d+-/, '')];
}
