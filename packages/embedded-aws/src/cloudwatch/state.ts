import type { NewEvent } from '../events/event.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';
import type { Alarm } from './alarm.ts';
import type { Notify } from './alarm-actions.ts';
import type { Metrics } from './metrics.ts';

/** CloudWatch's data, and the functions it calls when an alarm changes its state. */
export type CloudWatchState = {
  readonly surroundings: Surroundings;
  readonly metrics: Metrics;
  /** Keyed by name. */
  readonly alarms: Map<string, Alarm>;
  readonly publish: (event: NewEvent) => void;
  readonly notify: Notify;
};

export function alarmNamed({ alarms }: CloudWatchState, name: string): Alarm {
  const alarm = alarms.get(name);
  if (!alarm) throw new AwsError('ResourceNotFound', `There is no alarm ${name}.`, 404);
  return alarm;
}

/** Returns the ARN of an alarm for IAM; with the name `*` that of all alarms. */
export const alarmArn = ({ surroundings: { region, accountId } }: CloudWatchState, name: string): string =>
  `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
