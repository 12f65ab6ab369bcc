import {
  type CloudWatchClient,
  paginateDescribeAlarmHistory,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { alarmPrefix } from '../../domain/alarm/alarm-name.ts';
import type { StateChange, WatchedAlarm } from '../../domain/decision/watched.ts';

/** Returns the alarms of a phase, each with its changes of state since an instant (ISO 8601). */
export type AlarmsSince = (phase: number, from: string) => Promise<readonly WatchedAlarm[]>;

export const alarmsSinceOn =
  (client: CloudWatchClient, environment: string): AlarmsSince =>
  async (phase, from) => {
    const found: WatchedAlarm[] = [];
    const ofPhase = { AlarmNamePrefix: alarmPrefix(environment, phase) };
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, ofPhase))
      for (const { AlarmName: alarm = '', StateValue: state = 'INSUFFICIENT_DATA' } of MetricAlarms)
        found.push({ alarm, state, changes: await changesOf(client, alarm, from) });
    return found;
  };

async function changesOf(client: CloudWatchClient, AlarmName: string, from: string): Promise<StateChange[]> {
  const changes: StateChange[] = [];
  for await (const { AlarmHistoryItems = [] } of paginateDescribeAlarmHistory(
    { client },
    { AlarmName, HistoryItemType: 'StateUpdate', StartDate: new Date(from), ScanBy: 'TimestampAscending' },
  ))
    for (const { Timestamp, HistoryData = '{}' } of AlarmHistoryItems) {
      const { oldState, newState } = JSON.parse(HistoryData) as Record<string, { stateValue?: string } | undefined>;
      changes.push({
        at: Timestamp?.toISOString() ?? from,
        from: oldState?.stateValue ?? 'INSUFFICIENT_DATA',
        to: newState?.stateValue ?? 'INSUFFICIENT_DATA',
      });
    }
  return changes;
}
