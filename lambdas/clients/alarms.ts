import { type CloudWatchClient, DescribeAlarmsCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { AlarmTransition } from '../../domain/alarm/alarm-event.ts';
import { parseAlarmName } from '../../domain/alarm/alarm-name.ts';

/** The product's alarms in CloudWatch, as the functions use them. */
export type Alarms = {
  /** Returns the environment's alarms that are not OK, with the instant and reason of the change. */
  notOk(environment: string): Promise<readonly AlarmTransition[]>;
};

export const alarmsOn = (cloudWatch: CloudWatchClient): Alarms => ({
  notOk: async (environment) => {
    const found: AlarmTransition[] = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
      { client: cloudWatch },
      { AlarmNamePrefix: `rollback-${environment}-phase-` },
    ))
      for (const {
        AlarmName = '',
        StateValue,
        StateReason = '',
        StateReasonData,
        StateTransitionedTimestamp,
        StateUpdatedTimestamp,
      } of MetricAlarms) {
        const identity = parseAlarmName(AlarmName);
        const changed = StateTransitionedTimestamp ?? StateUpdatedTimestamp;
        if (!identity || !changed || !StateValue || StateValue === 'OK') continue;
        found.push({
          ...identity,
          alarm: AlarmName,
          state: StateValue,
          changed_at: changed.toISOString(),
          reason: StateReason,
          reason_data: StateReasonData ?? null,
        });
      }
    return found;
  },
});

/** Returns the names of the environment's alarms that CloudWatch cannot evaluate now, because of an error of its own. */
export const unevaluatedOn =
  (cloudWatch: CloudWatchClient) =>
  async (environment: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
      { client: cloudWatch },
      { AlarmNamePrefix: `rollback-${environment}-phase-` },
    ))
      for (const { AlarmName = '', EvaluationState } of MetricAlarms)
        if (EvaluationState === 'EVALUATION_FAILURE') found.push(AlarmName);
    return found;
  };

/** Returns the state of each alarm of the environment's phases, by name. */
export const alarmStatesOn =
  (cloudWatch: CloudWatchClient, environment: string) => async (): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
      { client: cloudWatch },
      { AlarmNamePrefix: `rollback-${environment}-phase-` },
    ))
      for (const { AlarmName = '', StateValue = 'INSUFFICIENT_DATA' } of MetricAlarms) found[AlarmName] = StateValue;
    return found;
  };

/** Returns the state of one alarm; `missing` if there is no such alarm. */
export const alarmStateOn =
  (cloudWatch: CloudWatchClient) =>
  async (name: string): Promise<string> => {
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
    return MetricAlarms[0]?.StateValue ?? 'missing';
  };
