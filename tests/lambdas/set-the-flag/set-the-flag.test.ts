import { dataSource } from 'embedded-aws/testing/appconfig';
import { beforeEach, describe, expect, test } from 'vitest';
import { firstBreak } from '../../../domain/history/event.ts';
import { type BrakesEvidence, verifyBrakes } from '../../../domain/history/verify-brakes.ts';
import { flagsOn } from '../../../lambdas/clients/flags.ts';
import { breakersOn, normalFlagsOn } from '../../../lambdas/clients/normal-flags.ts';
import { setTheFlag } from '../../../lambdas/set-the-flag/set-the-flag.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import { brakesHistoryIn } from '../../../lambdas/stores/brakes-history.ts';
import { claimsIn } from '../../../lambdas/stores/claims.ts';
import { appConfigOfTwoLayers } from '../app-config.ts';
import { emptyTables } from '../tables.ts';

let place: ReturnType<typeof appConfigOfTwoLayers>;
let deps: Parameters<typeof setTheFlag>[0];
let alarm: string;
beforeEach(async () => {
  alarm = 'OK';
  place = appConfigOfTwoLayers();
  const { account } = place;
  await account.store(dataSource('databento'));
  await account.deploy(1, { id: place.normal.DeploymentStrategyId });
  await account.pass(60_000);
  const { DeploymentStrategyId: immediate, ...layer } = place.normal;
  const slow = place.slow().id;
  const tables = await emptyTables();
  deps = {
    flags: normalFlagsOn(place.client, { ...layer, strategies: { immediate, linear: slow, canary: slow } }),
    overrides: breakersOn(place.client, place.safety, immediate),
    breakerAlarm: async () => alarm,
    history: brakesHistoryIn(tables.db, 'history'),
    deployments: { recent: async (phase) => (phase === 1 ? [{ version: 'v1.4.0', at: '' }] : []) },
    brakes: brakesIn(tables.db, 'state'),
    claims: claimsIn(tables.db, 'state'),
    now: () => account.clock.now(),
  };
  freeze = (phase) => brakesIn(tables.db, 'state').set('freeze', { ...frozen, phase });
  open = (phase) => claimsIn(tables.db, 'state').claimPhase(phase, { rollback: 'r-7', execution_arn: 'arn:r-7' });
});
let freeze: (phase: number | null) => Promise<unknown>;
let open: (phase: number) => Promise<unknown>;
const frozen = { operator: 'bo', reason: 'quarter end', at: '2026-03-02T09:00:00.000Z' };

const known = {
  allowed: { data_source: ['databento', 'barchart'], testing_mode: [], gateway: ['open', 'closed'] },
  breakers: ['gateway'],
  retired: { power_peg: 'woke dead code in 2012' },
};
const asked = { flag: 'data_source', value: 'barchart', operator: 'ana', reason: 'exchange test' };
const pair = { phase: 1, target: 'pre-phase1', flag: 'data_source', value: 'barchart', reason: 'trades twice' };
const set = (input: object = {}, id = 'arn:1', pairs: Parameters<typeof setTheFlag>[1]['pairs'] = []) =>
  setTheFlag(deps, { execution: { id, input: { ...asked, ...input } }, known, phases, pairs });
/** Phase 1's runbook sets the flag. */
const phases = { data_source: [1] };
const history = () => brakesEvents();
const brakesEvents = async () => (deps.history as ReturnType<typeof brakesHistoryIn>).events();
/** Sets a flag as the machine does: looks again until AppConfig has deployed it. */
async function setAndWait(input: object = {}, id = 'arn:1') {
  await expect(set(input, id)).rejects.toMatchObject({ name: 'RolloutUnderWay' });
  await place.minutes(21);
  return set(input, id);
}
const value = () => place.normalOn('host-1')?.['data_source'];

test('a value reaches the hosts of the normal layer, with the value before in the history', async () => {
  expect(await setAndWait()).toMatchObject({
    flag: 'data_source',
    value: 'barchart',
    before: 'databento',
    deployment: 2,
  });
  expect(value()).toMatchObject({ enabled: true, value: 'barchart' });
  const { flag, before, operator, reason, strategy } = (await history())[0]?.detail ?? {};
  expect({ flag, before, operator, reason, strategy }).toEqual({
    ...{ flag: 'data_source', before: 'databento', operator: 'ana', reason: 'exchange test', strategy: 'immediate' },
  });
});

test('a repeat by the same execution writes one version, one deployment and one event', async () => {
  await setAndWait();
  await set();
  expect(place.writes().filter((one) => one.includes('deployments'))).toHaveLength(1);
  expect((await history()).map(({ type }) => type)).toEqual(['Flag set']);
});

test('the safety layer stays as it is, and its override wins', async () => {
  await flagsOn(place.client, place.safety, place.sleep).override({ data_source: 'none' }, 'r-1');
  const before = place.safetyOn('host-1');
  await setAndWait();
  expect(place.safetyOn('host-1')).toEqual(before);
});

describe('refused, and nothing is changed:', () => {
  test.each([
    ['an unknown flag', { flag: 'data_sorce' }, /no flag "data_sorce"; did you mean data_source\?/],
    ['a retired flag', { flag: 'power_peg' }, /retired \(woke dead code in 2012\).*never used again/],
    ['a value that nobody declared', { value: 'databnto' }, /may not be "databnto": it may be databento or barchart/],
    ['a flag without a declared value', { flag: 'testing_mode' }, /no value is declared/],
    ['the value that it has', { value: 'databento' }, /is databento in the normal layer already/],
    ['no reason', { reason: '' }, /reason must be one line/],
    ['a strategy that does not exist', { strategy: 'fast' }, /strategy must be immediate or linear or canary/],
    ['a value with blanks', { value: 'a b' }, /value must be true, false or a text/],
  ])('%s', async (_, input, sentence) => {
    await expect(set(input)).rejects.toMatchObject({ name: 'FlagRefused', message: expect.stringMatching(sentence) });
    expect([place.writes().length, (await history()).length]).toEqual([0, 0]);
  });

  test.each([
    ['the version that was deployed last', { ...pair, version: 'v1.4.0' }],
    ['the version that a rollback would undo', { ...pair, version: 'before' }],
    ['a version of a phase without a deployment on record', { ...pair, phase: 2, version: 'v9' }],
  ])('a value that is forbidden with %s', async (_, one) => {
    await expect(set({}, 'arn:1', [one])).rejects.toThrow(
      /forbids data_source barchart .*trades twice.*Nothing was changed/,
    );
    expect(place.writes()).toEqual([]);
  });

  test('a second change while one is under way', async () => {
    await expect(set({ strategy: 'linear' })).rejects.toMatchObject({ name: 'RolloutUnderWay' });
    await expect(set({ value: 'databento' }, 'arn:2')).rejects.toThrow(/^Deployment 2 .* is under way.*Repeat it/);
  });

  test('a change beside another one at the same instant', async () => {
    place.beforeNextWrite(() => place.account.store(dataSource('off')));
    await expect(set()).rejects.toThrow(/^Another change is under way/);
  });
});

test('a value that is forbidden with a version that does not run is set', async () => {
  await expect(set({}, 'arn:1', [{ ...pair, version: 'v1.3.0' }])).rejects.toMatchObject({ name: 'RolloutUnderWay' });
});

describe('a gradual deployment whose monitor is red', () => {
  const rolledBack = async () => {
    await expect(set({ strategy: 'canary' })).rejects.toMatchObject({ name: 'RolloutUnderWay' });
    await place.minutes(5);
    place.account.alarm = 'ALARM';
    await place.minutes(1);
    place.account.alarm = 'OK';
  };

  test('is taken back, and ends with the alarm', async () => {
    await rolledBack();
    await expect(set({ strategy: 'canary' })).rejects.toMatchObject({
      name: 'FlagRolledBack',
      message: expect.stringMatching(/^data_source is not barchart: .* hosts have databento again \(.*alarm:phase-1\)/),
    });
    expect(value()).toMatchObject({ value: 'databento' });
    expect((await history()).map(({ type }) => type)).toEqual(['Flag set', 'Flag rolled back']);
  });

  test('does not come back with the next change of another flag', async () => {
    await rolledBack();
    const more = { ...known, allowed: { ...known.allowed, testing_mode: ['on'] } };
    const next = { execution: { id: 'arn:2', input: { ...asked, flag: 'testing_mode', value: 'on' } }, pairs: [] };
    await expect(setTheFlag(deps, { ...next, phases, known: more })).rejects.toMatchObject({ name: 'RolloutUnderWay' });
    await place.minutes(1);
    expect(value()).toMatchObject({ value: 'databento' });
  });
});

describe('the history', () => {
  const evidence = async (input: unknown): Promise<BrakesEvidence> => ({
    events: await brakesEvents(),
    held: null,
    executions: new Map([['arn:1', { input }]]),
  });

  test('is a chain, and agrees with the execution that set the flag', async () => {
    await setAndWait();
    expect(firstBreak(await brakesEvents())).toBeUndefined();
    expect(verifyBrakes(await evidence(asked), [], 0).findings).toEqual([]);
  });

  test('is found changed if the execution asked for another value', async () => {
    await setAndWait();
    const { findings } = verifyBrakes(await evidence({ ...asked, value: 'databento' }), [], 0);
    expect(findings).toEqual([
      { rollback: null, says: 'CHANGED: event 1 of the brakes (Flag set): arn:1 has another value' },
    ]);
  });
});

describe('while deployments are frozen', () => {
  const sentence = 'has been frozen since 2026-03-02T09:00:00.000Z by bo: quarter end.';

  test.each([
    ['of every phase', null, 'Deployment of every phase'],
    ['of a phase whose runbook sets it', 1, 'Deployment of phase 1'],
  ])('a flag is refused by a freeze %s, with its sentence and the way past it', async (_, phase, subject) => {
    await freeze(phase);
    await expect(set()).rejects.toMatchObject({
      name: 'FlagRefused',
      message: `${subject} ${sentence} A flag changes what trades, as a deployment does. To undo one in an incident all the same, repeat with --despite-freeze, or "despite_freeze": true in the input. Nothing was changed.`,
    });
    expect(value()).toMatchObject({ value: 'databento' });
  });

  test('a flag is set if the freeze is of another phase', async () => {
    await freeze(2);
    expect(await setAndWait()).toMatchObject({ value: 'barchart' });
  });

  test('a person who names the freeze sets it, and the history says so', async () => {
    await freeze(null);
    await setAndWait({ despite_freeze: true });
    expect((await history())[0]?.detail).toMatchObject({ value: 'barchart', despite_freeze: true });
  });

  test('a freeze that cannot be read refuses too', async () => {
    deps = { ...deps, brakes: { read: () => Promise.reject(new Error('no table')) } };
    await expect(set()).rejects.toThrow(/^It could not be read whether deployments are frozen: no table\. /);
    expect(await setAndWait({ despite_freeze: true })).toMatchObject({ value: 'barchart' });
  });
});

describe('while a rollback is open', () => {
  test('a flag that its runbook sets is refused, and names the rollback, whatever a person says of a freeze', async () => {
    await open(1);
    await expect(set({ despite_freeze: true })).rejects.toMatchObject({
      name: 'FlagRefused',
      message:
        'Rollback r-7 of phase 1 is open, and its runbook sets data_source: a value that is set by hand now would meet half of its steps. Repeat once it has ended; see it with: npm run rollback -- show r-7 . Nothing was changed.',
    });
  });

  test('a flag is set if the rollback is of a phase that does not set it', async () => {
    await open(2);
    expect(await setAndWait()).toMatchObject({ value: 'barchart' });
  });
});

test.each([
  ['no JSON', '<html><head>'],
  ['no object', '"on"'],
])('content that is %s is no base of a change: nothing is written', async (_, content) => {
  const { client } = place;
  const send = client.send.bind(client) as (command: object) => Promise<object>;
  const damaged = Object.create(client, {
    send: {
      value: async (command: object) => {
        const found = await send(command);
        return 'Content' in found ? { ...found, Content: Buffer.from(content) } : found;
      },
    },
  }) as typeof client;
  const { DeploymentStrategyId: immediate, ...layer } = place.normal;
  const strategies = { immediate, linear: immediate, canary: immediate };
  deps = { ...deps, flags: normalFlagsOn(damaged, { ...layer, strategies }) };
  const writes = place.writes().length;
  await expect(set()).rejects.toMatchObject({
    name: 'FlagRefused',
    message: `AppConfig returned version 1 of the flags as text that is no JSON object: ${JSON.stringify(content)}. Nothing was changed. Repeat it.`,
  });
  expect(place.writes()).toHaveLength(writes);
});
describe('a circuit breaker', () => {
  const breaker = { flag: 'gateway', value: 'open', operator: 'alarm a', reason: 'it turned red' };
  const override = () => place.safetyOn('host-1')?.['gateway'];
  beforeEach(async () => {
    await place.account.deploy(1, { id: place.safety.DeploymentStrategyId }, { to: place.account.safety.id });
    await place.minutes(1);
  });

  test('opens in the safety layer although an alarm is red, which would take a flag of the normal layer back', async () => {
    place.account.alarm = 'ALARM';
    expect(await setAndWait(breaker)).toMatchObject({ value: 'open', before: null });
    expect(override()).toMatchObject({ enabled: true, value: 'open' });
    expect(place.normalOn('host-1')).not.toHaveProperty('gateway');
  });

  test('opens while deployments are frozen, because a freeze blocks what deploys and not what protects', async () => {
    await freeze(null);
    expect(await setAndWait(breaker)).toMatchObject({ value: 'open' });
  });

  test('is closed by a person once its alarm is OK, and not before', async () => {
    await setAndWait(breaker);
    alarm = 'ALARM';
    await expect(set({ ...breaker, value: 'closed' }, 'arn:2')).rejects.toThrow(
      'The alarm of gateway is ALARM, expected OK: closed now, the breaker would not open again by itself.',
    );
    expect(override()).toMatchObject({ value: 'open' });
    alarm = 'OK';
    await setAndWait({ ...breaker, value: 'closed' }, 'arn:3');
    expect(override()).toMatchObject({ value: 'closed' });
  });

  test('waits for a flip of a rollback, and keeps its override', async () => {
    const flip = flagsOn(place.client, place.safety, place.sleep).override({ data_source: 'barchart' }, 'r-1');
    await place.minutes(0);
    await expect(set(breaker)).rejects.toMatchObject({ name: 'RolloutUnderWay' });
    await flip;
    await place.minutes(1);
    await setAndWait(breaker);
    expect(place.safetyOn('host-1')).toMatchObject({ data_source: { value: 'barchart' }, gateway: { value: 'open' } });
  });

  test('opens again after a deployment of it was stopped', async () => {
    await expect(set(breaker)).rejects.toMatchObject({ name: 'RolloutUnderWay' });
    await place.account.request(
      'DELETE',
      `${place.account.path}/environments/${place.account.safety.id}/deployments/2`,
    );
    await place.minutes(1);
    await setAndWait(breaker);
    expect(override()).toMatchObject({ value: 'open' });
  });

  test('is never set gradually', async () => {
    await expect(set({ ...breaker, strategy: 'linear' })).rejects.toThrow('Leave out strategy linear.');
  });
});
