import * as z from 'zod';
import type { Action } from '../../wire/service.ts';
import { page } from '../page.ts';
import { requestAs } from '../request.ts';
import { groupArn, type LogsState } from '../state.ts';

/** Lists log groups by name. */
export const DescribeLogGroups: Action<LogsState, z.input<typeof input>, unknown> = {
  needs: ({ surroundings }, { logGroupNamePrefix = '' }) => [
    { action: 'logs:DescribeLogGroups', resource: `${groupArn(surroundings, `${logGroupNamePrefix}*`)}:*` },
  ],
  run: ({ groups, surroundings }, request) => {
    const { logGroupNamePrefix: prefix, limit, nextToken } = requestAs(input, request);
    const found = [...groups.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const { items, next } = page(found, limit, nextToken);
    return {
      logGroups: items.map(({ name, createdAt, retentionDays, events }) => ({
        logGroupName: name,
        creationTime: createdAt,
        retentionInDays: retentionDays,
        metricFilterCount: 0,
        arn: `${groupArn(surroundings, name)}:*`,
        storedBytes: events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0),
        logGroupClass: 'STANDARD',
        logGroupArn: groupArn(surroundings, name),
      })),
      ...next,
    };
  },
};

const input = z.strictObject({
  logGroupNamePrefix: z.string().default(''),
  limit: z.int().min(1).max(50).default(50),
  nextToken: z.string().optional(),
});
