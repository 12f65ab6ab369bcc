import { beforeEach, describe, expect, test } from 'vitest';
import { documentsHash } from '../../../domain/drill/drill.ts';
import { recordOf } from '../../../domain/history/record.ts';
import {
  type DrillRequest,
  endBrokenDrill,
  type HoldTheDrillDeps,
  holdTheDrill,
} from '../../../lambdas/plan-the-rollback/hold-the-drill.ts';
import { drillsIn } from '../../../lambdas/stores/drills.ts';
import { meanwhile, openedRollback, rescoped, rollback, START } from '../opened-rollback.ts';
import { says } from '../scripted-hosts.ts';

const command = (id: string, document: string) => ({
  id,
  name: id,
  script: `${id}.py`,
  document: `rollback-test-${document}`,
  timeout_seconds: 60,
  attempt_seconds: 150,
  parameters: { Step: id, Kind: 'check', Mode: 'plan', Target: 'v1' },
});
const documents = [{ name: 'rollback-test-clear', sha256: 'abc' }];
const request: DrillRequest = {
  rollback,
  phase: 1,
  runbooks: [
    {
      phase: 1,
      name: 'Client',
      target: { version: 'v1', paths: ['.'] },
      steps: [{ name: 'Clear cache', timeout: 60 }],
    },
  ],
  steps: [command('clear-cache', 'clear')],
  version: command('version-now', 'look'),
  documents,
  runbook: 'hash of the runbook',
};

let opened: Awaited<ReturnType<typeof openedRollback>>;
let deps: HoldTheDrillDeps;
const hold = (changes: Partial<HoldTheDrillDeps> = {}) => holdTheDrill({ ...deps, ...changes }, request, () => 300_000);
const record = async () => recordOf(await opened.events());
const drills = () => drillsIn(opened.tables.db, 'state');
const other = { rollback: 'r-9', execution_arn: `${rollback.execution_arn}-9` };

beforeEach(async () => {
  opened = await openedRollback(3);
  await opened.deps.locks.free('trading', 'r-1', opened.fence); // a drill holds no fleet
  opened.hosts.reactWith((_, { Parameters = {} }) => ({
    stdout: says('done', Parameters, { report: { version: 'v1.4.0', at_target: false } }),
  }));
  deps = {
    ...opened.deps,
    phases: [1, 2],
    statusOf: async () => 'RUNNING',
    drills: drills(),
    confirm: { in_a_row: 3, every: 20 },
    previousRollback: async () => null,
    settings: { brakes: {} },
    limits: { CRITICAL: 900, HIGH: 3600, MEDIUM: 14_400 },
  };
});

describe('a drill passes', () => {
  test('if every host reports that every step would work, and its history says so', async () => {
    expect(await hold()).toMatchObject({ ending: 'Drill passed', problem: null });
    expect((await opened.events()).map(({ type }) => type)).toEqual([
      'Rollback opened',
      'Planned',
      'Drill held',
      'Rollback closed',
      'Sealed',
    ]);
    expect(await record()).toMatchObject({ ending: 'Drill passed', fence: null, steps: [], flags: {} });
  });

  test('and is kept with the hash of the documents that it ran', async () => {
    await hold();
    const { completion_time: at } = await record();
    expect(await drills().lastDrill(1)).toEqual({ rollback: 'r-1', at, documents: documentsHash(documents) });
    expect(await drills().lastDrill(2)).toBeUndefined();
    expect((await drills().all()).held).toMatchObject([{ rollback: 'r-1', runbook: 'hash of the runbook' }]);
  });

  test('twice, and changes nothing the second time', async () => {
    const first = await hold();
    expect(await hold()).toEqual(first);
    expect(opened.hosts.sent).toHaveLength(2);
  });

  test('takes no fleet, and sends commands that only read', async () => {
    await hold();
    expect(await opened.deps.locks.queue('trading')).toEqual({ holder: undefined, waiters: [], half: [] });
    expect(opened.hosts.sent.map(({ Parameters }) => Parameters?.['Mode'])).toEqual([['plan'], ['plan']]);
  });
});

describe('a drill fails', () => {
  test('if a step would fail on one host, which is named with its reason', async () => {
    opened.hosts.reactWith((host, { Parameters = {} }) => {
      const fails = host === 'i-002' && Parameters['Step']?.[0] === 'clear-cache';
      return fails
        ? { status: 'Failed', stdout: says('failed', Parameters, { reason: 'There is no tag v1' }) }
        : { stdout: says('done', Parameters, { report: {} }) };
    });
    expect(await hold()).toMatchObject({
      ending: 'Drill failed',
      problem: 'A step would fail on 1 host: host-2: clear-cache: There is no tag v1.',
    });
    expect((await drills().all()).held).toMatchObject([{ phase: 1, ending: 'Drill failed', slow: false }]);
    expect(await drills().lastDrill(1)).toBeUndefined();
  });

  test('if a host of the fleet could not be reached', async () => {
    await rescoped(opened, { not_online: [{ instance_id: 'i-009', name: 'host-9' }] });
    expect(await hold()).toMatchObject({ ending: 'Drill failed', problem: 'Not reached: host-9.' });
  });

  test('as slow, if a rollback would take longer than its limit', async () => {
    const seconds = { 'clear-cache': 4000, 'confirm-recovery': 20 };
    const previousRollback = async () => ({ rollback: 'r-0', at: START, minutes: 67, seconds });
    expect(await hold({ previousRollback })).toMatchObject({
      ending: 'Drill failed',
      problem: 'A rollback would take about 67 minutes; the limit for HIGH is 60.',
    });
    expect((await drills().all()).held).toMatchObject([{ slow: true }]);
  });

  test('if it could not be held, with the reason', async () => {
    const broken = { rollback, broken: 'Hold the drill: Access denied.' };
    expect(await endBrokenDrill(deps, broken)).toMatchObject({ ending: 'Drill failed', problem: broken.broken });
    expect(await record()).toMatchObject({ ending: 'Drill failed', problem: broken.broken });
  });

  test('without a trace in the history if it was never opened', async () => {
    const never = { rollback: { ...rollback, id: 'r-never' }, broken: 'No host is online.' };
    expect(await endBrokenDrill(deps, never)).toMatchObject({ ending: 'Drill failed', problem: 'No host is online.' });
    expect(await opened.deps.history.events('r-never')).toEqual([]);
  });
});

describe('a drill yields to a real rollback', () => {
  test('that is open in another phase, before it sends a command', async () => {
    await opened.deps.claims.claimPhase(2, other);
    expect(await hold()).toMatchObject({
      ending: 'Drill yielded',
      problem: 'Rollback r-9 of phase 2 is real and goes first, so the drill stopped.',
    });
    expect(opened.hosts.sent).toEqual([]);
  });

  test('that begins while hosts work: their commands are cancelled', async () => {
    opened.hosts.reactWith(() => ({ after: Infinity }));
    const begins = meanwhile(opened.deps, () => opened.deps.claims.claimPhase(1, other));
    expect(await hold({ sleep: begins })).toMatchObject({ ending: 'Drill yielded' });
    expect(opened.hosts.sent).toHaveLength(1);
    expect(opened.hosts.cancelled).toHaveLength(1);
  });

  test('that has ended and still holds the fleet', async () => {
    await opened.deps.locks.take('trading', { ...other, phase: 1 }, START);
    expect(await hold()).toMatchObject({ ending: 'Drill yielded' });
  });

  test('and is not kept: it shows neither that a rollback would work nor that it would not', async () => {
    await opened.deps.claims.claimPhase(1, other);
    await hold();
    expect((await drills().all()).held).toEqual([]);
  });
});

describe('a drill whose execution was stopped', () => {
  test('stores no ending, although every host has reported', async () => {
    let status = 'RUNNING';
    opened.hosts.reactWith((_, { Parameters = {} }) => {
      if (Parameters['Step']?.[0] === 'clear-cache') status = 'ABORTED';
      return { stdout: says('done', Parameters, { report: { version: 'v1.4.0', at_target: false } }) };
    });
    expect(await hold({ statusOf: async () => status })).toMatchObject({ ending: 'Drill stopped' });
    expect((await record()).ending).toBeNull();
    expect((await drills().all()).held).toEqual([]);
  });

  test('cancels its commands', async () => {
    opened.hosts.reactWith(() => ({ after: Infinity }));
    let status = 'RUNNING';
    const stops = meanwhile(opened.deps, async () => {
      status = 'ABORTED';
    });
    expect(await hold({ sleep: stops, statusOf: async () => status })).toMatchObject({ ending: 'Drill stopped' });
    expect(opened.hosts.cancelled).toHaveLength(opened.hosts.sent.length);
  });

  test('goes on if its status cannot be read', async () => {
    const statusOf = () => Promise.reject(new Error('Throttled'));
    expect(await hold({ statusOf })).toMatchObject({ ending: 'Drill passed' });
  });
});
