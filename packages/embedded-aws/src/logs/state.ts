import type { Instant } from '../clock/clock.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Need, Surroundings } from '../wire/service.ts';

/** CloudWatch Logs' data. */
export type LogsState = {
  readonly surroundings: Surroundings;
  /** Keyed by name. */
  readonly groups: Map<string, LogGroup>;
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
