import { expect, test } from 'vitest';
import { flagForecasts, stepForecast, versionsNow } from '../../../domain/plan/plan-report.ts';

const step = { id: 'clear-cache', name: 'Clear cache', script: 'clear-cache.py' };
const host = (report: Record<string, unknown>) => ({ report });

test('adds up the quarantine over hosts, by kind; a host without Redis has no keys', () => {
  const one = { would_take: { files: { count: 2, bytes: 30 }, keys: { count: 1, bytes: 5 } } };
  const other = { would_take: { files: { count: 1, bytes: 4 }, keys: null } };
  expect(stepForecast(step, [host(one), host(other)]).takes).toEqual({
    files: { count: 3, bytes: 34 },
    keys: { count: 1, bytes: 5 },
  });
});

test('adds up the copies over hosts, per file', () => {
  const one = host({ would_copy: { 'config/a.json': { count: 1, bytes: 8 }, 'outputs/b': { count: 1, bytes: 1 } } });
  const other = host({ would_copy: { 'config/a.json': { count: 1, bytes: 9 }, 'outputs/b': { count: 0, bytes: 0 } } });
  expect(stepForecast(step, [one, other, host({})]).copies).toEqual({
    'config/a.json': { count: 2, bytes: 17 },
    'outputs/b': { count: 1, bytes: 1 },
  });
});

test('lists each command once, or the host script if there is no command', () => {
  const run = host({ would_run: ['python scripts/a.py'] });
  expect(stepForecast(step, [run, run]).runs).toEqual(['python scripts/a.py']);
  expect(stepForecast(step, [host({})]).runs).toEqual(['clear-cache.py']);
});

test('adds up the files that would differ', () => {
  expect(stepForecast(step, [host({ would_change: 33 }), host({ would_change: 0 })]).changes).toBe(33);
});

test('counts the hosts that could not find out whether the step will refuse, and gives the first reason', () => {
  const large = (database: string) => host({ may_refuse: `${database} is too large for a trial on a copy` });
  expect(stepForecast(step, [host({}), large('a.db'), large('b.db')]).may_refuse).toEqual({
    hosts: 2,
    reason: 'a.db is too large for a trial on a copy',
  });
  expect(stepForecast(step, [host({})])).not.toHaveProperty('may_refuse');
});

test('counts the hosts per effective value of a flag, and gives the new value', () => {
  const now = (effective: unknown) => host({ flags: { data_source: { effective, layer: 'local' } } });
  expect(flagForecasts({ data_source: 'barchart' }, [now('databento'), now('databento'), now(null)])).toEqual({
    data_source: { now: { databento: 2, 'no value': 1 }, to: 'barchart' },
  });
});

test('counts the hosts per version, without hosts that did not respond', () => {
  expect(versionsNow([host({ version: 'v1.4.0' }), host({ version: 'v1.4.0' }), { report: null }])).toEqual({
    'v1.4.0': 2,
  });
});
