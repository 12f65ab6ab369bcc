import { type DeliveryError, deliveryError } from './delivery-error.ts';
import type { Event } from './event.ts';
import type { Rule, Target } from './rule.ts';
import type { EventsState } from './state.ts';
import { targetInput } from './target-input.ts';

/** EventBridge's defaults for a target without RetryPolicy (EventBridge guide, "Event retry policy"). */
const MOST_ATTEMPTS = 185;
const OLDEST_SECONDS = 86_400;

/** The delivery of one event to one target. */
type Delivery = {
  readonly event: Event;
  readonly rule: Rule;
  readonly target: Target;
  /** The start of the event's age. */
  readonly receivedAt: number;
};

/** Delivers an event to all targets of a rule. */
export function deliver(state: EventsState, event: Event, rule: Rule): void {
  const receivedAt = state.surroundings.clock.now();
  for (const target of rule.targets) void attempt(state, { event, rule, target, receivedAt }, 0);
}

async function attempt(state: EventsState, delivery: Delivery, retries: number): Promise<void> {
  const release = state.surroundings.clock.hold();
  try {
    await send(state, delivery);
    report(state, delivery, 'EventDelivered', { retries });
  } catch (error) {
    await retryOrGiveUp(state, delivery, retries, deliveryError(error));
  } finally {
    release();
  }
}

async function send({ called }: EventsState, { event, rule, target }: Delivery): Promise<void> {
  const input = targetInput(event, rule, target);
  if (target.RoleArn && target.Arn.startsWith('arn:aws:states:'))
    await called.startExecution(target.Arn, input, target.RoleArn, rule.arn);
  else await called.invoke(target.Arn, JSON.parse(input));
}

async function retryOrGiveUp(
  state: EventsState,
  delivery: Delivery,
  retries: number,
  error: DeliveryError,
): Promise<void> {
  const { clock } = state.surroundings;
  const policy = delivery.target.RetryPolicy ?? {};
  const { MaximumRetryAttempts = MOST_ATTEMPTS, MaximumEventAgeInSeconds = OLDEST_SECONDS } = policy;
  const tooOld = delivery.receivedAt + MaximumEventAgeInSeconds * 1000;
  const next = clock.now() + backoff(state, delivery, retries);
  report(state, delivery, 'DeliveryFailed', { retries, error: error.code, message: error.message });
  if (!error.retryable) return giveUp(state, delivery, { retries, error });
  if (retries >= MaximumRetryAttempts)
    return giveUp(state, delivery, { retries, error, exhausted: 'MaximumRetryAttempts' });
  if (next < tooOld) state.later(next, () => void attempt(state, delivery, retries + 1));
  else
    state.later(tooOld, () => void giveUp(state, delivery, { retries, error, exhausted: 'MaximumEventAgeInSeconds' }));
}

/** Seconds. EventBridge documents only "exponential back off and jitter". */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 900;

/** Returns the milliseconds before the next attempt: doubled each time, half of them random. */
function backoff({ surroundings: { random } }: EventsState, { event, rule, target }: Delivery, retries: number) {
  const pause = Math.min(FIRST_PAUSE * 2 ** retries, LONGEST_PAUSE) * 1000;
  return Math.round(pause * (0.5 + random(`${event.id}/${rule.name}/${target.Id}/${retries}`) / 2));
}

/** The last failed attempt of a delivery. */
type FinalFailure = {
  readonly retries: number;
  readonly error: DeliveryError;
  /** The limit of the retry policy that was reached; absent if the error was not retryable. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
};

/** Sends the unchanged event to the dead-letter queue with the reason. Without a queue the event is dropped. */
async function giveUp(state: EventsState, delivery: Delivery, failure: FinalFailure): Promise<void> {
  const { retries, error, exhausted } = failure;
  const { event, rule, target } = delivery;
  const queue = target.DeadLetterConfig?.Arn;
  state.called.undelivered?.(rule.name);
  if (!queue) return report(state, delivery, 'EventDropped', { error: error.code });
  const attributes = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.Arn,
    ERROR_CODE: error.code,
    ERROR_MESSAGE: error.message,
    RETRY_ATTEMPTS: String(retries),
    ...(exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
  };
  const release = state.surroundings.clock.hold();
  try {
    await state.called.sendToQueue(queue, JSON.stringify(event), attributes);
    report(state, delivery, 'EventDeadLettered', { queue, error: error.code });
  } catch (refused) {
    report(state, delivery, 'EventDropped', { error: error.code, queue, because: (refused as Error).message });
  } finally {
    release();
  }
}

const report = ({ surroundings }: EventsState, { event, rule, target }: Delivery, happening: string, more: object) =>
  surroundings.tell({
    service: 'events',
    event: happening,
    id: event.id,
    rule: rule.name,
    target: target.Arn,
    ...more,
  });
