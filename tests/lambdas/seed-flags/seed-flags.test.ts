import { dataSource } from 'embedded-aws/testing/appconfig';
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyFlags, flagDocument } from '../../../domain/infra/flag-document.ts';
import { keepMonitors } from '../../../lambdas/seed-flags/keep-monitors.ts';
import { seederOf, seedFlags } from '../../../lambdas/seed-flags/seed-flags.ts';
import { appConfigOfTwoLayers } from '../app-config.ts';

let place: ReturnType<typeof appConfigOfTwoLayers>;
beforeEach(() => {
  place = appConfigOfTwoLayers();
});
const seed = (value = 'databento') => seedFlags(place.client, place.normal, flagDocument({ data_source: value }));
const write = ['POST hostedconfigurationversions', 'POST deployments'];

test('a layer without values gets its first values, deployed at once', async () => {
  await seed();
  await place.minutes(1);
  expect(place.normalOn('host-1')).toMatchObject({ data_source: { enabled: true, value: 'databento' } });
});

test('a layer is seeded once, even if the file changes later', async () => {
  await seed();
  await place.minutes(1);
  await seed();
  await seed('barchart');
  expect(place.writes()).toEqual(write);
});

test('a layer that has values is looked at again after 15 minutes', async () => {
  let now = 0;
  const again = seederOf(place.client, () => now)(place.normal, flagDocument({ data_source: 'databento' }));
  const requests = async () => {
    place.requests.length = 0;
    await again();
    return place.requests.length;
  };
  await again();
  await place.minutes(1);
  expect(await requests()).toBe(2); // it seeded, and has not seen the values yet
  now = 15 * 60_000 - 1;
  expect(await requests()).toBe(0);
  now = 15 * 60_000;
  expect(await requests()).toBe(2);
});

test('a version that a person wrote is left alone, deployed or not', async () => {
  await place.account.store(dataSource('barchart'));
  await seed();
  expect(place.writes()).toEqual([]);
});

test('a value that was changed later is not changed back', async () => {
  await seed();
  await place.minutes(1);
  await place.account.store(dataSource('barchart'));
  await seed();
  expect(place.writes()).toEqual(write);
});

test('a seeding that died before it deployed is finished by the next call', async () => {
  place.beforeNextWrite(async () => undefined);
  place.beforeNextWrite(async () => {
    throw new Error('killed');
  });
  await expect(seed()).rejects.toThrow('killed');
  await seed();
  await place.minutes(1);
  expect(place.normalOn('host-1')).toMatchObject({ data_source: { value: 'databento' } });
  expect(place.writes().filter((one) => one.includes('versions'))).toHaveLength(1);
});

test('a layer in which somebody wrote at the same instant keeps what is deployed there', async () => {
  place.beforeNextWrite(() => place.account.store(dataSource('barchart')));
  await expect(seed()).rejects.toThrow(/at the same instant; version 2 .* Delete version 2\.$/);
  expect(place.writes()).toEqual(['POST hostedconfigurationversions']);
});

test('the safety layer is seeded without overrides, so that agents have it', async () => {
  await seedFlags(place.client, place.safety, emptyFlags);
  await place.minutes(1);
  expect(place.safetyOn('host-1')).toEqual({});
});

describe('the monitors of the normal layer', () => {
  const role = 'arn:aws:iam::000000000000:role/monitor';
  const of = (...names: readonly string[]) =>
    names.map((name) => ({ AlarmArn: `arn:aws:cloudwatch:eu-west-1:000000000000:alarm:${name}`, AlarmRoleArn: role }));
  const names = () =>
    place.account.environment.monitors.map(({ AlarmArn }) => AlarmArn.replace(/^.*:alarm:/, '')).join(' ');
  const keep = (...wanted: readonly string[]) => keepMonitors(place.client, place.normal, of(...wanted));

  test('are set once the first values are deployed, and not before: a red alarm would take these back', async () => {
    await keep('one', 'two');
    expect(names()).toBe('phase-1');
    await seed();
    await place.minutes(1);
    await keep('one', 'two');
    expect(names()).toBe('one two phase-1');
  });

  test('are set again if somebody removes one, and are otherwise left alone', async () => {
    await seed();
    await place.minutes(1);
    await keep('one');
    place.account.environment.monitors = [];
    await keep('one');
    expect(names()).toBe('one');
    await keep('one');
    expect(place.requests.filter((one) => one.startsWith('PATCH'))).toHaveLength(2);
  });

  test('take the place of others if AppConfig has no room for more', async () => {
    await seed();
    await place.minutes(1);
    await keep('one', 'two', 'three', 'four', 'five');
    expect(names()).toBe('one two three four five');
  });

  test('take a value back that somebody sets by the slow strategy while one is red', async () => {
    await seed();
    await place.minutes(1);
    await place.account.store(dataSource('barchart'));
    await place.account.deploy(2, place.slow());
    await place.minutes(3);
    place.account.alarm = 'ALARM';
    await place.minutes(1);
    expect(await place.account.deployment(2)).toMatchObject({ State: 'ROLLED_BACK' });
    expect(place.normalOn('host-1')).toMatchObject({ data_source: { value: 'databento' } });
  });
});
