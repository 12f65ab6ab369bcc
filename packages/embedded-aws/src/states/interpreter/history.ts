import type { HistoryEvent as SdkHistoryEvent } from '@aws-sdk/client-sfn';

/** One event, as GetExecutionHistory answers it: the JSON protocol has instants as seconds since 1970. */
export type HistoryEvent = Omit<SdkHistoryEvent, 'timestamp'> & { readonly timestamp: number };

/** The `…EventDetails` member of an event. */
export type EventDetails = Omit<SdkHistoryEvent, 'timestamp' | 'type' | 'id' | 'previousEventId'>;

export type EventType = NonNullable<SdkHistoryEvent['type']>;

/** An execution with more events than this fails (Step Functions quotas). */
export const HISTORY_LIMIT = 25_000;

/** The part of an event's details that watchers are told. */
export function news(details: EventDetails): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const detail of Object.values(details) as Record<string, unknown>[]) {
    for (const key of ['name', 'index', 'error', 'cause', 'output']) {
      if (detail[key] !== undefined) told[key] = detail[key];
    }
  }
  return told;
}

/** A document in an event; nothing is ever truncated here. */
export const input = (text: string) => ({ input: text, inputDetails: { truncated: false } });
export const output = (text: string) => ({ output: text, outputDetails: { truncated: false } });

/** Error and cause of an event or a response, without members that are absent. */
export const errorAndCause = (error: string | undefined, cause: string | undefined) => ({
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
});
