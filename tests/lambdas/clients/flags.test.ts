import { dataSource } from 'embedded-aws/testing/appconfig';
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyFlags, flagDocument } from '../../../domain/infra/flag-document.ts';
import { flagsOn, type Overrides } from '../../../lambdas/clients/flags.ts';
import { seedFlags } from '../../../lambdas/seed-flags/seed-flags.ts';
import { appConfigOfTwoLayers } from '../app-config.ts';

let place: ReturnType<typeof appConfigOfTwoLayers>;
beforeEach(() => {
  place = appConfigOfTwoLayers();
});
const override = (wanted: Overrides = { data_source: 'barchart' }) =>
  flagsOn(place.client, place.safety, place.sleep).override(wanted, 'r-1');
const write = ['POST hostedconfigurationversions', 'POST deployments'];

test('the first override is a version of its own, deployed at once', async () => {
  expect(await override()).toMatchObject({ version: 1, changed: true });
  expect(place.writes()).toEqual(write);
  await place.minutes(1);
  expect(place.safetyOn('host-1')).toMatchObject({ data_source: { enabled: true, value: 'barchart' } });
});

test('a repeat writes nothing and deploys nothing', async () => {
  await override();
  expect(await override()).toMatchObject({ version: 1, changed: false });
  expect(place.writes()).toEqual(write);
});

test('several overrides are one version and one deployment', async () => {
  const wanted = { testing_mode: 'production', success_metrics: false };
  expect(await override(wanted)).toMatchObject({ version: 1, changed: true });
  expect(await override(wanted)).toMatchObject({ version: 1, changed: false });
  expect(place.writes()).toEqual(write);
  await place.minutes(1);
  expect(place.safetyOn('host-1')).toEqual({
    testing_mode: { enabled: true, value: 'production' },
    success_metrics: { enabled: false },
  });
});

test('returns the previous values of the overrides', async () => {
  expect(await override({ engine: 'v2.2', metrics: false })).toMatchObject({ before: { engine: null, metrics: null } });
  expect(await override({ engine: 'v1.0', metrics: true })).toMatchObject({
    before: { engine: 'v2.2', metrics: false },
  });
});

test('other flags of the layer are kept', async () => {
  await override({ engine: 'v2.2' });
  expect(await override()).toMatchObject({ version: 2, changed: true });
  await place.minutes(1);
  expect(place.safetyOn('host-1')).toMatchObject({ engine: { value: 'v2.2' }, data_source: { value: 'barchart' } });
});

test('a concurrent write is a conflict that is read again, not a lost change', async () => {
  await override({ engine: 'v2.2' });
  const both = flagDocument({ engine: 'v2.2', limit: 'low' });
  place.beforeNextWrite(() => place.account.store(both));
  expect(await override({ data_source: 'barchart', limit: 'high' })).toMatchObject({
    version: 3,
    changed: true,
    before: { data_source: null, limit: 'low' },
  });
  await place.minutes(1);
  expect(place.safetyOn('host-1')).toMatchObject({
    engine: { value: 'v2.2' },
    limit: { value: 'high' },
    data_source: { value: 'barchart' },
  });
});

test('waits for another flip that is under way in this layer', async () => {
  await place.account.store(dataSource('databento'));
  const slow = place.account.strategy({ name: 'ten-seconds', bakeMinutes: 0, deploymentMinutes: 0 });
  place.beforeNextWrite(() => place.account.deploy(1, slow, { to: place.account.safety.id }));
  expect(await override()).toMatchObject({ changed: true });
  await place.minutes(1);
  expect(place.safetyOn('host-1')).toMatchObject({ data_source: { value: 'barchart' } });
});

describe('a gradual deployment in this layer', () => {
  beforeEach(async () => {
    await place.account.store(flagDocument({ data_source: 'databento', engine: 'v2.2' }));
    await place.account.deploy(1, place.slow(), { to: place.account.safety.id });
  });

  test('is stopped after 5 s and named', async () => {
    expect(await override()).toMatchObject({ changed: true, stopped: 'Deployment 1 of trading version 1 (DEPLOYING)' });
    expect(await place.account.deployment(1, place.account.safety.id)).toMatchObject({ State: 'ROLLED_BACK' });
  });

  test('has its values deployed with the override', async () => {
    await override();
    await place.minutes(1);
    expect(place.safetyOn('host-1')).toMatchObject({ data_source: { value: 'barchart' }, engine: { value: 'v2.2' } });
  });

  test('is stopped while it bakes too', async () => {
    await place.minutes(11);
    expect(await override()).toMatchObject({ stopped: 'Deployment 1 of trading version 1 (BAKING)' });
  });

  test('that cannot be stopped is named, after half a minute', async () => {
    place.refuse('DELETE');
    await expect(override()).rejects.toThrow(
      'Deployment 1 of trading version 1 (DEPLOYING) kept the safety layer busy for 30 s.',
    );
  });
});

test('does not wait for a gradual rollout in the other layer, which continues', async () => {
  await place.account.store(dataSource('databento'));
  await place.account.deploy(1, place.slow());
  expect(await override()).toMatchObject({ changed: true });
  expect(await place.account.deployment(1)).toMatchObject({ State: 'DEPLOYING' });
});

test('a seed that came after a flip at the same instant hides no override of that flip', async () => {
  const seed = () => seedFlags(place.client, place.safety, emptyFlags);
  place.beforeNextWrite(() => place.account.store(flagDocument({ engine: 'v2.2' })));
  await expect(seed()).rejects.toThrow('at the same instant');
  expect(await override()).toMatchObject({ version: 3, changed: true });
  await place.minutes(1);
  expect(place.safetyOn('host-1')).toMatchObject({ engine: { value: 'v2.2' }, data_source: { value: 'barchart' } });
});

describe('a flip that died half way is finished by the next one', () => {
  test('after the version was written', async () => {
    await place.account.store(flagDocument({ data_source: 'barchart' }));
    expect(await override()).toMatchObject({ version: 1, changed: false });
    await place.minutes(1);
    expect(place.safetyOn('host-1')).toMatchObject({ data_source: { value: 'barchart' } });
  });
});

test('an error that is no conflict is not retried', async () => {
  const nowhere = { ...place.safety, ConfigurationProfileId: 'abc1234' };
  await expect(flagsOn(place.client, nowhere, place.sleep).override({ a: 'b' }, 'r-1')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(place.requests).toHaveLength(1);
});

test('content that is no JSON fails the step by name, and the next try reads it again', async () => {
  await override();
  const { client } = place;
  const send = client.send.bind(client) as (command: object) => Promise<object>;
  const garbled = Object.create(client, {
    send: {
      value: async (command: object) => {
        const found = await send(command);
        return 'Content' in found ? { ...found, Content: Buffer.from('<html><head>') } : found;
      },
    },
  }) as typeof client;
  await expect(
    flagsOn(garbled, place.safety, place.sleep).override({ data_source: 'none' }, 'r-1'),
  ).rejects.toMatchObject({
    name: 'StepFailed',
    message: 'AppConfig returned version 1 of the flags as text that is no JSON object: "<html><head>".',
  });
});
