import type { CompositeAlarm } from './composite-alarm.ts';
import type { MetricAlarm } from './metric-alarm.ts';

export type Alarm = MetricAlarm | CompositeAlarm;
