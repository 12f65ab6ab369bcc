import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

export type OwnEvent = {
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** ISO 8601; now if absent. */
  readonly at?: string;
  /** ARN of what the event is about. */
  readonly resource?: string;
};

/** Puts the product's own events onto the account's default bus. Throws if EventBridge refuses one: a repeat puts them again. */
export type PutEvents<Event extends OwnEvent = OwnEvent> = (events: readonly Event[]) => Promise<void>;

/** PutEvents takes so many at once. */
export const mostEventsAtOnce = 10;

export const putEventsOn =
  (eventBridge: EventBridgeClient, Source: string): PutEvents =>
  async (events) => {
    for (let from = 0; from < events.length; from += mostEventsAtOnce) {
      const { FailedEntryCount, Entries } = await eventBridge.send(
        new PutEventsCommand({
          Entries: events.slice(from, from + mostEventsAtOnce).map(({ type, detail, at, resource }) => ({
            ...{ Source, DetailType: type, Detail: JSON.stringify(detail) },
            ...(at ? { Time: new Date(at) } : {}),
            ...(resource ? { Resources: [resource] } : {}),
          })),
        }),
      );
      const refused = Entries?.find(({ ErrorCode }) => ErrorCode);
      if (FailedEntryCount)
        throw new Error(`EventBridge refused an event: ${refused?.ErrorCode}: ${refused?.ErrorMessage}`);
    }
  };
