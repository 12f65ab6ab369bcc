import { expect, test } from 'vitest';
import { haltProgress } from '../../../cli/text/trading-text.ts';

const at = '2026-03-02T10:00:00.000Z';
const wait = 'Wait for every host';
const contact = 'Exchange desk, +1 312 555 0100';
const host2 = { host: 'host-2', reason: 'no answer yet' };
const soFar = (not_confirmed: readonly object[], more: object = { waiting: {} }) => ({
  ...{ at, hosts: 3, confirmed: 3 - not_confirmed.length, not_confirmed, ...more },
});
const progress = (output: unknown, seconds: number, named?: string, state = wait) =>
  haltProgress(state, output, { ended: Date.parse(at) + seconds * 1000, named, contact });

test('the command says to how many hosts the halt was sent', () => {
  expect(progress({ hosts: [{}, {}, {}] }, 2, undefined, 'Send the halt to every host')).toEqual({
    text: 'The halt is sent to 3 hosts.',
  });
});

test('before 25 seconds it says how many confirmed', () => {
  expect(progress(soFar([host2]), 9.4)).toEqual({ text: '2 of 3 hosts confirmed after 9 s.' });
});

test('from 25 seconds on it names the hosts that did not, once, with the exchange to call', () => {
  const first = progress(soFar([host2]), 25.6);
  expect(
    first?.text,
  ).toBe(`2 of 3 hosts confirmed after 26 s. NOT CONFIRMED: these may still trade. Call ${contact} now (docs/runbook.md#halt-not-confirmed).
  host-2       no answer yet
This command goes on, for two minutes at most.`);
  expect(progress(soFar([host2]), 32, first?.named)?.text).toBe('2 of 3 hosts confirmed after 32 s.');
});

test('it names them again if others do not confirm', () => {
  const { named } = progress(soFar([host2]), 26) ?? {};
  const now = [{ ...host2, reason: 'Undeliverable' }];
  expect(progress(soFar(now), 63, named)?.text).toContain('host-2       Undeliverable');
});

test('of many hosts it names 40, and counts the others', () => {
  const many = Array.from({ length: 50 }, (_, i) => ({ host: `host-${i}`, reason: 'no answer yet' }));
  const output = { at, hosts: 300, confirmed: 180, not_confirmed: many, waiting: {} };
  expect(progress(output, 26)?.text).toContain('  host-39      no answer yet\n  and 80 more\n');
});

test('it says nothing for a result, which is printed at the end, and for other states', () => {
  expect(progress(soFar([host2], {}), 121)).toBeUndefined();
  expect(progress(soFar([host2]), 26, undefined, 'Did every host answer?')).toBeUndefined();
});
