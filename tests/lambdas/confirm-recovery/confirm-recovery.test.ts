import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { RollbackOver } from '../../../domain/errors.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { frozenKey } from '../../../domain/tables.ts';
import {
  type ConfirmRecoveryDeps,
  confirmPhases,
  confirmRecovery,
} from '../../../lambdas/confirm-recovery/confirm-recovery.ts';
import type { HostCommand } from '../../../lambdas/middleware/payload.ts';
import { runOnHosts } from '../../../lambdas/operations/run-on-hosts.ts';
import { ended, meanwhile, openedRollback, rollback, START, clearCache as step } from '../opened-rollback.ts';
import { says } from '../scripted-hosts.ts';

const check = {
  ...step,
  id: 'confirm-recovery',
  name: 'Confirm recovery',
  document: 'rollback-test-look',
  parameters: { Step: 'confirm-recovery', Kind: 'check', Target: 'v1' },
};

type Opened = Awaited<ReturnType<typeof openedRollback>>;
let opened: Opened;

const time = ({ hosts }: Opened, seconds: number) => {
  const end = hosts.now() + seconds * 1000;
  return () => end - hosts.now();
};
const runStep = (one = opened) => runOnHosts(one.deps, { rollback, fence: one.fence, command: step }, time(one, 300));
const confirm = (
  one = opened,
  seconds = 300,
  more: Partial<ConfirmRecoveryDeps> = {},
  health: HostCommand | null = null,
) =>
  confirmRecovery(
    {
      ...one.deps,
      recoveryMetrics: async () => ({ red: [], metric: null }),
      openRollbacks: alone,
      unreached: { all: async () => [] },
      probes: { in_a_row: 1, ...tries },
      ...more,
    },
    {
      rollback,
      fence: one.fence,
      version: check,
      health,
      steps: ['clear-cache'],
      target_version: 'v1',
      own_checks: ['feed'],
    },
    time(one, seconds),
  );
/** No other rollback is open. */
const alone = async () => ({ others: [], acted: [] });
const tries = { every_seconds: 10, give_up_seconds: 0 };
const elsewhere = { report: { at_target: false, version: 'v2', different: 4 } };

beforeEach(async () => {
  opened = await openedRollback(3);
});

test('FAIL if the tag moved off the commit that a step reported, although the host is at the target', async () => {
  const commits: Record<string, string> = { 'clear-cache': 'a'.repeat(40), 'confirm-recovery': 'b'.repeat(40) };
  opened.hosts.reactWith((host, { Parameters = {} }) => {
    const one = Parameters['Step']?.[0] ?? '';
    const commit = host === 'i-002' ? commits[one] : commits['clear-cache'];
    const about = one === 'clear-cache' ? { to: 'v1' } : { at_target: true, version: 'v1', different: 0, tag: 'v1' };
    return { stdout: says('done', Parameters, { report: { ...about, commit } }) };
  });
  await runStep();
  expect(await confirm()).toMatchObject({
    verdict: 'FAIL',
    problem: expect.stringContaining(
      'The tag v1 moved during the rollback: on host-2 from aaaaaaaaaaaa to bbbbbbbbbbbb.',
    ),
  });
});

describe('PASS', () => {
  beforeEach(() => runStep());

  test('if every step is done and every host is at the target', async () => {
    expect(await confirm()).toMatchObject({ verdict: 'PASS', problem: null });
  });

  test('is recorded with the version, and the record is restored to it', async () => {
    const { chain } = await confirm();
    const events = await opened.events();
    expect(events.at(-1)).toMatchObject({
      type: 'Recovery confirmed',
      hash: chain.head,
      detail: { version: 'v1', hosts_done: 3, hosts: 3, looks: 1 },
    });
    expect(recordOf(events)).toMatchObject({
      restored_to: 'v1',
      steps: [{}, { step: 'confirm-recovery', verdict: 'done' }],
    });
  });

  test('checks every host, also hosts that have done every step', async () => {
    await confirm();
    expect(opened.hosts.sent[1]).toMatchObject({
      DocumentName: 'rollback-test-look',
      InstanceIds: ['i-001', 'i-002', 'i-003'],
      Parameters: { Kind: ['check'] },
    });
  });

  test("stores every host's report", async () => {
    await confirm();
    expect(await opened.deps.history.hosts('r-1', 'confirm-recovery')).toMatchObject([
      { report: { version: 'v1' } },
      { report: { version: 'v1' } },
      { report: { version: 'v1' } },
    ]);
  });
});

describe('a host that is owed the rollback of another phase', () => {
  const owed = (phase: number, instance_id = 'i-002') => ({
    ...{ instance_id, name: 'host-2', phase, rollback: 'r-0', since: '2026-11-02T12:00:00.000Z' },
    ...({ window_start: '2026-11-02T11:00:00Z', severity: 'HIGH', left_out: true } as const),
  });
  const all = (...hosts: readonly ReturnType<typeof owed>[]) => ({ unreached: { all: async () => hosts } });

  test('makes the recovery unverified, and the event names it', async () => {
    await runStep();
    expect(await confirm(opened, 300, all(owed(4)))).toMatchObject({
      verdict: 'UNVERIFIED',
      problem: 'Still to be rolled back in phase 4, because a person left it out there: host-2.',
    });
    expect((await opened.events()).at(-1)).toMatchObject({
      type: 'Recovery confirmed',
      detail: { verdict: 'UNVERIFIED', owed: [{ phases: [4], hosts: ['host-2'] }] },
    });
  });

  test.each([
    ['its own phase, which it has just done', owed(rollback.phase)],
    ['another phase, but it is no host of the rollback', owed(4, 'i-009')],
  ])('is none if it is owed %s', async (_, host) => {
    await runStep();
    expect(await confirm(opened, 300, all(host))).toMatchObject({ verdict: 'PASS', problem: null });
  });
});

describe('FAIL', () => {
  test('if a host runs another version', async () => {
    await runStep();
    opened.hosts.reactWith((host, { Parameters = {} }) =>
      host === 'i-002' ? { stdout: says('done', Parameters, elsewhere) } : {},
    );
    expect(await confirm()).toMatchObject({
      verdict: 'FAIL',
      problem: expect.stringMatching(
        /^Not at v1: host-2 is at v2, 4 paths differ\. .*something has put that version back since/,
      ),
    });
    expect(recordOf(await opened.events())).toMatchObject({
      restored_to: null,
      steps: [{}, { verdict: 'failed', hosts_done: 2 }],
    });
  });

  test('if a step was never run, whatever the hosts report', async () => {
    expect(await confirm()).toMatchObject({
      verdict: 'FAIL',
      problem: 'clear-cache is not done on host-1, host-2, host-3.',
    });
  });

  test('if a step failed on a host', async () => {
    opened.hosts.reactWith((host) => (host === 'i-003' ? { status: 'Failed', code: 1, stdout: '' } : {}));
    await expect(runStep()).rejects.toThrow();
    opened.hosts.reactWith(() => ({}));
    expect(await confirm()).toMatchObject({ verdict: 'FAIL', problem: 'clear-cache is not done on host-3.' });
  });
});

describe('INCONCLUSIVE', () => {
  test('if a host does not report', async () => {
    await runStep();
    opened.hosts.reactWith((host) => (host === 'i-001' ? { after: Number.POSITIVE_INFINITY } : {}));
    expect(await confirm()).toMatchObject({
      verdict: 'INCONCLUSIVE',
      problem: 'The version could not be read on 1 of 3 hosts: host-1 (no report in 150 s).',
    });
    expect((await opened.events()).at(-1)?.type).toBe('Recovery not confirmed');
  });
});

test('UNVERIFIED if a tagged host was not online at the opening; the others are restored, and the record names that host', async () => {
  const partly = await openedRollback(2, ['host-9']);
  const problem = 'Not online when the rollback opened, so not rolled back: host-9.';
  await runStep(partly);
  expect(await confirm(partly)).toMatchObject({ verdict: 'UNVERIFIED', problem });
  expect(recordOf(await partly.events())).toMatchObject({ restored_to: 'v1', problem });
});

test('UNVERIFIED names a stopped host with the reason why it was not online', async () => {
  const partly = await openedRollback(2, [{ name: 'host-9', away: 'its instance is stopped' }]);
  const problem = 'Not online when the rollback opened, so not rolled back: host-9 (its instance is stopped).';
  await runStep(partly);
  expect(await confirm(partly)).toMatchObject({ verdict: 'UNVERIFIED', problem });
});

describe('an alarm that stays red while a host cannot be reached', () => {
  const health = { ...check, id: 'confirm-health', parameters: { ...check.parameters, Step: 'confirm-health' } };
  const more = {
    recoveryMetrics: async () => ({ red: ['a'], metric: null }),
    probes: { in_a_row: 3, every_seconds: 10, give_up_seconds: 120 },
  };
  const problem =
    'Still red: a; host-9, which was not online and is not rolled back, may be the cause. This is the result of the last of 10 checks in 2.2 minutes; recovery needs 3 good checks in a row.';
  const confirmed = async (one: Opened) => {
    one.hosts.reactWith((_, { Parameters = {} }) => ({
      stdout: says('done', Parameters, { report: { at_target: true, version: 'v1', healthy: true } }),
    }));
    await runStep(one);
    return confirm(one, 600, more, health);
  };

  test('is watched until give_up, then ends unverified, and the record names the host that may cause it', async () => {
    const partly = await openedRollback(2, ['host-9']);
    expect(await confirmed(partly)).toMatchObject({ verdict: 'UNVERIFIED', problem });
    expect(recordOf(await partly.events())).toMatchObject({ restored_to: 'v1', problem });
  });

  test('does the same if an earlier rollback could not reach the host', async () => {
    const one = await openedRollback(2, [], ['host-1', 'host-2'], ['host-9']);
    expect(await confirmed(one)).toMatchObject({ verdict: 'UNVERIFIED', problem });
  });

  test('does the same if a person left the host out, and says so', async () => {
    const [left] = (await opened.deps.scopes.read('r-1'))?.hosts.slice(-1) ?? [];
    await opened.deps.scopes.leaveOut('r-1', left ? [{ ...left, by: 'ana', reason: 'disk' }] : []);
    expect(await confirmed(opened)).toMatchObject({
      verdict: 'UNVERIFIED',
      problem: expect.stringContaining(
        `Still red: a; ${left?.name}, which was left out by a person and is not rolled back, may be the cause.`,
      ),
    });
  });

  test('does not end unverified if the host is missing: it may have been taken out of the fleet for good', async () => {
    const one = await openedRollback(2, [{ name: 'host-9', away: 'it was deregistered', missing: true }]);
    expect(await confirmed(one)).toMatchObject({ verdict: 'FAIL' });
  });

  test('does not end unverified if every host was checked', async () => {
    expect(await confirmed(opened)).toMatchObject({ verdict: 'FAIL' });
  });
});

describe('called again', () => {
  beforeEach(() => runStep());

  test('continues the same look after StillRunning', async () => {
    opened.hosts.reactWith(() => ({ after: 80 }));
    await expect(confirm(opened, 60)).rejects.toMatchObject({ name: 'StillRunning' });
    expect(await confirm(opened, 60)).toMatchObject({ verdict: 'PASS' });
    expect(opened.hosts.sent).toHaveLength(2);
  });

  test('looks again after a verdict, and returns the new verdict', async () => {
    opened.hosts.reactWith((_, { Parameters = {} }) => ({ stdout: says('done', Parameters, elsewhere) }));
    expect((await confirm()).verdict).toBe('FAIL');
    opened.hosts.reactWith(() => ({}));
    expect((await confirm()).verdict).toBe('PASS');
    expect(recordOf(await opened.events())).toMatchObject({
      restored_to: 'v1',
      steps: [{}, { attempts: 2, verdict: 'done' }],
    });
  });
});

test('a rollback that no longer holds the fleet sends nothing', async () => {
  await opened.deps.locks.free('trading', 'r-1', opened.fence);
  await expect(confirm()).rejects.toThrow('Nothing was sent.');
  expect(opened.hosts.sent).toEqual([]);
});

describe('recovery is seen several times in a row', () => {
  const probes = { in_a_row: 3, every_seconds: 10, give_up_seconds: 120 };
  const health = { ...check, id: 'confirm-health', parameters: { ...check.parameters, Step: 'confirm-health' } };
  const asked = () => opened.hosts.sent.slice(1).map(({ Parameters }) => Parameters?.['Step']?.[0]);
  const saying = (report: (look: number) => object) =>
    opened.hosts.reactWith((_, { Parameters = {} }) =>
      Parameters['Step']?.[0] === 'confirm-health'
        ? {
            stdout: says('done', Parameters, {
              report: report(asked().filter((step) => step === 'confirm-health').length),
            }),
          }
        : {},
    );
  beforeEach(() => runStep());

  test('three good looks, ten seconds apart, are PASS', async () => {
    const before = opened.hosts.now();
    expect(await confirm(opened, 300, { probes })).toMatchObject({ verdict: 'PASS' });
    expect(asked()).toHaveLength(3);
    expect(opened.hosts.now() - before).toBeGreaterThanOrEqual(20_000);
    expect((await opened.events()).at(-1)?.detail).toMatchObject({ looks: 3 });
  });

  test('health is checked in each of them', async () => {
    saying(() => ({ healthy: true }));
    expect(await confirm(opened, 300, { probes }, health)).toMatchObject({ verdict: 'PASS' });
    expect(asked().filter((step) => step === 'confirm-health')).toHaveLength(3);
  });

  test('a bad look in between restarts the count', async () => {
    saying((look) => ({ healthy: look !== 2 }));
    expect(await confirm(opened, 300, { probes }, health)).toMatchObject({ verdict: 'PASS' });
    expect(asked().filter((step) => step === 'confirm-health')).toHaveLength(5);
  });

  test('an unhealthy fleet is watched until give_up, and the last look counts', async () => {
    saying(() => ({ healthy: false, failed: ['feed'] }));
    expect(await confirm(opened, 600, { probes }, health)).toMatchObject({
      verdict: 'FAIL',
      problem:
        'Not healthy: host-1 (feed); host-2 (feed); host-3 (feed), 3 of 3 hosts. This is the result of the last of 10 checks in 2.2 minutes; recovery needs 3 good checks in a row.',
    });
    expect((await opened.events()).at(-1)?.detail).toMatchObject({
      good: { 'confirm-recovery': 3, 'confirm-health': 0 },
    });
    expect(recordOf(await opened.events()).steps).toMatchObject([
      {},
      { step: 'confirm-recovery', verdict: 'done', hosts_done: 3, attempts: 10 },
      { step: 'confirm-health', verdict: 'failed', hosts_done: 0, attempts: 10 },
    ]);
    expect(opened.hosts.now() - Date.parse(START)).toBeGreaterThanOrEqual(120_000);
  });

  test('waits for an alarm that turns green while it looks', async () => {
    let looks = 0;
    const recoveryMetrics = async () => {
      looks += 1;
      return { red: looks < 3 ? ['a'] : [], metric: null };
    };
    expect(await confirm(opened, 300, { probes, recoveryMetrics })).toMatchObject({ verdict: 'PASS' });
    expect(looks).toBe(5);
  });

  test('a host at another version is not checked again: its version does not change by itself', async () => {
    opened.hosts.reactWith((_, { Parameters = {} }) => ({ stdout: says('done', Parameters, elsewhere) }));
    expect(await confirm(opened, 300, { probes })).toMatchObject({ verdict: 'FAIL' });
    expect(asked()).toHaveLength(1);
  });

  test('throws StillRunning if too little time is left for another look, and starts again on the next call', async () => {
    await expect(confirm(opened, 35, { probes })).rejects.toMatchObject({ name: 'StillRunning' });
    expect(await confirm(opened, 300, { probes })).toMatchObject({ verdict: 'PASS' });
  });
});

describe('looking stops', () => {
  const probes = { in_a_row: 3, every_seconds: 20, give_up_seconds: 300 };
  /** Returns the seconds from START until looking at a red fleet stops, for a rollback with this deadline. */
  async function givenUpAfter(deadline: string): Promise<number> {
    await runStep();
    const { deps, fence, hosts } = opened;
    const red = {
      ...deps,
      recoveryMetrics: async () => ({ red: ['alarm'], metric: null }),
      openRollbacks: alone,
      unreached: { all: async () => [] },
      probes,
    };
    const request = {
      fence,
      version: check,
      health: null,
      steps: ['clear-cache'],
      target_version: 'v1',
      own_checks: [],
    };
    await confirmRecovery(red, { ...request, rollback: { ...rollback, deadline } }, time(opened, 900));
    return Math.round((hosts.now() - Date.parse(START)) / 1000);
  }

  test.each([
    ['after give_up', '2026-03-02T10:00:00.000Z', 300, 330],
    ["at the severity's limit, if that comes first", '2026-03-02T09:02:00.000Z', 120, 150],
    ['after the looks it needs and one more, if the limit has passed', '2026-03-02T09:00:00.000Z', 80, 110],
  ])('%s', async (_, deadline, least, most) => {
    const seconds = await givenUpAfter(deadline);
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThan(most);
  });
});

test('a rollback that ended between two looks is not looked at again, and its history stays as it is', async () => {
  await runStep();
  const { deps, hosts } = opened;
  const sleep = meanwhile(deps, async (milliseconds) => {
    if (milliseconds >= tries.every_seconds * 1000) await ended(deps);
  });
  const probes = { in_a_row: 2, every_seconds: 10, give_up_seconds: 100 };
  await expect(confirm(opened, 300, { sleep, probes })).rejects.toThrow(RollbackOver);
  expect(hosts.sent).toHaveLength(2);
  expect((await opened.events()).map(({ type }) => type)).toEqual([
    ...['Rollback opened', 'Step started', 'Step done', 'Step started'],
  ]);
});

describe('a rollback that began at a later step', () => {
  /** It passes over the step, which r-0 did on these hosts, or does not repeat it there. */
  async function begun(hosts: readonly string[], passed: boolean) {
    const scope = await opened.deps.scopes.read('r-1');
    const begins_at = {
      ...{ step: 'verify', name: 'Verify', operator: 'ana', reason: 'cache is clear' },
      passed: passed ? [{ step: 'clear-cache', restores: false }] : [],
      done: [{ step: 'clear-cache', rollback: 'r-0', hosts }],
    };
    const Item = { ...frozenKey('r-1'), ...scope, begins_at };
    await opened.tables.db.send(new PutCommand({ TableName: 'state', Item }));
  }
  const all = ['i-001', 'i-002', 'i-003'];

  test('PASS if an earlier rollback did the steps before it on every host', async () => {
    await begun(all, true);
    expect(await confirm()).toMatchObject({ verdict: 'PASS', problem: null });
  });

  test('UNVERIFIED if nobody did such a step on one host, and says so', async () => {
    await begun(['i-001', 'i-003'], true);
    expect(await confirm()).toMatchObject({
      verdict: 'UNVERIFIED',
      problem: 'Left out, because ana began at Verify (cache is clear): clear-cache on host-2.',
    });
  });

  test('FAIL if a host is not at the target, whatever an earlier rollback did', async () => {
    await begun(all, true);
    opened.hosts.reactWith((host, { Parameters = {} }) =>
      host === 'i-002' ? { stdout: says('done', Parameters, elsewhere) } : {},
    );
    expect(await confirm()).toMatchObject({ verdict: 'FAIL', problem: expect.stringContaining('Not at v1: host-2') });
  });

  test('PASS if a later step is done on the hosts on which no earlier rollback did it', async () => {
    await begun(['i-001', 'i-003'], false);
    await runStep();
    expect(opened.hosts.sent.map(({ InstanceIds }) => InstanceIds)).toEqual([['i-002']]);
    expect(await confirm()).toMatchObject({ verdict: 'PASS' });
  });

  test('FAIL if a later step is not done on a host on which no earlier rollback did it', async () => {
    await begun(['i-001', 'i-003'], false);
    expect(await confirm()).toMatchObject({ verdict: 'FAIL', problem: 'clear-cache is not done on host-2.' });
  });
});

test('the verdicts on the steps are read once, for all phases and all looks', async () => {
  await runStep();
  const id = 'phase-2-confirm-recovery';
  const again = { ...check, id, parameters: { ...check.parameters, Step: id } };
  const reads: string[] = [];
  const everyHost = (of: string) => {
    reads.push(of);
    return opened.deps.history.everyHost(of);
  };
  const result = await confirmPhases(
    {
      ...opened.deps,
      history: { ...opened.deps.history, everyHost },
      recoveryMetrics: async () => ({ red: [], metric: null }),
      openRollbacks: alone,
      unreached: { all: async () => [] },
      probes: { in_a_row: 2, every_seconds: 10, give_up_seconds: 60 },
    },
    {
      rollback,
      fence: opened.fence,
      parts: [
        { steps: ['clear-cache'], target_version: 'v1', version: check },
        { steps: [], target_version: 'v1', version: again },
      ],
      target_version: 'v1',
      healths: [],
      own_checks: [],
    },
    time(opened, 300),
  );
  expect([result.verdict, reads]).toEqual(['PASS', ['r-1']]);
});
