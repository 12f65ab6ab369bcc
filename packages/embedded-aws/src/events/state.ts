import type { Alarm, Instant } from '../clock/clock.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';
import type { Event, NewEvent } from './event.ts';
import type { Rule } from './rule.ts';

/** The services that rules call, each answering when the other has taken the request, not when the work is done. */
export type Called = {
  /** Starts an execution as the role, for a rule; throws what Step Functions answers, AccessDeniedException too. */
  readonly startExecution: (stateMachineArn: string, input: string, roleArn: string, ruleArn: string) => unknown;
  /** Gives an event to a function's queue. What the function makes of it is not EventBridge's business. */
  readonly invoke: (functionArn: string, event: unknown) => unknown;
  readonly sendToQueue: (queueArn: string, body: string, attributes: Readonly<Record<string, string>>) => unknown;
};

/** What EventBridge knows. */
export type EventsState = {
  readonly surroundings: Surroundings;
  readonly called: Called;
  /** By name. */
  readonly rules: Map<string, Rule>;
  readonly publish: (event: NewEvent) => Event;
  /** As Clock.at, but forgotten when the account is closed. */
  readonly later: (instant: Instant, fire: () => void) => Alarm;
};

export function ruleNamed({ rules }: EventsState, name: string): Rule {
  const rule = rules.get(name);
  if (!rule) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  return rule;
}

/** A rule's ARN, or with `*` that of all, for what IAM is asked. */
export const ruleArn = ({ region, accountId }: Surroundings, name: string): string =>
  `arn:aws:events:${region}:${accountId}:rule/${name}`;
