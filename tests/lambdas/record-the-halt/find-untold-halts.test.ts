import { beforeEach, expect, test } from 'vitest';
import type { EndedHalt } from '../../../lambdas/clients/ended-halts.ts';
import { findUntoldHalts } from '../../../lambdas/record-the-halt/find-untold-halts.ts';
import { recordTheHalt } from '../../../lambdas/record-the-halt/record-the-halt.ts';
import { brakesHistoryIn } from '../../../lambdas/stores/brakes-history.ts';
import { emptyTables } from '../tables.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const input = { operator: 'ana', reason: 'wrong prices' };
const ended = (name: string, more: Partial<EndedHalt> = {}): EndedHalt => ({
  ...{ arn: `arn:${name}`, name, status: 'ABORTED', started_at: '2026-03-02T09:00:00.000Z' },
  ...{ stopped_at: now - 300_000, ...more },
});
let told: string[];
let tables: Awaited<ReturnType<typeof emptyTables>>;
beforeEach(async () => {
  told = [];
  tables = await emptyTables();
});
const history = () => brakesHistoryIn(tables.db, 'history');
const look = (halts: readonly EndedHalt[], more: Partial<Parameters<typeof findUntoldHalts>[0]> = {}) =>
  findUntoldHalts({
    endedHalts: async () => halts,
    see: async () => ({ input }),
    history: history(),
    tell: async ({ name }, values) => void told.push(`${name}: ${values['halt_id']}`),
    template: 'text',
    now: () => now,
    ...more,
  });

test('a halt that was stopped before it was recorded is told once, and recorded as one whose result nobody knows', async () => {
  expect(await look([ended('h-1')])).toEqual({ found: ['h-1'] });
  expect(await look([ended('h-1')])).toEqual({ found: [] });
  expect(told).toEqual(['halt-failed: h-1']);
  expect(await history().events()).toMatchObject([
    {
      type: 'Halt failed',
      detail: { operator: 'ana', by: 'arn:h-1', problem: expect.stringContaining('ended ABORTED') },
    },
  ]);
});

test('it is told again until SNS takes it, and recorded only then', async () => {
  const tell = async () => Promise.reject(new Error('SNS is away'));
  await expect(look([ended('h-1')], { tell })).rejects.toThrow('SNS is away');
  expect(await history().events()).toEqual([]);
  expect((await look([ended('h-1')])).found).toEqual(['h-1']);
});

test.each<[string, EndedHalt, Parameters<typeof look>[1]]>([
  ['was stopped just now: its functions may still record it', ended('h-1', { stopped_at: now - 10_000 }), {}],
  ['ended four days ago', ended('h-1', { stopped_at: now - 4 * 86_400_000 }), {}],
  ['was refused', ended('h-1', { status: 'FAILED' }), { see: async () => ({ input, error: 'InvalidInput' }) }],
  ['was started with something else', ended('h-1'), { see: async () => ({ input: { hosts: 7 } }) }],
])('a halt that %s is left alone', async (_, halt, more) => {
  expect(await look([halt], more)).toEqual({ found: [] });
  expect(told).toEqual([]);
});

test('a halt on record is left alone', async () => {
  const counts = { hosts: 3, confirmed: 2, confirmed_within_seconds: 3, not_confirmed: [], unacknowledged: {} };
  const result = { halt: 'h-1', by: 'arn:h-1', at: '2026-03-02T09:00:00.000Z', ...input, ...counts };
  await recordTheHalt({ history: history(), now: () => now }, { result, input });
  expect(await look([ended('h-1', { status: 'FAILED' })])).toEqual({ found: [] });
});
