import { beforeEach, describe, expect, test } from 'vitest';
import { corruptFrom } from '../../../lambdas/open-rollback/freeze.ts';
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
