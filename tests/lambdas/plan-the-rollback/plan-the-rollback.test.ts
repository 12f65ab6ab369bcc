import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Brake } from '../../../domain/brakes/brakes.ts';
import { firstBreak } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import type { LastTime } from '../../../domain/plan/plan.ts';
import { frozenKey } from '../../../domain/tables.ts';
import {
  type PlanRequest,
  type PlanTheRollbackDeps,
  planTheRollback,
} from '../../../lambdas/plan-the-rollback/plan-the-rollback.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import { drillsIn } from '../../../lambdas/stores/drills.ts';
import { openedRollback, rescoped, rollback } from '../opened-rollback.ts';
import { failing, says } from '../scripted-hosts.ts';

const command = (id: string, document: string) => ({
  id,
  name: id,
  script: `${id}.py`,
  document: `rollback-test-${document}`,
  timeout_seconds: 60,
  attempt_seconds: 150,
  parameters: { Step: id, Kind: 'check', Mode: 'plan', Target: 'v1' },
});
const request: PlanRequest = {
  rollback,
  phase: 1,
  runbooks: [
    {
      phase: 1,
      name: 'Client',
      target: { version: 'v1', paths: ['.'] },
      steps: [{ name: 'Clear cache', timeout: 60, flags: { data_source: 'barchart' } }],
    },
    { phase: 2, name: 'Engine', target: { version: 'v2', paths: ['engine'] }, steps: [] },
  ],
  steps: [command('clear-cache', 'clear')],
  version: command('version-now', 'look'),
};

let previousRollback: LastTime | null;
let opened: Awaited<ReturnType<typeof openedRollback>>;
const plan = (remaining = () => 300_000, asked = request, settings: PlanTheRollbackDeps['settings'] = { brakes: {} }) =>
  planTheRollback(
    {
      ...opened.deps,
      drills: drillsIn(opened.tables.db, 'state'),
      confirm: { in_a_row: 3, every: 20 },
      previousRollback: async () => previousRollback,
      settings,
      limits: { CRITICAL: 900, HIGH: 3600, MEDIUM: 14_400 },
    },
    asked,
    remaining,
  );
const planned = async () => (await opened.events()).find(({ type }) => type === 'Planned')?.detail ?? {};
const reporting = (report: object) =>
  opened.hosts.reactWith((_, { Parameters = {} }) => ({
    stdout: says('done', Parameters, {
      report: Parameters['Step']?.[0] === 'version-now' ? { version: 'v1.4.0' } : report,
    }),
  }));

beforeEach(async () => {
  previousRollback = null;
  opened = await openedRollback(3, ['host-9']);
  reporting({
    would_take: { files: { count: 2, bytes: 10 } },
    flags: { data_source: { effective: 'databento', layer: 'test' } },
  });
});

test('writes the plan as an event: hosts, steps with their timeouts, flags, versions, phases undone, minutes and limit', async () => {
  await plan();
  expect(await planned()).toMatchObject({
    plan: {
      hosts: ['host-1', 'host-2', 'host-3'],
      not_online: ['host-9'],
      target_version: 'v1',
      also_undoes: ['phase 2 (Engine)'],
      expected_minutes: 3,
    },
    steps: [{ step: 'clear-cache', runs: ['clear-cache.py'], takes: { files: { count: 6, bytes: 30 } }, changes: 0 }],
    flags: { data_source: { now: { databento: 3 }, to: 'barchart' } },
    versions: { now: { 'v1.4.0': 3 }, to: 'v1' },
    limit: { severity: 'HIGH', minutes: 60, kept: true },
    unanswered: 0,
    not_answered: [],
  });
});

test('takes the duration from an earlier successful rollback, and predicts whether the limit is kept', async () => {
  const seconds = { 'clear-cache': 4000, 'confirm-recovery': 20 };
  previousRollback = { rollback: 'r-0', at: '2026-02-01T09:00:00.000Z', minutes: 67.5, seconds };
  await plan();
  expect(await planned()).toMatchObject({
    plan: { expected_minutes: 67, at_most_minutes: 3, last_time: { rollback: 'r-0', minutes: 67.5 } },
    limit: { severity: 'HIGH', minutes: 60, kept: false },
  });
});

test('ends the record as Planned, without step, fence and flag, with an unbroken history', async () => {
  await plan();
  const events = await opened.events();
  expect(recordOf(events)).toMatchObject({ ending: 'Planned', steps: [], fence: null, flags: {}, restored_to: null });
  expect(events.map(({ type }) => type)).toEqual(['Rollback opened', 'Planned', 'Rollback closed', 'Sealed']);
  expect(firstBreak(events)).toBeUndefined();
});

test('is not made after it has ended as Not planned, and the record keeps that ending', async () => {
  const why = { ending: 'Not planned', problem: 'The execution was stopped.', at: rollback.deadline } as const;
  await opened.deps.endings.reach('r-1', why);
  await expect(plan()).rejects.toThrow('had ended "Not planned" before it was made. The execution was stopped.');
  const events = await opened.events();
  expect(recordOf(events)).toMatchObject({ ending: 'Not planned', problem: why.problem });
  expect(events.map(({ type }) => type)).not.toContain('Planned');
});

test('sends every command in plan mode, with fence 0', async () => {
  await plan();
  expect(opened.hosts.sent.map(({ Parameters }) => [Parameters?.['Mode'], Parameters?.['Fence']])).toEqual([
    [['plan'], ['0']],
    [['plan'], ['0']],
  ]);
});

test("names a host whose tag is another commit than the other hosts': a rollback would not end well", async () => {
  opened.hosts.reactWith((host, { Parameters = {} }) => ({
    stdout: says('done', Parameters, {
      report: { version: 'v1.4.0', tag: 'v1', commit: (host === 'i-002' ? 'b' : 'a').repeat(40) },
    }),
  }));
  await plan();
  expect(await planned()).toMatchObject({
    failing: 1,
    would_fail: [
      {
        host: 'host-2',
        step: 'version-now',
        reason:
          'the tag v1 names bbbbbbbbbbbb here and aaaaaaaaaaaa on 2 other hosts; fetch the right tag on every host',
      },
    ],
    limit: { kept: false },
  });
});

test('names a host that does not report, and makes the plan without it', async () => {
  opened.hosts.reactWith((host) => (host === 'i-002' ? { after: Number.POSITIVE_INFINITY } : {}));
  expect(await plan()).toMatchObject({ hosts: 3, unanswered: 1 });
  expect((await planned())['not_answered']).toContainEqual({
    host: 'host-2',
    step: 'clear-cache',
    reason: 'no report in 150 s',
  });
});

test('tells hosts on which a step would fail from hosts that do not report; promises no limit', async () => {
  opened.hosts.reactWith((host, sent) =>
    host === 'i-002' ? failing('not authorized; nothing was changed')(sent) : {},
  );
  expect(await plan()).toMatchObject({ unanswered: 0, failing: 1 });
  expect(await planned()).toMatchObject({ not_answered: [], limit: { kept: false } });
  expect((await planned())['would_fail']).toContainEqual({
    host: 'host-2',
    step: 'clear-cache',
    reason: 'not authorized; nothing was changed',
  });
});

describe('asked again', () => {
  test('asks no host twice and returns the same', async () => {
    const first = await plan();
    expect(await plan()).toEqual(first);
    expect(opened.hosts.sent).toHaveLength(2);
  });

  test('continues where it stopped after its timeout', async () => {
    await expect(plan(() => 10_000)).rejects.toMatchObject({ name: 'StillRunning' });
    expect(await plan()).toMatchObject({ unanswered: 0 });
    expect(opened.hosts.sent).toHaveLength(2);
  });
});

test('at 1,000 hosts the result stays below 4 KB and the record below 20 KB', async () => {
  opened = await openedRollback(1000);
  reporting({ would_take: { files: { count: 2, bytes: 10 } } });
  expect(JSON.stringify(await plan()).length).toBeLessThan(4096);
  expect(JSON.stringify(recordOf(await opened.events())).length).toBeLessThan(20_480);
});

describe('a blocked version', () => {
  const block = (version = 'v1') =>
    brakesIn(opened.tables.db, 'state').set('block', {
      ...{ operator: 'ana', reason: 'loses orders', phase: null, at: '2026-03-02T08:00:00.000Z' },
      ...{ version },
    } as Brake);

  test('that the rollback would restore is named, with the command that unblocks it', async () => {
    await block();
    await rescoped(opened, { targets: [{ phase: 1, version: 'v1', by: ['restore'] }] });
    await plan();
    expect(await planned()).toMatchObject({
      blocked: expect.stringMatching(
        /^Version v1 has been blocked since .* by ana: loses orders\. .* unblock --version v1 /,
      ),
    });
  });

  test('of any phase of several is named', async () => {
    await block('v3');
    await rescoped(opened, { targets: [3, 1].map((phase) => ({ phase, version: `v${phase}`, by: ['restore'] })) });
    await plan();
    expect(await planned()).toMatchObject({ blocked: expect.stringContaining('unblock --version v3 ') });
  });

  test('is no obstacle for a rollback that restores no code', async () => {
    await block();
    await plan();
    expect(await planned()).not.toHaveProperty('blocked');
  });
});

describe('a plan that begins at a later step', () => {
  const steps = [command('stop', 'clear'), command('restore', 'clear'), command('clear-cache', 'clear')];
  const [runbook, ...others] = request.runbooks;
  const named = ['Stop', 'Restore', 'Clear cache'].map((name) => ({ name, timeout: 60 }));
  const asked = {
    ...request,
    steps,
    runbooks: [{ ...runbook, steps: named } as (typeof request.runbooks)[number], ...others],
  };
  beforeEach(async () => {
    const scope = await opened.deps.scopes.read('r-1');
    const begins_at = {
      ...{ step: 'clear-cache', name: 'Clear cache', operator: null, reason: null, done: [] },
      passed: [
        { step: 'stop', restores: false },
        { step: 'restore', restores: true },
      ],
    };
    const Item = { ...frozenKey('r-1'), ...scope, begins_at };
    await opened.tables.db.send(new PutCommand({ TableName: 'state', Item }));
  });
  const sent = () => opened.hosts.sent.map(({ Parameters }) => Parameters?.['Step']?.[0]);

  test('asks about the code and the later steps, not about the steps that are passed over', async () => {
    reporting({ would_change: 0 });
    await plan(() => 300_000, asked);
    expect(sent()).toEqual(['version-now', 'restore', 'clear-cache']);
    expect(await planned()).toMatchObject({
      plan: { steps: ['Clear cache'] },
      begins_at: { step: 'clear-cache', before: [{ step: 'stop', left_out: { hosts: 3 } }, { checked: true }] },
      failing: 0,
    });
  });

  test('would fail on hosts whose code is not at the target', async () => {
    reporting({ would_change: 2 });
    await plan(() => 300_000, asked);
    expect(await planned()).toMatchObject({
      failing: 3,
      would_fail: [{ host: 'host-1', step: 'restore', reason: expect.stringContaining('2 files differ') }, {}, {}],
    });
  });
});

describe('under a cap on hosts', () => {
  const above_cap = async (most: number) => {
    await plan(() => 300_000, request, { brakes: { hosts: { most, within: 3600 } } });
    return (await planned())['above_cap'];
  };

  test('says that an alarm would ask a permit, with numbers, time and hosts', async () => {
    expect(await above_cap(2)).toBe(
      'With this rollback automation would touch 3 hosts within 60 minutes; its cap is 2 (brakes.hosts). Touched so far: none. This rollback: host-1, host-2, host-3.',
    );
  });

  test('says nothing if the cap allows its hosts', async () => {
    expect(await above_cap(3)).toBeUndefined();
  });
});
