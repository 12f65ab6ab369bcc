import * as z from 'zod';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { type EventHistory, KEPT_MILLISECONDS } from '../cloudtrail.ts';
import type { ExecutionRecord } from '../execution-record.ts';

/**
 * Returns the events of the event history, the latest first. No event names a resource, so none is found by one.
 *
 * Fields, limits and errors: CloudTrail API Reference, "LookupEvents" and "Event".
 */
export const LookupEvents: Action<EventHistory, z.input<typeof input>, unknown> = {
  needs: () => [{ action: 'cloudtrail:LookupEvents', resource: '*' }],
  run: ({ clock, kept }, request) => {
    const { LookupAttributes: wanted, StartTime, EndTime, MaxResults, NextToken, EventCategory } = checked(request);
    const now = clock.now();
    const oldest = Math.max(now - KEPT_MILLISECONDS, StartTime * 1000);
    const found = kept
      .filter(({ at, from }) => from <= now && at >= oldest && at <= EndTime * 1000)
      .toSorted((one, other) => other.at - one.at)
      .map(({ at, record }) => eventOf(record, at))
      .filter((event) => EventCategory === undefined && wanted.every((one) => isOf(event, one)));
    const first = NextToken === undefined ? 0 : found.findIndex(({ EventId }) => EventId === NextToken);
    if (first === -1) throw new AwsError('InvalidNextTokenException', `NextToken ${NextToken} is not valid.`);
    const next = found[first + MaxResults];
    return { Events: found.slice(first, first + MaxResults), ...(next ? { NextToken: next.EventId } : {}) };
  },
};

const attributes = [
  ...(['AccessKeyId', 'EventId', 'EventName', 'EventSource', 'ReadOnly'] as const),
  ...(['ResourceName', 'ResourceType', 'Username'] as const),
] as const;

const input = z.strictObject({
  LookupAttributes: z
    .array(z.strictObject({ AttributeKey: z.enum(attributes), AttributeValue: z.string() }))
    .max(1)
    .default([]),
  /** Seconds since 1970. */
  StartTime: z.number().default(0),
  EndTime: z.number().default(Number.MAX_SAFE_INTEGER),
  MaxResults: z.int().default(50),
  NextToken: z.string().optional(),
  EventCategory: z.literal('insight').optional(),
});

function checked(request: z.input<typeof input>): z.output<typeof input> {
  const { data, error } = input.safeParse(request);
  if (error) throw new AwsError('InvalidLookupAttributesException', z.prettifyError(error));
  if (data.MaxResults < 1 || data.MaxResults > 50)
    throw new AwsError('InvalidMaxResultsException', `MaxResults must be 1 to 50, found ${data.MaxResults}.`);
  if (data.EndTime < data.StartTime)
    throw new AwsError('InvalidTimeRangeException', 'EndTime must not be before StartTime.');
  return data;
}

function eventOf(record: ExecutionRecord, at: number) {
  const { accessKeyId, userName, type, principalId } = record.userIdentity as Readonly<Record<string, string>>;
  return {
    EventId: record.eventID,
    EventName: record.eventName,
    ReadOnly: String(record.readOnly),
    ...(accessKeyId === undefined ? {} : { AccessKeyId: accessKeyId }),
    EventTime: Math.floor(at / 1000),
    EventSource: record.eventSource,
    // Of an assumed role, the name of the session.
    Username: userName ?? (type === 'Root' ? 'root' : principalId?.split(':')[1]),
    Resources: [],
    CloudTrailEvent: JSON.stringify(record),
  };
}

const isOf = (
  event: Readonly<Record<string, unknown>>,
  { AttributeKey, AttributeValue }: { readonly AttributeKey: string; readonly AttributeValue: string },
): boolean => event[AttributeKey] === AttributeValue;
