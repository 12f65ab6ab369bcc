import type { Alarm, Instant } from '../clock/clock.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';
import type { Event, NewEvent } from './event.ts';
import type { Rule } from './rule.ts';

/** The services that rules call. Each call returns when the service has accepted the request, before the work is done. */
export type Called = {
  /** Starts an execution for a rule, as the role. Throws Step Functions' errors, including AccessDeniedException. */
  readonly startExecution: (stateMachineArn: string, input: string, roleArn: string, ruleArn: string) => unknown;
  /** Puts an event into a function's queue. EventBridge ignores the result of the function. */
  readonly invoke: (functionArn: string, event: unknown) => unknown;
  /** Counts an event that was given up. */
  readonly undelivered?: (rule: string) => void;
  /** Sends a dead letter to a queue. */
  readonly sendToQueue: (queueArn: string, body: string, attributes: Readonly<Record<string, string>>) => unknown;
};

/** EventBridge's data, and the functions its actions use. */
export type EventsState = {
  readonly surroundings: Surroundings;
  readonly called: Called;
  /** Keyed by name. */
  readonly rules: Map<string, Rule>;
  readonly publish: (event: NewEvent) => Event;
  /** Like Clock.at, but cancelled when the account is closed. */
  readonly later: (instant: Instant, fire: () => void) => Alarm;
};

export function ruleNamed({ rules }: EventsState, name: string): Rule {
  const rule = rules.get(name);
  if (!rule) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  return rule;
}

/** Returns the ARN of a rule for IAM; with the name `*` that of all rules. */
export const ruleArn = ({ region, accountId }: Surroundings, name: string): string =>
  `arn:aws:events:${region}:${accountId}:rule/${name}`;
