import { beforeEach, describe, expect, test } from 'vitest';
import { corruptFrom } from '../../../lambdas/open-rollback/freeze.ts';
import { type KeptWindow, suspectFrom, type WindowAsked } from '../../../lambdas/stores/row-window.ts';
import { anOpening, event, opening } from '../an-opening.ts';

let one: Awaited<ReturnType<typeof anOpening>>;
beforeEach(async () => {
  one = await anOpening();
  await one.stores.deployments.record(1, { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' });
});
const deployed = (version: string, at: string) => one.stores.deployments.record(1, { version, at });
const scope = async (id = 'r-1') => one.stores.scopes.read(id);

/** An alarm at 08:59:59 whose breaching datapoints begin 20 s earlier. */
const breached = {
  ...event(),
  detail: {
    ...event().detail,
    state: {
      ...event().detail.state,
      reasonData: JSON.stringify({
        startDate: '2026-03-02T08:59:39.000+0000',
        period: 10,
        recentDatapoints: [5, 5],
        threshold: 1,
      }),
    },
  },
};

test('the rows are suspect since the newest deployment before the first breaching datapoint', async () => {
  await deployed('v1.4.1', '2026-03-02T08:59:45.000Z'); // a hotfix: it came after the corruption
  await one.open({ input: breached });
  expect(await scope()).toMatchObject({
    deployment: { version: 'v1.4.0' },
    window_start: '2026-03-02T08:50:00Z',
  });
});

describe("a person's retry of a rollback that did not end well", () => {
  const retry = (input: object = {}) =>
    one.open({ execution: { ...opening.execution, id: `${opening.execution.id}-2`, name: 'r-2' }, input });
  beforeEach(async () => {
    await one.open({ input: breached });
    await one.stores.claims.releasePhase(1, 'r-1');
    await deployed('v1.4.1', '2026-03-02T08:59:45.000Z');
  });

  test('has the same rows and the same deployment, although another one is recorded by now', async () => {
    await retry();
    expect(await scope('r-2')).toMatchObject({
      deployment: { version: 'v1.4.0' },
      window_start: '2026-03-02T08:50:00Z',
    });
  });

  test('has the instant that the person gives', async () => {
    await retry({ since: '2026-03-02T08:57:00.900Z', reason: 'first corrupt row' });
    expect(await scope('r-2')).toMatchObject({ window_start: '2026-03-02T08:57:00Z' });
  });

  test('has the newest deployment once that rollback ended well: rows before its end are sound', async () => {
    await one.stores.rowWindow.end(1, '2026-03-02T08:59:50Z');
    await retry();
    expect(await scope('r-2')).toMatchObject({
      deployment: { version: 'v1.4.1' },
      window_start: '2026-03-02T08:59:50Z',
    });
  });
});

describe('the window of an unfinished rollback', () => {
  const atTen = '2026-03-02T10:00:00.000Z';
  const next = async (id: string, input: object = {}) => {
    for (const earlier of ['r-1', 'r-2', 'r-3', 'r-4']) await one.stores.claims.releasePhase(1, earlier);
    await one.open({ execution: { ...opening.execution, id: `arn:${id}`, name: id, start_time: atTen }, input });
    return (await scope(id))?.window_start;
  };
  const since = (at: string) => ({ since: `2026-03-02T${at}Z`, reason: 'first corrupt row' });

  test('that a person gave is that of its retry: the rows before were sound', async () => {
    await one.open({ input: since('08:55:00') });
    expect(await next('r-2')).toBe('2026-03-02T08:55:00Z');
    expect(await next('r-3')).toBe('2026-03-02T08:55:00Z');
  });

  test('that a person gave for a retry, earlier or later, is that of the next one', async () => {
    await one.open();
    expect(await next('r-2', since('08:40:00'))).toBe('2026-03-02T08:40:00Z');
    expect(await next('r-3')).toBe('2026-03-02T08:40:00Z');
    expect(await next('r-4', since('08:56:00'))).toBe('2026-03-02T08:56:00Z');
    expect(await next('r-5')).toBe('2026-03-02T08:56:00Z');
  });

  test('begins at the last good ending, in every retry', async () => {
    await one.stores.rowWindow.end(1, '2026-03-02T08:58:00Z');
    await one.open();
    expect(await scope()).toMatchObject({ window_start: '2026-03-02T08:58:00Z' });
    expect(await next('r-2')).toBe('2026-03-02T08:58:00Z');
    expect(await next('r-3')).toBe('2026-03-02T08:58:00Z');
  });

  test('that a person gave after a good ending is kept too, and ends with the next one', async () => {
    await one.stores.rowWindow.end(1, '2026-03-02T08:52:00Z');
    await one.open({ input: since('08:57:00') });
    expect(await next('r-2')).toBe('2026-03-02T08:57:00Z');
    await one.stores.rowWindow.end(1, '2026-03-02T09:30:00Z');
    expect(await next('r-3')).toBe('2026-03-02T09:30:00Z');
  });

  test('that a person gave for one host is not that of the fleet, but that of its retry', async () => {
    await one.open({ input: { ...since('08:55:00'), only_hosts: ['host-1'] } });
    expect(await next('r-2', { only_hosts: ['host-1'] })).toBe('2026-03-02T08:55:00Z');
    expect(await next('r-3')).toBe('2026-03-02T08:50:00Z');
    expect(await next('r-4', { ...since('08:56:00'), only_hosts: ['host-1'] })).toBe('2026-03-02T08:56:00Z');
    expect(await next('r-5')).toBe('2026-03-02T08:50:00Z');
  });

  test('that a person gave stays in a retry, although a host of it is owed older rows', async () => {
    const host = { phase: 1, instance_id: 'i-1', name: 'host-1', rollback: 'r-0', since: 'x' };
    await one.stores.unreached.keep({ ...host, window_start: '2026-03-02T07:00:00Z', severity: 'HIGH' });
    await one.open({ input: since('08:55:00') });
    expect(await next('r-2')).toBe('2026-03-02T08:55:00Z');
  });

  test('is that of a plan, which changes nothing', async () => {
    await one.open({ input: since('08:55:00') });
    expect(await next('r-2', { mode: 'plan' })).toBe('2026-03-02T08:55:00Z');
    expect(await next('r-3', { mode: 'plan', ...since('08:30:00') })).toBe('2026-03-02T08:30:00Z');
    expect(await next('r-4')).toBe('2026-03-02T08:55:00Z');
  });
});

describe('suspectFrom', () => {
  const at = (time: string) => `2026-03-02T${time}:00Z`;
  test.each<[string, KeptWindow, WindowAsked, string]>([
    ['the instant that is asked for, if nothing is stored', {}, {}, at('08:00')],
    ['the last good ending', { sound_from: at('08:30') }, {}, at('08:30')],
    ['the start of an unfinished rollback, before it', { start: at('07:00') }, {}, at('07:00')],
    ['the start of an unfinished rollback, after it', { start: at('08:30') }, {}, at('08:30')],
    ["a person's instant", { start: at('08:30') }, { given: true }, at('08:00')],
    ['an earlier corruption', { start: at('08:30') }, { corrupt_from: at('08:20') }, at('08:00')],
    ['a later corruption', { start: at('08:30') }, { corrupt_from: at('08:40') }, at('08:30')],
    [
      'an earlier corruption after a good ending',
      { start: at('08:30'), sound_from: at('08:10') },
      { corrupt_from: at('08:20') },
      at('08:10'),
    ],
    ["a person's start stays", { start: at('08:30'), given: true }, { corrupt_from: at('08:20') }, at('08:30')],
    ['that of a few hosts, for a few', { start: at('08:30'), few: true }, { few: true }, at('08:30')],
    ['that of a few hosts, for the fleet', { start: at('08:30'), few: true }, {}, at('08:00')],
    ['an earlier one of a few hosts, for the fleet', { start: at('07:00'), few: true }, {}, at('07:00')],
  ])('returns %s', (_, kept, about, expected) => {
    expect(suspectFrom(kept, at('08:00'), about)).toBe(expected);
  });
});

test('a retry of a few hosts makes their window earlier, and the rollback that opened it ends it', async () => {
  const { rowWindow } = one.stores;
  await rowWindow.from(1, '2026-03-02T08:20:00Z', 'r-1', { few: true });
  await rowWindow.from(1, '2026-03-02T08:30:00Z', 'r-2', { few: true, given: true });
  expect(await rowWindow.kept(1)).toMatchObject({ start: '2026-03-02T08:20:00Z', begun_by: 'r-1' });
  await rowWindow.from(1, '2026-03-02T08:10:00Z', 'r-2', { few: true, given: true });
  expect(await rowWindow.kept(1)).toMatchObject({ start: '2026-03-02T08:10:00Z', begun_by: 'r-1', given: true });
});

test('an opening that another one overtook has the stored window', async () => {
  const { rowWindow } = one.stores;
  await rowWindow.from(1, '2026-03-02T08:55:00Z', 'r-1', { given: true });
  expect(await rowWindow.from(1, '2026-03-02T08:20:00Z', 'r-2', { kept: {} })).toBe('2026-03-02T08:55:00Z');
});

describe('the instant before which the deployment lies', () => {
  const start_time = '2026-03-02T09:00:00.000Z';
  test.each<[string, string | null, string]>([
    ['is the first breaching datapoint', '2026-03-02T08:59:40.000Z', '2026-03-02T08:59:40.000Z'],
    ['is the start if no datapoint is known', null, start_time],
    ['is the start if the datapoint is after it', '2026-03-02T09:00:00.001Z', start_time],
    ['is at most an hour before the start: an event may be written by hand', '2026-03-02T07:59:59.999Z', start_time],
  ])('%s', (_, breaching_since, expected) => {
    expect(corruptFrom({ breaching_since, start_time })).toBe(expected);
  });
});
