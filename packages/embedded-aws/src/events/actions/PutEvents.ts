import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import type { NewEvent } from '../event.ts';
import { requestAs } from '../request.ts';
import type { EventsState } from '../state.ts';

type Refused = { readonly ErrorCode: string; readonly ErrorMessage: string };
type EntryResult = { readonly EventId: string } | Refused;

/** Publishes up to ten events to the bus. Each entry is accepted or refused independently. */
export const PutEvents: Action<
  EventsState,
  z.input<typeof input>,
  { FailedEntryCount: number; Entries: readonly EntryResult[] }
> = {
  needs: ({ surroundings: { region, accountId } }, { Entries = [] }) =>
    Entries.map(({ Source = '', DetailType = '' }) => ({
      action: 'events:PutEvents',
      resource: `arn:aws:events:${region}:${accountId}:event-bus/default`,
      keys: { 'events:source': Source, 'events:detail-type': DetailType },
    })),
  run: (state, request) => {
    const results = requestAs(input, request).Entries.map((one): EntryResult => {
      const event = eventOf(one);
      if ('ErrorCode' in event) return event;
      const { id, source, 'detail-type': type, detail } = state.publish(event);
      // The bus tells of events that a rule matches; a custom event is told of in any case.
      state.surroundings.tell({ service: 'events', event: 'EventPut', id, source, type, detail });
      return { EventId: id };
    });
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  },
};

const entry = z.strictObject({
  Detail: z.string().optional(),
  DetailType: z.string().optional(),
  EventBusName: z.literal('default').optional(),
  Resources: z.array(z.string()).default([]),
  Source: z.string().optional(),
  Time: z.number().optional(),
});
const input = z.strictObject({ Entries: z.array(entry).min(1).max(10) });

function eventOf({ Detail, DetailType, Resources, Source, Time }: z.output<typeof entry>): NewEvent | Refused {
  if (!Source) return missing('Source');
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  if (Source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  const detail = objectIn(Detail);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = Time === undefined ? {} : { time: Time * 1000 };
  return { source: Source, 'detail-type': DetailType, resources: Resources, detail, ...time };
}

const missing = (name: string): Refused => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
});

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
