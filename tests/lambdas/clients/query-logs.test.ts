import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { queryLogsOn } from '../../../lambdas/clients/query-logs.ts';

const at = '2026-03-02T09:00:00.000Z';
const query = { of: 'product', groups: ['/a'], from: at, to: at, text: 'fields @timestamp' } as const;

/** Queries logs whose responses are given, one per call; an Error is thrown. The last one repeats. */
async function queried(...responses: readonly object[]) {
  let clock = 0;
  const asked: object[] = [];
  const client = {
    send: async ({ input }: { input: object }) => {
      const response = responses[Math.min(asked.push(input), responses.length) - 1];
      if (response instanceof Error) throw response;
      return response;
    },
  } as unknown as CloudWatchLogsClient;
  const sleep = async (milliseconds: number) => {
    clock += milliseconds;
  };
  return { found: await queryLogsOn(client, { now: () => clock, sleep })(query), asked, clock };
}
const named = (name: string) => Object.assign(new Error('no more'), { name });
const started = { queryId: 'q' };

test('a query is asked until it has completed', async () => {
  const row = [
    { field: '@timestamp', value: '2026-03-02 09:00:00.000' },
    { field: '@log', value: '1:/a' },
    { field: 'text', value: 'x' },
    { field: '@ptr', value: 'p' },
  ];
  const complete = { status: 'Complete', results: [row], statistics: { recordsMatched: 7 } };
  const { found, asked } = await queried(
    started,
    { status: 'Scheduled' },
    { status: 'Running', results: [row] },
    complete,
  );
  expect(found).toEqual({ found: { lines: [{ at, log: '1:/a', text: 'x' }], matched: 7 } });
  expect(asked[0]).toMatchObject({ startTime: Date.parse(at) / 1000, logGroupNames: ['/a'] });
});

test.each([
  ['too many queries at once', [named('LimitExceededException')], 'refused: LimitExceededException: no more'],
  ['throttling', [started, named('ThrottlingException')], 'refused: ThrottlingException: no more'],
  ['a missing group', [named('ResourceNotFoundException')], 'refused: ResourceNotFoundException'],
  ['a failure', [started, { status: 'Failed' }], 'the query ended Failed.'],
  ['a cancellation', [started, { status: 'Cancelled' }], 'the query ended Cancelled.'],
  ['its own timeout', [started, { status: 'Timeout' }], 'the query ended Timeout.'],
  ['an unknown status', [started, { status: 'Unknown' }], 'the query ended Unknown.'],
])('%s is a gap with its reason, and fails nobody', async (_, responses, missing) => {
  expect((await queried(...responses)).found).toEqual({ missing: expect.stringContaining(missing) });
});

test('a query that runs on is left after 20 seconds', async () => {
  const { found, clock } = await queried(started, { status: 'Running' });
  expect(found).toEqual({ missing: 'the query was Running after 20 s.' });
  expect(clock).toBeLessThan(25_000);
});
