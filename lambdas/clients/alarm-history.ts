import {
  type CloudWatchClient,
  paginateDescribeAlarmHistory,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmTransition } from '../../domain/alarm/alarm-event.ts';
import { alarmPrefix } from '../../domain/alarm/alarm-name.ts';
import { isSilence } from '../../domain/alarm/silence.ts';
import type { StateChange, WatchedAlarm } from '../../domain/decision/watched.ts';

/** Returns the alarms of a phase, each with its changes of state since an instant (ISO 8601). */
export type AlarmsSince = (phase: number, from: string) => Promise<readonly WatchedAlarm[]>;

export const alarmsSinceOn =
  (client: CloudWatchClient, environment: string): AlarmsSince =>
  async (phase, from) => {
    const found: WatchedAlarm[] = [];
    const ofPhase = { AlarmNamePrefix: alarmPrefix(environment, phase) };
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, ofPhase))
      for (const { AlarmName: alarm = '', StateValue: state = 'INSUFFICIENT_DATA', ...reasons } of MetricAlarms)
        found.push({
          ...{ alarm, state, changes: await changesOf(client, alarm, from) },
          ...silence('silent', {
            stateValue: state,
            stateReason: reasons.StateReason,
            stateReasonData: reasons.StateReasonData,
          }),
        });
    return found;
  };

/** A state in HistoryData. Its stateReasonData is an object there, and a text in the alarm itself. */
type StateInHistory = { stateValue?: string; stateReason?: string | undefined; stateReasonData?: unknown };

/** Returns the field that says that a state is due to missing data alone; none if it is not. */
function silence(
  field: 'silent' | 'wasSilent',
  { stateValue, stateReason = '', stateReasonData = null }: StateInHistory = {},
): { readonly silent?: true; readonly wasSilent?: true } {
  const state = stateValue as AlarmTransition['state'];
  const reason_data = typeof stateReasonData === 'string' ? stateReasonData : JSON.stringify(stateReasonData);
  return state !== 'OK' && isSilence({ state, reason: stateReason, reason_data }) ? { [field]: true } : {};
}

async function changesOf(client: CloudWatchClient, AlarmName: string, from: string): Promise<StateChange[]> {
  const changes: StateChange[] = [];
  for await (const { AlarmHistoryItems = [] } of paginateDescribeAlarmHistory(
    { client },
    { AlarmName, HistoryItemType: 'StateUpdate', StartDate: new Date(from), ScanBy: 'TimestampAscending' },
  ))
    for (const { Timestamp, HistoryData = '{}' } of AlarmHistoryItems) {
      const { oldState, newState } = JSON.parse(HistoryData) as Record<string, StateInHistory | undefined>;
      changes.push({
        at: Timestamp?.toISOString() ?? from,
        from: oldState?.stateValue ?? 'INSUFFICIENT_DATA',
        to: newState?.stateValue ?? 'INSUFFICIENT_DATA',
        ...silence('wasSilent', oldState),
        ...silence('silent', newState),
      });
    }
  return changes;
}
