import type { Action, Surroundings } from '../wire/service.ts';
import { DescribeLogGroups } from './actions/DescribeLogGroups.ts';
import { FilterLogEvents } from './actions/FilterLogEvents.ts';
import { GetQueryResults } from './actions/GetQueryResults.ts';
import { StartQuery } from './actions/StartQuery.ts';
import type { LogGroup, LogsState } from './state.ts';

/** The actions of CloudWatch Logs that the account supports, by AWS's names. */
export const actions = { DescribeLogGroups, FilterLogEvents, GetQueryResults, StartQuery } satisfies Record<
  string,
  Action<LogsState, never, unknown>
>;

/** The most events that a group keeps. The oldest are dropped, because everything is in memory. */
const MOST = 10_000;

export type Logs = {
  readonly state: LogsState;
  readonly actions: typeof actions;
  createGroup(group: Pick<LogGroup, 'name' | 'retentionDays'>): void;
  /** Appends a line to a stream. Makes the group if it does not exist, as Lambda does. */
  put(group: string, stream: string, message: string): void;
};

/** The part of CloudWatch Logs that keeps and finds the log lines of functions. */
export function logs(surroundings: Surroundings): Logs {
  const { clock } = surroundings;
  const state: LogsState = { surroundings, groups: new Map(), queries: new Map() };
  let events = 0;
  const create = ({ name, retentionDays }: Pick<LogGroup, 'name' | 'retentionDays'>): LogGroup => {
    const group = { name, createdAt: clock.now(), retentionDays, events: [] };
    state.groups.set(name, group);
    return group;
  };
  return {
    state,
    actions,
    createGroup: (group) => void create(group),
    put: (name, stream, message) => {
      const group = state.groups.get(name) ?? create({ name, retentionDays: undefined });
      group.events.push({ id: String(events++).padStart(56, '0'), stream, at: clock.now(), message });
      if (group.events.length > MOST) group.events.shift();
    },
  };
}
