import { beforeEach, describe, expect, test } from 'vitest';
import { firstBreak } from '../../../domain/history/event.ts';
import { linkOf } from '../../../domain/history/link.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { linksIn } from '../../../lambdas/stores/links.ts';
import { alarm, anOpening, arn, event, opening } from '../an-opening.ts';
import { START } from '../opened-rollback.ts';

let one: Awaited<ReturnType<typeof anOpening>>;
beforeEach(async () => {
  one = await anOpening();
});

describe('opening with {}', () => {
  test('returns the rollback, named like its execution, and the end of its chain', async () => {
    const { rollback, chain } = await one.open();
    expect(rollback).toEqual({
      id: 'r-1',
      execution_arn: arn,
      phase: 1,
      fleet: 'trading',
      alarm: null,
      deadline: '2026-03-02T10:00:00.000Z',
    });
    expect(chain).toEqual({ count: 4, head: (await one.events()).at(-1)?.hash });
  });

  test('writes a record of a HIGH manual rollback that began with its execution', async () => {
    await one.open();
    expect(recordOf(await one.events())).toMatchObject({
      rollback_id: 'r-1',
      phase: 1,
      phase_name: 'Databento Client',
      trigger: 'manual',
      severity: 'HIGH',
      mode: 'live',
      start_time: '2026-03-02T09:00:00.000Z',
      hosts: 2,
      hosts_not_online: [],
      execution_arn: arn,
      fleet: 'trading',
      reason: null,
      operator: null,
    });
  });
});

test('the record has the name and reason that a person gives', async () => {
  await one.open({ input: { severity: 'LOW', reason: 'bad fills', operator: 'ana' } });
  expect(recordOf(await one.events())).toMatchObject({ severity: 'LOW', reason: 'bad fills', operator: 'ana' });
});

test.each([
  ['CRITICAL', '09:15'],
  ['HIGH', '10:00'],
  ['MEDIUM', '13:00'],
  ['LOW', '13:00'],
])('the deadline of a %s rollback from nine is %s', async (severity, time) => {
  expect((await one.open({ input: { severity } })).rollback.deadline).toBe(`2026-03-02T${time}:00.000Z`);
});

describe('opening twice', () => {
  test('returns the same and records each event once', async () => {
    const first = await one.open();
    expect(await one.open()).toEqual(first);
    expect(await one.types()).toEqual(['Rollback opened', 'Decided', 'Hosts frozen', 'Fleet taken']);
    expect(firstBreak(await one.events())).toBeUndefined();
  });

  test('at once freezes once and records each event once', async () => {
    await Promise.all([one.open(), one.open()]);
    expect(await one.types()).toEqual(['Rollback opened', 'Decided', 'Hosts frozen', 'Fleet taken']);
  });
});

describe('refused as invalid input, with nothing written', () => {
  test.each(['lock', 'fence', 'fence.new', 'exporting', 'halt.lock', 'halted.json', 'halted.json.new', 'owed.json'])(
    "the name %s, a file of the product's own on a host",
    async (name) => {
      await expect(one.open({ execution: { ...opening.execution, name } })).rejects.toMatchObject({
        name: 'InvalidInput',
        message: `The execution's name becomes a folder on each host, and ${name} is a file of the product's own there. Start again without a name.`,
      });
    },
  );

  test.each([
    ['an unknown key', { input: { sevrity: 'LOW' } }, 'Unknown input key "sevrity". Did you mean "severity"?'],
    ['a mode that does not exist', { input: { mode: 'dry' } }, 'mode must be live, plan or simulate; found "dry".'],
    [
      'a name that is no folder name',
      { execution: { ...opening.execution, name: 'my rollback!' } },
      `The execution's name becomes the rollback id and may hold letters, digits and . _ - only; found "my rollback!". Start again without a name.`,
    ],
    [
      'a name that leads up a folder',
      { execution: { ...opening.execution, name: '..' } },
      'found "..". Start again without a name.',
    ],
  ])('%s', async (_, changes, message) => {
    await expect(one.open(changes)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining(message),
    });
    expect(await one.events()).toEqual([]);
    expect(one.listings).toBe(0);
  });

  test('a host without the tag is refused before anything is written, with the hosts that have it', async () => {
    await expect(one.open({ input: { only_hosts: ['host-2', 'host-7'] } })).rejects.toMatchObject({
      name: 'InvalidInput',
      message:
        'only_hosts names host-7, which does not carry the tag rollback-fleet=trading. Tagged: host-1, host-2. Nothing was changed.',
    });
    expect(await one.events()).toEqual([]);
  });

  test('a name that another execution has taken', async () => {
    await one.open();
    const other = { ...opening.execution, id: arn.replace('phase-1', 'phase-2') };
    await expect(one.open({ execution: other })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: `r-1 is already the id of ${arn}. Start again without a name.`,
    });
    expect(await one.types()).toEqual(['Rollback opened', 'Decided', 'Hosts frozen', 'Fleet taken']);
  });
});

test('an execution that is redriven after its rollback ended is refused, with the ending', async () => {
  await one.open();
  const at = '2026-03-02T09:20:00.000Z';
  const detail = { ending: 'Needs a person', problem: 'stopped', fence: 0, fleet: 'free' };
  await one.stores.history.append('r-1', { id: 'rollback-closed', type: 'Rollback closed', at, detail });
  await expect(one.open()).rejects.toMatchObject({
    name: 'RollbackOver',
    message: expect.stringContaining(`Rollback r-1 ended "Needs a person" at ${at}, so its execution is not resumed`),
  });
  expect((await one.types()).at(-1)).toBe('Rollback closed');
});

test('an opening that died after the record is finished by the next call', async () => {
  const keep = async () => {
    throw new Error('killed');
  };
  const whole = one.stores;
  one.stores = { ...whole, scopes: { ...whole.scopes, keep } };
  await expect(one.open()).rejects.toThrow('killed');
  one.stores = whole;
  await one.open();
  expect(await one.types()).toEqual(['Rollback opened', 'Decided', 'Hosts frozen', 'Fleet taken']);
});

describe('opening with an alarm', () => {
  test("is a rollback of the trigger's severity, whose limit counts from the alarm's change", async () => {
    await one.stores.deployments.record(1, { version: 'v1.4.0', at: '2026-03-02T08:40:00.000Z' });
    const { decision, rollback } = await one.open({ input: event() });
    expect([decision, rollback.alarm, rollback.deadline]).toEqual(['act', alarm, '2026-03-02T09:14:59.000Z']);
    expect(recordOf(await one.events())).toMatchObject({
      trigger: 'data_corruption',
      severity: 'CRITICAL',
      start_time: '2026-03-02T08:59:59.000Z',
      alarm: { name: alarm, changed_at: '2026-03-02T08:59:59.000Z' },
    });
  });
});

describe('an opening that has nothing to do', () => {
  const stale = event('2026-03-02T08:50:00.000+0000');

  test('is a sealed record with its ending, without frozen hosts', async () => {
    expect(await one.open({ input: stale })).toMatchObject({ decision: 'Stale alarm ignored', chain: { count: 3 } });
    expect(await one.types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed']);
    expect(recordOf(await one.events())).toMatchObject({ ending: 'Stale alarm ignored', hosts: null });
    expect(one.listings).toBe(0);
  });

  test('returns the same when it is called again, whatever the state of the alarm', async () => {
    await one.open({ input: stale });
    one.red = [alarm];
    expect(await one.open({ input: stale })).toMatchObject({ decision: 'Stale alarm ignored' });
    expect(await one.types()).toEqual(['Rollback opened', 'Rollback closed', 'Sealed']);
  });

  test('joined a live rollback, and still joins it after that one has ended', async () => {
    await one.stores.history.append('r-0', {
      id: 'rollback-opened',
      type: 'Rollback opened',
      at: '2026-03-02T08:59:00.000Z',
      detail: { execution_arn: 'arn:r-0', phase: 1, start_time: '2026-03-02T08:59:00.000Z' },
    });
    const acts = { decision: 'act', why: [] };
    await one.stores.history.append('r-0', {
      id: 'decided/1',
      type: 'Decided',
      at: '2026-03-02T08:59:01.000Z',
      detail: acts,
    });
    await one.stores.claims.claimPhase(1, { rollback: 'r-0', execution_arn: 'arn:r-0' });
    expect(await one.open()).toMatchObject({ decision: 'Joined the active rollback' });
    await one.stores.claims.releasePhase(1, 'r-0');
    expect(await one.open()).toMatchObject({ decision: 'Joined the active rollback' });
  });
});

describe('opening a plan', () => {
  test('freezes hosts and documents as for a rollback, and returns plan', async () => {
    expect((await one.open({ input: { mode: 'plan' } })).decision).toBe('plan');
    expect((await one.stores.scopes.read('r-1'))?.hosts.map(({ name }) => name)).toEqual(['host-1', 'host-2']);
    expect(recordOf(await one.events())).toMatchObject({ mode: 'plan', ending: null, hosts: 2 });
  });

  test('takes no claim on the phase, and does not join the rollback that has the claim', async () => {
    await one.open({ input: { mode: 'plan' } });
    expect(await one.stores.claims.phaseClaim(1)).toBeUndefined();
    const live = { rollback: 'live', execution_arn: 'arn:live' };
    await one.stores.claims.claimPhase(1, live);
    expect((await one.open({ input: { mode: 'plan' } })).decision).toBe('plan');
    expect(await one.stores.claims.phaseClaim(1)).toMatchObject(live);
  });

  test('stores no row window: the next rollback has its own', async () => {
    await one.open({ input: { mode: 'plan' } });
    expect((await one.stores.scopes.read('r-1'))?.window_start).toBe('2026-03-02T08:00:00Z');
    expect(await one.stores.rowWindow.from(1, '2026-03-02T08:30:00Z', 'r-2')).toBe('2026-03-02T08:30:00Z');
  });
});

describe('the chain of links', () => {
  const links = () => linksIn(one.tables.db, 'history');
  const linked = async () => (await links().ofMonth('2026-03')).map((link) => [link.kind, 'head' in link && link.head]);

  test('gets the opening event', async () => {
    await one.open();
    expect(await linked()).toEqual([['opened', (await one.events())[0]?.hash]]);
  });

  test('gets the same event again if the opening is repeated: the first call may have been stopped before it', async () => {
    await one.open();
    await one.open();
    const [{ hash } = { hash: '' }] = await one.events();
    expect(await linked()).toEqual([
      ['opened', hash],
      ['opened', hash],
    ]);
  });

  test('costs an opening two requests', async () => {
    const append = (head: string) => links().append(linkOf('opened', 'r-0', { count: 1, head }), { at: START });
    await append('x'); // begins the month
    const requests = async (open: () => Promise<unknown>) => {
      const before = one.tables.requests.length;
      await open();
      return one.tables.requests.slice(before);
    };
    const whole = await requests(() => one.open());
    expect(await requests(() => append('y'))).toEqual(['Query', 'PutItem']);
    one = await anOpening();
    one.stores.history = { ...one.stores.history, link: async () => {} };
    expect(whole.length - (await requests(() => one.open())).length).toBe(2);
  });
});

describe('an alarm without data', () => {
  const silent = event();
  silent.detail.state.reason =
    'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].';
  const online = { unevaluated: [], newest: new Map(), hosts: [{ online: true }] };

  beforeEach(async () => {
    await one.stores.deployments.record(1, { version: 'v1', at: '2026-03-02T08:50:00.000Z' });
  });

  test('that a second witness contradicts asks for a permit, with the reason on record', async () => {
    one.witness = online;
    expect(await one.open({ input: silent })).toMatchObject({ decision: 'ask', question: { kind: 'permit' } });
    expect(recordOf(await one.events())).toMatchObject({
      assessment: {
        severity: 'CRITICAL',
        doubts: ['No data arrives, but Systems Manager still sees every running host online (1).'],
      },
      questions: [
        { kind: 'permit', why: ['No data arrives, but Systems Manager still sees every running host online (1).'] },
      ],
    });
  });

  test('that nothing contradicts acts', async () => {
    expect(await one.open({ input: silent })).toMatchObject({ decision: 'act' });
  });

  test('is the only one for which a second witness is asked: a datapoint that breached is proof', async () => {
    one.witness = online;
    expect(await one.open({ input: event() })).toMatchObject({ decision: 'act' });
  });
});
