import { beforeEach, describe, expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import { type ConfirmDeps, confirmRecovery } from '../../../lambdas/confirm-recovery/confirm-recovery.ts';
import type { HostCommand } from '../../../lambdas/middleware/payload.ts';
import { runOnHosts } from '../../../lambdas/run-on-hosts/run-on-hosts.ts';
import { says } from '../hosts-that-answer.ts';
import { openedRollback, rollback, START, clearCache as step } from '../opened-rollback.ts';

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
const confirm = (one = opened, seconds = 300, more: Partial<ConfirmDeps> = {}, health: HostCommand | null = null) =>
  confirmRecovery(
    { ...one.deps, watch: async () => ({ red: [], metric: null }), probes: { in_a_row: 1, ...tries }, ...more },
    { rollback, fence: one.fence, version: check, health, steps: ['clear-cache'], target_version: 'v1' },
    time(one, seconds),
  );
const tries = { every_seconds: 10, give_up_seconds: 0 };
const elsewhere = { report: { at_target: false, version: 'v2', different: 4 } };

beforeEach(async () => {
  opened = await openedRollback(3);
});

describe('PASS', () => {
  beforeEach(() => runStep());

  test('where every step is done and every host is at the target', async () => {
    expect(await confirm()).toMatchObject({ verdict: 'PASS', problem: null });
  });

  test('is told with the version, and the record is restored to it', async () => {
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

  test('asks every host, those too that have done every step', async () => {
    await confirm();
    expect(opened.hosts.sent[1]).toMatchObject({
      DocumentName: 'rollback-test-look',
      InstanceIds: ['i-001', 'i-002', 'i-003'],
      Parameters: { Kind: ['check'] },
    });
  });

  test('keeps what every host said', async () => {
    await confirm();
    expect(await opened.deps.history.hosts('r-1', 'confirm-recovery')).toMatchObject([
      { report: { version: 'v1' } },
      { report: { version: 'v1' } },
      { report: { version: 'v1' } },
    ]);
  });
});

describe('FAIL', () => {
  test('where a host runs another version', async () => {
    await runStep();
    opened.hosts.answering((host, { Parameters = {} }) =>
      host === 'i-002' ? { stdout: says('done', Parameters, elsewhere) } : {},
    );
    expect(await confirm()).toMatchObject({
      verdict: 'FAIL',
      problem: 'Not at v1: host-2 is at v2, 4 paths differ.',
    });
    expect(recordOf(await opened.events())).toMatchObject({
      restored_to: null,
      steps: [{}, { verdict: 'failed', hosts_done: 2 }],
    });
  });

  test('where a step was never run, whatever the hosts say', async () => {
    expect(await confirm()).toMatchObject({
      verdict: 'FAIL',
      problem: 'clear-cache is not done on host-1, host-2, host-3.',
    });
  });

  test('where a step failed on a host', async () => {
    opened.hosts.answering((host) => (host === 'i-003' ? { status: 'Failed', code: 1, stdout: '' } : {}));
    await expect(runStep()).rejects.toThrow();
    opened.hosts.answering(() => ({}));
    expect(await confirm()).toMatchObject({ verdict: 'FAIL', problem: 'clear-cache is not done on host-3.' });
  });
});

describe('INCONCLUSIVE', () => {
  test('where a host does not answer', async () => {
    await runStep();
    opened.hosts.answering((host) => (host === 'i-001' ? { after: Number.POSITIVE_INFINITY } : {}));
    expect(await confirm()).toMatchObject({
      verdict: 'INCONCLUSIVE',
      problem: 'The version could not be read on 1 of 3 hosts: host-1 (no answer in 150 s).',
    });
    expect((await opened.events()).at(-1)?.type).toBe('Recovery not confirmed');
  });
});

test('UNVERIFIED where a tagged host was not online at the opening; the others are restored, and the record names it', async () => {
  const partly = await openedRollback(2, ['host-9']);
  const problem = 'Not online when the rollback opened, so not rolled back: host-9.';
  await runStep(partly);
  expect(await confirm(partly)).toMatchObject({ verdict: 'UNVERIFIED', problem });
  expect(recordOf(await partly.events())).toMatchObject({ restored_to: 'v1', problem });
});

describe('an alarm that stays red while a host is passed by', () => {
  const health = { ...check, id: 'confirm-health', parameters: { ...check.parameters, Step: 'confirm-health' } };
  const more = {
    watch: async () => ({ red: ['a'], metric: null }),
    probes: { in_a_row: 3, every_seconds: 10, give_up_seconds: 120 },
  };
  const problem =
    'Still red: a; host-9, which was not online and is not rolled back, may be the cause. This is the result of the last of 11 checks in 2 minutes; recovery needs 3 good checks in a row.';
  const confirmed = async (one: Opened) => {
    one.hosts.answering((_, { Parameters = {} }) => ({
      stdout: says('done', Parameters, { report: { at_target: true, version: 'v1', healthy: true } }),
    }));
    await runStep(one);
    return confirm(one, 600, more, health);
  };

  test('is looked at until it is given up, then ends unverified, and the record says whose it may be', async () => {
    const partly = await openedRollback(2, ['host-9']);
    expect(await confirmed(partly)).toMatchObject({ verdict: 'UNVERIFIED', problem });
    expect(recordOf(await partly.events())).toMatchObject({ restored_to: 'v1', problem });
  });

  test('does so too where an earlier rollback passed it by', async () => {
    const one = await openedRollback(2, [], ['host-1', 'host-2'], ['host-9']);
    expect(await confirmed(one)).toMatchObject({ verdict: 'UNVERIFIED', problem });
  });

  test('does not where every host was asked', async () => {
    expect(await confirmed(opened)).toMatchObject({ verdict: 'FAIL' });
  });
});

describe('called again', () => {
  beforeEach(() => runStep());

  test('after StillRunning it takes up the same look', async () => {
    opened.hosts.answering(() => ({ after: 80 }));
    await expect(confirm(opened, 60)).rejects.toMatchObject({ name: 'StillRunning' });
    expect(await confirm(opened, 60)).toMatchObject({ verdict: 'PASS' });
    expect(opened.hosts.sent).toHaveLength(2);
  });

  test('after a verdict it looks again, and says what it sees now', async () => {
    opened.hosts.answering((_, { Parameters = {} }) => ({ stdout: says('done', Parameters, elsewhere) }));
    expect((await confirm()).verdict).toBe('FAIL');
    opened.hosts.answering(() => ({}));
    expect((await confirm()).verdict).toBe('PASS');
    expect(recordOf(await opened.events())).toMatchObject({
      restored_to: 'v1',
      steps: [{}, { attempts: 2, verdict: 'done' }],
    });
  });
});

test('a rollback that no longer holds the fleet asks nothing', async () => {
  await opened.deps.locks.free('trading', 'r-1', opened.fence);
  await expect(confirm()).rejects.toThrow('Nothing was sent.');
  expect(opened.hosts.sent).toEqual([]);
});

describe('recovery is seen several times in a row', () => {
  const probes = { in_a_row: 3, every_seconds: 10, give_up_seconds: 120 };
  const health = { ...check, id: 'confirm-health', parameters: { ...check.parameters, Step: 'confirm-health' } };
  const asked = () => opened.hosts.sent.slice(1).map(({ Parameters }) => Parameters?.['Step']?.[0]);
  const saying = (report: (look: number) => object) =>
    opened.hosts.answering((_, { Parameters = {} }) =>
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

  test('health is asked in each of them', async () => {
    saying(() => ({ healthy: true }));
    expect(await confirm(opened, 300, { probes }, health)).toMatchObject({ verdict: 'PASS' });
    expect(asked().filter((step) => step === 'confirm-health')).toHaveLength(3);
  });

  test('a bad look between them begins the count anew', async () => {
    saying((look) => ({ healthy: look !== 2 }));
    expect(await confirm(opened, 300, { probes }, health)).toMatchObject({ verdict: 'PASS' });
    expect(asked().filter((step) => step === 'confirm-health')).toHaveLength(5);
  });

  test('what stays ill is looked at until it is given up, and the last look stands', async () => {
    saying(() => ({ healthy: false, failed: ['feed'] }));
    expect(await confirm(opened, 600, { probes }, health)).toMatchObject({
      verdict: 'FAIL',
      problem:
        'Not healthy: host-1 (feed); host-2 (feed); host-3 (feed), 3 of 3 hosts. This is the result of the last of 11 checks in 2 minutes; recovery needs 3 good checks in a row.',
    });
    expect((await opened.events()).at(-1)?.detail).toMatchObject({
      good: { 'confirm-recovery': 3, 'confirm-health': 0 },
    });
    expect(recordOf(await opened.events()).steps).toMatchObject([
      {},
      { step: 'confirm-recovery', verdict: 'done', hosts_done: 3, attempts: 11 },
      { step: 'confirm-health', verdict: 'failed', hosts_done: 0, attempts: 11 },
    ]);
    expect(opened.hosts.now() - Date.parse(START)).toBeGreaterThanOrEqual(120_000);
  });

  test('an alarm that goes green while it looks is waited for', async () => {
    let looks = 0;
    const watch = async () => {
      looks += 1;
      return { red: looks < 3 ? ['a'] : [], metric: null };
    };
    expect(await confirm(opened, 300, { probes, watch })).toMatchObject({ verdict: 'PASS' });
    expect(looks).toBe(5);
  });

  test('a host at another version is not looked at again: it does not move by itself', async () => {
    opened.hosts.answering((_, { Parameters = {} }) => ({ stdout: says('done', Parameters, elsewhere) }));
    expect(await confirm(opened, 300, { probes })).toMatchObject({ verdict: 'FAIL' });
    expect(asked()).toHaveLength(1);
  });

  test('with too little time left for another look it says StillRunning, and begins anew when asked again', async () => {
    await expect(confirm(opened, 35, { probes })).rejects.toMatchObject({ name: 'StillRunning' });
    expect(await confirm(opened, 300, { probes })).toMatchObject({ verdict: 'PASS' });
  });
});

describe('looking ends', () => {
  const probes = { in_a_row: 3, every_seconds: 20, give_up_seconds: 300 };
  /** Seconds from START until a fleet that stays red is given up, by a rollback whose limit is then. */
  async function givenUpAfter(deadline: string): Promise<number> {
    await runStep();
    const { deps, fence, hosts } = opened;
    const red = { ...deps, watch: async () => ({ red: ['alarm'], metric: null }), probes };
    const request = { fence, version: check, health: null, steps: ['clear-cache'], target_version: 'v1' };
    await confirmRecovery(red, { ...request, rollback: { ...rollback, deadline } }, time(opened, 900));
    return Math.round((hosts.now() - Date.parse(START)) / 1000);
  }

  test.each([
    ['after give_up', '2026-03-02T10:00:00.000Z', 300, 330],
    ["at the severity's limit, if that comes first", '2026-03-02T09:02:00.000Z', 120, 150],
    ['after the looks it needs and one, if the limit is past', '2026-03-02T09:00:00.000Z', 80, 110],
  ])('%s', async (_, deadline, least, most) => {
    const seconds = await givenUpAfter(deadline);
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThan(most);
  });
});
