import { expect, test } from 'vitest';
import { isDoneByTheRest } from '../../../domain/history/done-by-the-rest.ts';
import type { RollbackEvent } from '../../../domain/history/event.ts';

const step = { step: 'clear-cache', verdict: 'failed' } as const;
const failed = (...hosts: string[]) =>
  [
    {
      detail: { step: 'clear-cache', hosts: 3, hosts_done: 3 - hosts.length, failed: hosts.map((host) => ({ host })) },
    },
  ] as unknown as RollbackEvent[];
const out = (...hosts: string[]) => ({
  left_out: hosts.map((host) => ({ host, operator: 'bo', reason: 'disk', at: '2026-03-02T09:05:00.000Z' })),
});

test.each([
  ['every host that failed was left out', failed('host-2'), out('host-2'), true],
  ['another host was left out', failed('host-2'), out('host-3'), false],
  ['only one of two was left out', failed('host-2', 'host-3'), out('host-2'), false],
  ['nobody was left out', failed('host-2'), out(), false],
  [
    'the event does not name every host that failed',
    [{ detail: { ...failed('host-2')[0]?.detail, hosts: 9 } }],
    out('host-2'),
    false,
  ],
  ['the events are not known', [], out('host-2'), false],
])('%s: %#', (_, events, record, isDone) => {
  expect(isDoneByTheRest(step, record, events as RollbackEvent[])).toBe(isDone);
});
