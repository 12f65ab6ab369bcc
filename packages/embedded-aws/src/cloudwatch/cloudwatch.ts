import type { Instant } from '../clock/clock.ts';
import type { NewEvent } from '../events/event.ts';
import type { Action, Surroundings } from '../wire/service.ts';
import { DescribeAlarmHistory } from './actions/DescribeAlarmHistory.ts';
import { DescribeAlarms } from './actions/DescribeAlarms.ts';
import { GetMetricData } from './actions/GetMetricData.ts';
import { GetMetricStatistics } from './actions/GetMetricStatistics.ts';
import { ListMetrics } from './actions/ListMetrics.ts';
import { instantOf, PutMetricData } from './actions/PutMetricData.ts';
import { SetAlarmState } from './actions/SetAlarmState.ts';
import type { Notify } from './alarm-actions.ts';
import { type CompositeAlarmDefinition, compositeAlarm } from './composite-alarm.ts';
import { Evaluation } from './evaluation.ts';
import { type MetricAlarmDefinition, metricAlarm } from './metric-alarm.ts';
import { Metrics } from './metrics.ts';
import { alarmNamed, type CloudWatchState } from './state.ts';
import { setOf } from './statistic-set.ts';
import { created, judge } from './transition.ts';
import { invalidValue } from './validation.ts';

/** The actions of CloudWatch that the account supports, by AWS's names. */
export const actions = {
  DescribeAlarmHistory,
  DescribeAlarms,
  GetMetricData,
  GetMetricStatistics,
  ListMetrics,
  PutMetricData,
  SetAlarmState,
} satisfies Record<string, Action<CloudWatchState, never, unknown>>;

/** CloudWatch of the embedded account: metrics, and alarms that are evaluated as time passes. */
export type CloudWatch = {
  readonly state: CloudWatchState;
  readonly actions: typeof actions;
  createMetricAlarm(definition: MetricAlarmDefinition): { readonly arn: string };
  createCompositeAlarm(definition: CompositeAlarmDefinition): { readonly arn: string };
  /** Publishes a metric value of an AWS service about itself, in standard resolution. */
  putVended(namespace: string, name: string, dimensions: Readonly<Record<string, string>>, value: number): void;
  /**
   * Publishes values of one instant in high resolution, by metric: what the hosts' programs measure every few seconds.
   *
   * It is PutMetricData without its form. Throws for a value or an instant that PutMetricData does not take.
   */
  putMeasured(
    namespace: string,
    dimensions: Readonly<Record<string, string>>,
    values: Readonly<Record<string, number>>,
    at: Instant,
  ): void;
  /** As putMeasured, for metrics that no alarm watches: their values are stored when somebody reads one of them. */
  putUnwatched: CloudWatch['putMeasured'];
  /** Stops the evaluation of alarms. */
  close(): void;
};

export type CloudWatchOptions = {
  /** Publishes an event to the default bus. */
  readonly publish: (event: NewEvent) => void;
  readonly notify: Notify;
};

export function cloudwatch(surroundings: Surroundings, { publish, notify }: CloudWatchOptions): CloudWatch {
  const state: CloudWatchState = { surroundings, metrics: new Metrics(), alarms: new Map(), publish, notify };
  const evaluation = new Evaluation(state);
  return {
    state,
    actions,
    createMetricAlarm: (definition) => {
      const alarm = metricAlarm(surroundings, state.metrics, definition);
      state.alarms.set(alarm.name, alarm);
      evaluation.follow(alarm);
      return alarm;
    },
    createCompositeAlarm: (definition) => {
      const alarm = compositeAlarm(surroundings, definition);
      const children = alarm.rule.alarms.map((name) => alarmNamed(state, name));
      state.alarms.set(alarm.name, alarm);
      judge(state, alarm, created(alarm, children));
      return alarm;
    },
    putVended: (namespace, name, dimensions, value) =>
      state.metrics.written({ namespace, name, dimensions }).put(surroundings.clock.now(), setOf(value), 60),
    putMeasured: (namespace, dimensions, values, at) => {
      const instant = instantOf(at / 1000, surroundings.clock.now());
      for (const [name, value] of Object.entries(values))
        if (!Number.isFinite(value))
          throw invalidValue(`The metric ${name} of ${namespace} needs a number, got ${value}.`);
      state.metrics.putAll({ namespace, dimensions }, values, instant);
    },
    putUnwatched: (namespace, dimensions, values, at) => state.metrics.putUnread({ namespace, dimensions }, values, at),
    close: () => evaluation.close(),
  };
}
