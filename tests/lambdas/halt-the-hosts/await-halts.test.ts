import { beforeEach, expect, test } from 'vitest';
import type { BrakeEvent } from '../../../domain/history/brake-event.ts';
import { haltedEvent } from '../../../domain/history/trading-event.ts';
import { tradingNow, unhalted } from '../../../domain/history/trading-now.ts';
import { awaitHalts } from '../../../lambdas/halt-the-hosts/await-halts.ts';
import type { HaltDeps, Halted, Halting } from '../../../lambdas/halt-the-hosts/halting.ts';

const start = Date.parse('2026-03-02T10:00:00Z');
const hosts = ['host-1', 'host-2'].map((name) => ({ name, instance_id: `i-${name}` }));
const invocation = {
  execution: { id: 'arn:h-1', name: 'h-1', start_time: '2026-03-02T10:00:00Z', input: {} },
  command: { id: 'halt', name: 'Halt trading', document: 'halt', timeout_seconds: 30, parameters: {} },
  documents: [],
  templates: { 'trading-halted': 'all', 'halt-not-confirmed': 'some' },
} as unknown as Parameters<typeof awaitHalts>[1];
const sent: Halting = {
  request: { operator: 'ana', reason: 'wrong prices', hosts: null },
  ...{ documents: {}, hosts, unsent: [], missing: [], told: ['trading-halt'] },
  commands: [{ command_id: 'c-1', instance_ids: hosts.map(({ instance_id }) => instance_id) }],
};

let now: number;
let told: { readonly name: string; readonly after: number }[];
let read: number;
beforeEach(() => {
  now = start + 2000;
  told = [];
  read = 0;
});

/** `confirms`: seconds after which each host confirms; one that is not in it never does. */
const deps = (confirms: Readonly<Record<string, number>>): HaltDeps =>
  ({
    runCommand: {
      invocations: async () =>
        hosts
          .filter(({ name }) => now - start >= (confirms[name] ?? Number.POSITIVE_INFINITY) * 1000)
          .map(({ instance_id }) => ({
            ...{ instance_id, command_id: 'c-1', status: 'Success', status_details: 'Success', response_code: 0 },
            ...{ begun: true, stdout: JSON.stringify({ rollback: 'h-1', step: 'halt', verdict: 'done' }) },
          })),
    },
    allHosts: async () => {
      read += 1;
      return hosts;
    },
    tell: async ({ name }: { name: string }) => void told.push({ name, after: (now - start) / 1000 }),
    contact: 'the exchange',
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  }) as unknown as HaltDeps;

/** Calls the part as its machine does, until everything is known. Returns what each call said, with the second at which it did. */
async function looks(of: HaltDeps, begun: Halting = sent): Promise<(Halted & { readonly after: number })[]> {
  const found = [];
  for (let halting: Halting | undefined = begun; halting; halting = found.at(-1)?.waiting)
    found.push({ ...(await awaitHalts(of, invocation, halting)), after: (now - start) / 1000 });
  return found;
}

test('a halt that every host confirms is over with the first look that sees it, and people are told once', async () => {
  const found = await looks(deps({ 'host-1': 3, 'host-2': 4 }));
  expect(found).toMatchObject([{ confirmed: 2, hosts: 2, not_confirmed: [] }]);
  expect(found[0]?.after).toBeLessThan(6);
  expect(told.map(({ name }) => name)).toEqual(['trading-halted']);
});

test('how far it is, is known every few seconds, and who has not confirmed within 30 seconds of the start', async () => {
  const found = await looks(deps({ 'host-1': 3 }));
  const between = found.map(({ after }, i) => after - (found[i - 1]?.after ?? 2));
  expect(Math.max(...between)).toBeLessThanOrEqual(9);
  const named = found.find(({ after }) => after >= 25);
  expect(named).toMatchObject({ confirmed: 1, hosts: 2, not_confirmed: [{ host: 'host-2' }], contact: 'the exchange' });
  expect(named?.after).toBeLessThan(26);
  expect(found.at(-1)).toMatchObject({ confirmed: 1, hosts: 2 });
  expect(found.at(-1)?.after).toBeGreaterThanOrEqual(120);
});

test('however often it is called: hosts that did not confirm are told once, and the list of all hosts is read once', async () => {
  await looks(deps({ 'host-1': 3 }));
  expect(told).toEqual([{ name: 'halt-not-confirmed', after: 25 }]);
  expect(read).toBe(1);
});

test('a host that confirms after people were told so is told too', async () => {
  const found = await looks(deps({ 'host-1': 3, 'host-2': 40 }));
  expect(found.at(-1)).toMatchObject({ confirmed: 2, not_confirmed: [] });
  expect(told.map(({ name }) => name)).toEqual(['halt-not-confirmed', 'trading-halted']);
});

test('of more hosts than a person reads, each that did not confirm stays named, and counts as one that may trade', async () => {
  const fleet = Array.from({ length: 120 }, (_, i) => ({ name: `host-${i + 1}`, instance_id: `i-host-${i + 1}` }));
  const listing = { ...deps({ 'host-1': 3, 'host-2': 3 }), allHosts: async () => fleet } as unknown as HaltDeps;
  const result = (await looks(listing)).at(-1);
  expect(result).toMatchObject({ confirmed: 2, hosts: 120 });
  expect([result?.not_confirmed.length, result?.also_not_confirmed?.length]).toEqual([50, 68]);
  const event = { ...haltedEvent(result as Halted, null), sequence: 1 } as unknown as BrakeEvent;
  expect([...unhalted(tradingNow([event]), fleet).keys()]).toEqual(fleet.slice(2).map(({ name }) => name));
});

test.each([
  ['60 s', 60, 64],
  ['five minutes', 300, 304],
])('a halt that was first sent after %s names no host that had no time to answer', async (_, seconds, answers) => {
  now = start + seconds * 1000;
  const late = { ...sent, sent_at: new Date(now).toISOString() };
  const found = await looks(deps({ 'host-1': answers, 'host-2': answers }), late);
  expect(found.at(-1)).toMatchObject({ confirmed: 2, not_confirmed: [] });
  expect(told.map(({ name }) => name)).toEqual(['trading-halted']);
});

test('a halt that was sent after five minutes names a silent host five seconds later, and waits two minutes for it', async () => {
  now = start + 300_000;
  const late = { ...sent, sent_at: new Date(now).toISOString() };
  const found = await looks(deps({ 'host-1': 303 }), late);
  expect(told).toEqual([{ name: 'halt-not-confirmed', after: 305 }]);
  expect(found.at(-1)?.after).toBeGreaterThanOrEqual(420);
  expect(found.at(-1)).toMatchObject({ confirmed: 1, not_confirmed: [{ host: 'host-2' }] });
});
