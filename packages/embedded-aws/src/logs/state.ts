import type { Instant } from '../clock/clock.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Need, Surroundings } from '../wire/service.ts';
import type { InsightsQuery } from './insights-query.ts';

/** CloudWatch Logs' data. */
export type LogsState = {
  readonly surroundings: Surroundings;
  /** Keyed by name. */
  readonly groups: Map<string, LogGroup>;
  /** Queries that were started, by id. */
  readonly queries: Map<string, StartedQuery>;
};

/** A query that was started. Its lines are read when it completes. */
export type StartedQuery = {
  readonly id: string;
  readonly groups: readonly string[];
  readonly query: InsightsQuery;
  /** Epoch milliseconds, both included. */
  readonly from: Instant;
  readonly to: Instant;
  readonly limit: number;
  readonly startedAt: Instant;
};

export type LogGroup = {
  readonly name: string;
  readonly createdAt: Instant;
  readonly retentionDays: number | undefined;
  /** Oldest first. */
  readonly events: LogEvent[];
};

export type LogEvent = {
  readonly id: string;
  readonly stream: string;
  readonly at: Instant;
  readonly message: string;
};

export const groupArn = ({ region, accountId }: Surroundings, name: string): string =>
  `arn:aws:logs:${region}:${accountId}:log-group:${name}`;

/** Returns the name of a group that a request names by name or by ARN. */
export const groupName = (nameOrArn: string): string =>
  nameOrArn.replace(/^arn:[^/]*?:log-group:/, '').replace(/:\*$/, '');

export function groupNamed({ groups }: LogsState, nameOrArn: string): LogGroup {
  const group = groups.get(groupName(nameOrArn));
  if (group) return group;
  throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

export const groupNeed = ({ surroundings }: LogsState, action: string, nameOrArn: string): Need => ({
  action: `logs:${action}`,
  resource: `${groupArn(surroundings, groupName(nameOrArn))}:*`,
});
