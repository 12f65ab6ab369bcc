import type { HistoryEvent as SdkHistoryEvent } from '@aws-sdk/client-sfn';

/** One event in the form of GetExecutionHistory. Its timestamp is in seconds since 1970, as in the JSON protocol. */
export type HistoryEvent = Omit<SdkHistoryEvent, 'timestamp'> & { readonly timestamp: number };

/** The `…EventDetails` member of an event. */
export type EventDetails = Omit<SdkHistoryEvent, 'timestamp' | 'type' | 'id' | 'previousEventId'>;

export type EventType = NonNullable<SdkHistoryEvent['type']>;

/** An execution with more events than this fails (Step Functions quotas). */
export const HISTORY_LIMIT = 25_000;

/** Returns the part of an event's details that watchers receive. */
export function watchedDetails(details: EventDetails): Record<string, unknown> {
  const watched: Record<string, unknown> = {};
  for (const detail of Object.values(details) as Record<string, unknown>[]) {
    for (const key of ['name', 'index', 'error', 'cause', 'output']) {
      if (detail[key] !== undefined) watched[key] = detail[key];
    }
  }
  return watched;
}

/** Returns the fields of an input or output in an event. The account never truncates them. */
export const input = (text: string) => ({ input: text, inputDetails: { truncated: false } });
export const output = (text: string) => ({ output: text, outputDetails: { truncated: false } });

/** Returns the error and cause of an event or a response, without absent fields. */
export const errorAndCause = (error: string | undefined, cause: string | undefined) => ({
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
});
