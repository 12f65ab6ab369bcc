import * as z from 'zod';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { matches } from '../filter-pattern.ts';
import { page } from '../page.ts';
import { requestAs } from '../request.ts';
import { groupNamed, groupNeed, type LogsState } from '../state.ts';

/** Returns the events of a log group, oldest first. `aws logs tail` calls it. */
export const FilterLogEvents: Action<LogsState, z.input<typeof input>, unknown> = {
  needs: (state, request) => [groupNeed(state, 'FilterLogEvents', nameIn(request))],
  run: (state, request) => {
    const { startTime, endTime, filterPattern, limit, nextToken, ...wanted } = requestAs(input, request);
    const { logStreamNames: streams, logStreamNamePrefix: prefix } = wanted;
    const contains = matches(filterPattern);
    const found = groupNamed(state, nameIn(request)).events.filter(
      ({ stream, at, message }) =>
        at >= startTime &&
        at <= endTime &&
        (streams === undefined || streams.includes(stream)) &&
        stream.startsWith(prefix) &&
        contains(message),
    );
    const { items, next } = page(found, limit, nextToken);
    return {
      events: items.map(({ id, stream, at, message }) => ({
        logStreamName: stream,
        timestamp: at,
        message,
        ingestionTime: at,
        eventId: id,
      })),
      searchedLogStreams: [],
      ...next,
    };
  },
};

const input = z.strictObject({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  logStreamNames: z.array(z.string()).max(100).optional(),
  logStreamNamePrefix: z.string().default(''),
  startTime: z.number().default(0),
  endTime: z.number().default(Number.MAX_SAFE_INTEGER),
  filterPattern: z.string().default(''),
  limit: z.int().min(1).max(10_000).default(10_000),
  nextToken: z.string().optional(),
  /** Without effect on AWS too: events of all streams are always sorted by time. */
  interleaved: z.boolean().optional(),
});

function nameIn({ logGroupName, logGroupIdentifier }: z.input<typeof input>): string {
  const name = logGroupName ?? logGroupIdentifier;
  if (name !== undefined) return name;
  throw new AwsError('InvalidParameterException', 'FilterLogEvents needs logGroupName or logGroupIdentifier.');
}
