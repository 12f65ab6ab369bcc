import { beforeEach, describe, expect, test } from 'vitest';
import { RollbackOver } from '../../../domain/errors.ts';
import { firstBreak } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { runOnHosts } from '../../../lambdas/operations/run-on-hosts.ts';
import { brakesIn } from '../../../lambdas/stores/brakes.ts';
import type { RollbackScope } from '../../../lambdas/stores/rollback-scope.ts';
import {
  clearCache as command,
  ended,
  instanceIds,
  meanwhile,
  openedRollback,
  rescoped,
  rollback,
} from '../opened-rollback.ts';
import { failing, says } from '../scripted-hosts.ts';

type Opened = Awaited<ReturnType<typeof openedRollback>>;
let opened: Opened;

/** One invocation of the function, by default with five minutes left. */
function run({ deps, fence, hosts }: Opened = opened, seconds = 300) {
  const end = hosts.now() + seconds * 1000;
  return runOnHosts(deps, { rollback, fence, command }, () => end - hosts.now());
}
const sentTo = ({ hosts }: Opened = opened) => hosts.sent.map(({ InstanceIds }) => InstanceIds);
const types = async ({ events }: Opened = opened) => (await events()).map(({ type }) => type);

beforeEach(async () => {
  opened = await openedRollback(3);
});

describe('a step that every host does', () => {
  test('returns counts and the end of the chain', async () => {
    const { chain, ...result } = await run();
    expect(result).toEqual({ step: 'clear-cache', attempt: 1, hosts_done: 3, hosts: 3 });
    expect(chain).toEqual({ count: 3, head: (await opened.events()).at(-1)?.hash });
  });

  test('is recorded as started and done', async () => {
    await run();
    expect(await types()).toEqual(['Rollback opened', 'Step started', 'Step done']);
    expect(firstBreak(await opened.events())).toBeUndefined();
  });

  test("keeps every host's report", async () => {
    await run();
    expect(await opened.deps.history.hosts('r-1', 'clear-cache')).toMatchObject(
      instanceIds(3).map((instance_id) => ({
        instance_id,
        verdict: 'done',
        report: { version: 'v1' },
        command_id: 'command-1',
      })),
    );
  });

  test('polls first after 2 s, because Systems Manager needs that long to run a script', async () => {
    await run();
    expect(opened.hosts.now() - (opened.hosts.sent[0]?.at ?? 0)).toBe(2000);
  });

  test('polls less often over time, at least every 5 s', async () => {
    opened.hosts.reactWith(() => ({ after: 100 }));
    await run();
    expect(opened.hosts.polls.length).toBeLessThan(30);
    expect(opened.hosts.now() - (opened.hosts.sent[0]?.at ?? 0)).toBeLessThan(105_000);
  });

  test('is not run again when the function is called again', async () => {
    const first = await run();
    expect(await run()).toEqual(first);
    expect(sentTo()).toHaveLength(1);
    expect(await types()).toEqual(['Rollback opened', 'Step started', 'Step done']);
  });

  test('marks the fleet as touched before the first command is sent', async () => {
    const { send } = opened.hosts.runCommand;
    let touched: boolean | undefined;
    const deps = {
      ...opened.deps,
      runCommand: {
        ...opened.deps.runCommand,
        send: async (input: Parameters<typeof send>[0]) => {
          touched = (await opened.deps.locks.holder('trading'))?.touched;
          return send(input);
        },
      },
    };
    await run({ ...opened, deps });
    expect(touched).toBe(true);
  });
});

test('on no host is no success: nothing is sent, and the fleet is not marked as touched', async () => {
  await opened.deps.scopes.spare(
    'r-1',
    instanceIds(3).map((instance_id) => ({ instance_id, name: instance_id })),
    'r-0',
  );
  await expect(run()).rejects.toThrow('Rollback r-1 has no host left to act on. Nothing was sent.');
  expect([sentTo(), await types(), (await opened.deps.locks.holder('trading'))?.touched]).toEqual([
    [],
    ['Rollback opened'],
    false,
  ]);
});

describe('the command', () => {
  test('goes to the frozen hosts by id, with the document that was frozen', async () => {
    await run();
    expect(opened.hosts.sent).toMatchObject([
      {
        DocumentName: 'rollback-test-clear',
        DocumentVersion: '3',
        DocumentHash: 'abc',
        DocumentHashType: 'Sha256',
        InstanceIds: instanceIds(3),
      },
    ]);
  });

  test('goes to at most 50 hosts; 120 hosts are three commands', async () => {
    const many = await openedRollback(120);
    const result = await run(many);
    expect(sentTo(many)).toEqual([
      instanceIds(120).slice(0, 50),
      instanceIds(120).slice(50, 100),
      instanceIds(120).slice(100),
    ]);
    expect(result).toMatchObject({ hosts_done: 120, hosts: 120 });
  });

  test('is one command for exactly 50 hosts', async () => {
    const many = await openedRollback(50);
    await run(many);
    expect(sentTo(many)).toEqual([instanceIds(50)]);
  });
});

describe('a step that fails on a host', () => {
  beforeEach(() =>
    opened.hosts.reactWith((host, sent, attempt) =>
      host === 'i-002' && attempt === 1 ? failing('disk full')(sent) : {},
    ),
  );

  test('fails, with host and reason', async () => {
    await expect(run()).rejects.toMatchObject({
      name: 'StepFailed',
      message: 'Clear cache failed on 1 of 3 hosts: host-2 (disk full).',
    });
  });

  test('is recorded with the hosts that failed', async () => {
    await expect(run()).rejects.toThrow();
    expect((await opened.events()).at(-1)).toMatchObject({
      type: 'Step failed',
      detail: {
        step: 'clear-cache',
        attempt: 1,
        hosts_done: 2,
        hosts: 3,
        failed: [{ host: 'host-2', reason: 'disk full' }],
      },
    });
  });

  test('is sent again only to the hosts that have not done it', async () => {
    await expect(run()).rejects.toThrow();
    expect(await run()).toMatchObject({ attempt: 2, hosts_done: 3, hosts: 3 });
    expect(sentTo()).toEqual([instanceIds(3), ['i-002']]);
  });

  test('has two attempts on record once it is done', async () => {
    await expect(run()).rejects.toThrow();
    await run();
    expect(recordOf(await opened.events()).steps).toMatchObject([
      { step: 'clear-cache', verdict: 'done', attempts: 2, hosts_done: 3 },
    ]);
    expect(firstBreak(await opened.events())).toBeUndefined();
  });

  test('names twenty failed hosts in its event, five in its sentence, and keeps all of them', async () => {
    const many = await openedRollback(60);
    many.hosts.reactWith((_, sent) => failing('disk full')(sent));
    await expect(run(many)).rejects.toThrow(
      /^Clear cache failed on 60 of 60 hosts: host-1 \(disk full\); .* and 55 more\.$/,
    );
    expect((await many.events()).at(-1)?.detail['failed']).toHaveLength(20);
    expect(await many.deps.history.hosts('r-1', 'clear-cache')).toHaveLength(60);
  });
});

describe('each host is judged for itself', () => {
  test('one success among hosts that were never reached is a failure', async () => {
    opened.hosts.reactWith((host) => (host === 'i-001' ? {} : { status: 'TimedOut', code: -1, stdout: '' }));
    await expect(run()).rejects.toThrow('Clear cache failed on 2 of 3 hosts: host-2 (TimedOut); host-3 (TimedOut).');
  });

  test('success and exit code 0 without a verdict are a failure', async () => {
    opened.hosts.reactWith((host) => (host === 'i-003' ? { stdout: '' } : {}));
    await expect(run()).rejects.toThrow('host-3 (no verdict: expected one JSON line on stdout, found nothing)');
  });

  test('a verdict cut off in the list is read in full', async () => {
    opened.hosts.reactWith((host, { Parameters = {} }) => {
      const whole = says('done', Parameters, { report: { text: 'x'.repeat(3000) } });
      return host === 'i-002' ? { stdout: whole.slice(0, 2400), whole } : {};
    });
    expect(await run()).toMatchObject({ hosts_done: 3 });
    expect(opened.hosts.asked).toEqual(['i-002']);
  });

  test('a verdict cut off in the list is read in full, also if another host never reports', async () => {
    opened.hosts.reactWith((host, { Parameters = {} }) => {
      const whole = says('done', Parameters, { report: { text: 'x'.repeat(3000) } });
      if (host === 'i-001') return { after: Number.POSITIVE_INFINITY };
      return host === 'i-002' ? { stdout: whole.slice(0, 2400), whole } : {};
    });
    await expect(run()).rejects.toThrow('Clear cache failed on 1 of 3 hosts: host-1 (no report in 150 s).');
  });

  test('a host that Systems Manager does not list yet is waited for', async () => {
    const { invocations } = opened.hosts.runCommand;
    let polls = 0;
    const runCommand = {
      ...opened.deps.runCommand,
      invocations: async (id: string) => {
        polls += 1;
        return polls < 3 ? [] : invocations(id);
      },
    };
    expect(await run({ ...opened, deps: { ...opened.deps, runCommand } })).toMatchObject({ hosts_done: 3 });
  });
});

describe('a host that does not report', () => {
  beforeEach(() => opened.hosts.reactWith((host) => (host === 'i-001' ? { after: Number.POSITIVE_INFINITY } : {})));

  test('times out with the attempt, and its command is cancelled', async () => {
    await expect(run()).rejects.toThrow('Clear cache failed on 1 of 3 hosts: host-1 (no report in 150 s).');
    expect(opened.hosts.cancelled).toEqual(['command-1']);
    expect(opened.hosts.now() - (opened.hosts.sent[0]?.at ?? 0)).toBeLessThan(155_000);
  });

  test('gets the command again from the next attempt, as the only host', async () => {
    await expect(run()).rejects.toThrow();
    opened.hosts.reactWith(() => ({}));
    expect(await run()).toMatchObject({ attempt: 2, hosts_done: 3 });
    expect(sentTo()).toEqual([instanceIds(3), ['i-001']]);
  });
});

describe("near the function's own timeout", () => {
  beforeEach(() => opened.hosts.reactWith(() => ({ after: 80 })));

  test('throws StillRunning while there is time left', async () => {
    const end = opened.hosts.now() + 60_000;
    await expect(run(opened, 60)).rejects.toMatchObject({
      name: 'StillRunning',
      message: 'Clear cache is still running on some hosts.',
    });
    expect(end - opened.hosts.now()).toBeGreaterThan(5000);
  });

  test('the next invocation continues the attempt: nothing is sent again', async () => {
    await expect(run(opened, 60)).rejects.toThrow();
    expect(await run(opened, 60)).toMatchObject({ attempt: 1, hosts_done: 3 });
    expect(sentTo()).toEqual([instanceIds(3)]);
    expect(await types()).toEqual(['Rollback opened', 'Step started', 'Step done']);
  });

  test('the end of the attempt stays where it was', async () => {
    opened.hosts.reactWith(() => ({ after: Number.POSITIVE_INFINITY }));
    for (const _ of [1, 2, 3]) await expect(run(opened, 60)).rejects.toThrow(/StillRunning|still running/);
    await expect(run(opened, 60)).rejects.toMatchObject({ name: 'StepFailed' });
    expect(opened.hosts.now() - (opened.hosts.sent[0]?.at ?? 0)).toBeLessThan(155_000);
  });
});

describe('Systems Manager throttles', () => {
  test('some polls: the next poll reads again', async () => {
    const { send } = opened.hosts.runCommand;
    const runCommand = {
      ...opened.deps.runCommand,
      send: async (input: Parameters<typeof send>[0]) => {
        const id = await send(input);
        opened.hosts.failingWith('ThrottlingException', 'ThrottlingException');
        return id;
      },
    };
    expect(await run({ ...opened, deps: { ...opened.deps, runCommand } })).toMatchObject({ hosts_done: 3 });
    expect(opened.hosts.polls).toHaveLength(3);
  });

  test('the command: the error reaches the state machine, which retries, and the attempt counts once', async () => {
    opened.hosts.failingWith('ThrottlingException');
    await expect(run()).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await run()).toMatchObject({ attempt: 1, hosts_done: 3 });
    expect(await types()).toEqual(['Rollback opened', 'Step started', 'Step done']);
  });

  test('any error of a poll but throttling is thrown', async () => {
    const invocations = async () => {
      throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    };
    const deps = { ...opened.deps, runCommand: { ...opened.deps.runCommand, invocations } };
    await expect(run({ ...opened, deps })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('nothing is sent', () => {
  test('by a rollback that no longer holds the fleet: a person released it', async () => {
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
    await expect(run()).rejects.toThrow(
      'Rollback r-1 no longer holds fleet trading: a person released it. Nothing was sent.',
    );
    expect(sentTo()).toEqual([]);
  });

  test('by a rollback whose fleet another rollback holds now', async () => {
    await opened.deps.locks.free('trading', 'r-1', opened.fence);
    await opened.deps.locks.take(
      'trading',
      { rollback: 'r-2', execution_arn: 'arn:r-2', phase: 2 },
      '2026-03-02T09:01:00.000Z',
    );
    await expect(run()).rejects.toThrow('Rollback r-1 no longer holds fleet trading: r-2 does. Nothing was sent.');
    expect(sentTo()).toEqual([]);
    expect(await opened.deps.locks.holder('trading')).toMatchObject({ rollback: 'r-2', touched: false });
  });

  test('with an earlier fence', async () => {
    await expect(run({ ...opened, fence: 0 })).rejects.toThrow('Nothing was sent.');
    expect(sentTo()).toEqual([]);
  });

  test('by a rollback that was never opened', async () => {
    const request = { rollback: { ...rollback, id: 'r-9' }, fence: 1, command };
    await expect(runOnHosts(opened.deps, request, () => 300_000)).rejects.toThrow(
      'Rollback r-9 was never opened: it has no frozen hosts.',
    );
    expect(sentTo()).toEqual([]);
  });

  test('of a document that was not frozen', async () => {
    const request = { rollback, fence: opened.fence, command: { ...command, document: 'other' } };
    await expect(runOnHosts(opened.deps, request, () => 300_000)).rejects.toThrow(
      'Document other was not frozen when r-1 opened.',
    );
    expect(sentTo()).toEqual([]);
  });
});

describe('killed at any moment, the next invocation continues', () => {
  /** Dependencies that fail after the nth write to a table or to Systems Manager. */
  const dying = ({ deps }: Opened, after: number) => {
    let writes = 0;
    const once =
      <Arguments extends unknown[], Result>(call: (...given: Arguments) => Promise<Result>) =>
      async (...given: Arguments) => {
        if (writes++ >= after) throw new Error('killed');
        return call(...given);
      };
    return {
      ...deps,
      history: { ...deps.history, append: once(deps.history.append), putHosts: once(deps.history.putHosts) },
      attempts: { ...deps.attempts, write: once(deps.attempts.write) },
      runCommand: { ...deps.runCommand, send: once(deps.runCommand.send) },
    };
  };

  test.each([0, 1, 2, 3, 4, 5])('after %i writes', async (after) => {
    await expect(run({ ...opened, deps: dying(opened, after) as Opened['deps'] })).rejects.toThrow('killed');
    expect(await run()).toMatchObject({ attempt: 1, hosts_done: 3, hosts: 3 });
    expect(await types()).toEqual(['Rollback opened', 'Step started', 'Step done']);
    expect(firstBreak(await opened.events())).toBeUndefined();
  });
});

describe('a step in waves', () => {
  const waves = { canary: 1, size: 2, stop_after: 0 };
  const runInWaves = (one: Opened, seconds = 300) => {
    const end = one.hosts.now() + seconds * 1000;
    const request = { rollback, fence: one.fence, command: { ...command, waves } };
    return runOnHosts(one.deps, request, () => end - one.hosts.now());
  };
  beforeEach(async () => {
    opened = await openedRollback(5);
  });

  test('is sent to the canary, and then to one wave of hosts at a time', async () => {
    expect(await runInWaves(opened)).toMatchObject({ hosts_done: 5, hosts: 5, attempt: 1 });
    expect(sentTo()).toEqual([['i-001'], ['i-002', 'i-003'], ['i-004', 'i-005']]);
  });

  test('sends the next wave only when the one before is over', async () => {
    opened.hosts.reactWith(() => ({ after: 20 }));
    await runInWaves(opened);
    const [canary, first, second] = opened.hosts.sent.map(({ at }) => at);
    expect((first ?? 0) - (canary ?? 0)).toBeGreaterThanOrEqual(20_000);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(20_000);
  });

  test('stops if the canary fails: the others are not touched, and each has that on record', async () => {
    opened.hosts.reactWith((host, input) => (host === 'i-001' ? failing('disk full')(input) : {}));
    await expect(runInWaves(opened)).rejects.toThrow(
      'Clear cache failed on 1 of 5 hosts: host-1 (disk full); not sent to 4 (the run stopped at its error limit).',
    );
    expect(sentTo()).toEqual([['i-001']]);
    expect(await opened.deps.history.hosts('r-1', 'clear-cache')).toMatchObject([
      { name: 'host-1', reason: 'disk full' },
      ...[2, 3, 4, 5].map((i) => ({
        name: `host-${i}`,
        verdict: 'not started',
        reason: 'not sent: 1 host failed in an earlier wave',
      })),
    ]);
  });

  test('tells hosts that failed from hosts that were not sent to, in event and record', async () => {
    opened.hosts.reactWith((host, input) => (host === 'i-002' ? failing('disk full')(input) : {}));
    await expect(runInWaves(opened)).rejects.toThrow('failed on 1 of 5 hosts');
    const event = (await opened.deps.history.events('r-1')).at(-1);
    expect(event?.detail).toMatchObject({
      hosts_done: 2,
      not_sent: 2,
      failed: [{ host: 'host-2', reason: 'disk full' }],
    });
    expect(recordOf(await opened.deps.history.events('r-1')).steps).toMatchObject([
      { verdict: 'failed', hosts_done: 2, hosts_not_sent: 2 },
    ]);
  });

  test("keeps a host's earlier verdict if this attempt stops before its wave", async () => {
    opened.hosts.reactWith((host, input) =>
      host === 'i-002' || host === 'i-003' ? failing(`${host} is full`)(input) : {},
    );
    await expect(runInWaves(opened)).rejects.toThrow('failed on 2 of 5 hosts');
    await expect(runInWaves(opened)).rejects.toThrow(
      'failed on 2 of 5 hosts: host-2 (i-002 is full); host-3 (i-003 is full); not sent to 2',
    );
    expect(sentTo()).toEqual([['i-001'], ['i-002', 'i-003'], ['i-002']]);
  });

  test('begins again with the hosts that have not done it', async () => {
    opened.hosts.reactWith((host, input, attempt) => (host === 'i-002' && attempt === 1 ? failing('busy')(input) : {}));
    await expect(runInWaves(opened)).rejects.toThrow('busy');
    await runInWaves(opened);
    expect(sentTo()).toEqual([['i-001'], ['i-002', 'i-003'], ['i-002'], ['i-004', 'i-005']]);
  });

  test('is continued by the next invocation in the wave where the last one stopped', async () => {
    opened.hosts.reactWith(() => ({ after: 20 }));
    await expect(runInWaves(opened, 40)).rejects.toMatchObject({ name: 'StillRunning' });
    await runInWaves(opened);
    expect(sentTo()).toEqual([['i-001'], ['i-002', 'i-003'], ['i-004', 'i-005']]);
  });

  describe.each([
    ['its rollback has ended: a function may outlive its execution', ended, RollbackOver],
    [
      'the fleet was released',
      ({ locks }: Opened['deps']) => locks.free('trading', 'r-1', opened.fence),
      'Rollback r-1 no longer holds fleet trading: a person released it. Nothing was sent.',
    ],
  ])('while the canary works, and then %s', (_, lose, error) => {
    beforeEach(async () => {
      const { deps } = opened;
      const sleep = meanwhile(deps, () => lose(deps));
      await expect(runInWaves({ ...opened, deps: { ...deps, sleep } })).rejects.toThrow(error);
    });

    test('is not sent to the next wave', () => expect(sentTo()).toEqual([['i-001']]));
    test('leaves the history as it is', async () => expect(await types()).toEqual(['Rollback opened', 'Step started']));
  });
});

describe('a host that left the fleet', () => {
  const gone =
    (...hosts: string[]) =>
    (host: string) =>
      hosts.includes(host) ? 'InvalidInstanceId' : undefined;

  test('does not keep the others from doing the step', async () => {
    opened.hosts.refuseWith(gone('i-002'));
    expect(await run()).toMatchObject({ hosts_done: 2, hosts: 2 });
    expect(sentTo()).toEqual([['i-001'], ['i-003']]);
  });

  test('has a verdict of its own', async () => {
    opened.hosts.refuseWith(gone('i-002'));
    await run();
    expect(await opened.deps.history.hosts('r-1', 'clear-cache')).toMatchObject([
      { instance_id: 'i-001', verdict: 'done' },
      {
        instance_id: 'i-002',
        verdict: 'lost',
        reason: expect.stringMatching(/^left the fleet: Systems Manager cannot/),
      },
      { instance_id: 'i-003', verdict: 'done' },
    ]);
  });

  test('has the reason that EC2 and Systems Manager know', async () => {
    opened.hosts.refuseWith(gone('i-002'));
    const whyLost = async (lost: readonly { host: { instance_id: string; name: string } }[]) =>
      lost.map(({ host }) => ({ host, reason: 'left the fleet: its instance was terminated' }));
    await runOnHosts({ ...opened.deps, whyLost }, { rollback, fence: opened.fence, command }, () => 300_000);
    const [, second] = await opened.deps.history.hosts('r-1', 'clear-cache');
    expect(second).toMatchObject({ verdict: 'lost', reason: 'left the fleet: its instance was terminated' });
  });

  test('is in the record, and counts no more', async () => {
    opened.hosts.refuseWith(gone('i-002'));
    await run();
    const events = await opened.events();
    expect(events.map(({ type }) => type)).toEqual(['Rollback opened', 'Step started', 'Hosts lost', 'Step done']);
    expect(events[2]?.detail).toMatchObject({ step: 'clear-cache', lost: 1, names: ['host-2'] });
    expect(recordOf(events).hosts_not_online).toEqual(['host-2']);
  });

  test('gets no later step', async () => {
    opened.hosts.refuseWith(gone('i-002'));
    await run();
    const later = { ...command, id: 'later', parameters: { ...command.parameters, Step: 'later' } };
    await runOnHosts(opened.deps, { rollback, fence: opened.fence, command: later }, () => 300_000);
    expect(sentTo().at(-1)).toEqual(['i-001', 'i-003']);
    expect(await opened.deps.scopes.read('r-1')).toMatchObject({ lost: [{ name: 'host-2' }] });
  });

  test('may have lost its tag: then only it is refused', async () => {
    opened.hosts.refuseWith((host) => (host === 'i-003' ? 'AccessDeniedException' : undefined));
    expect(await run()).toMatchObject({ hosts_done: 2, hosts: 2 });
    expect(sentTo()).toEqual([['i-001', 'i-002']]);
  });

  test('is found among 50 by a few requests', async () => {
    const many = await openedRollback(50);
    many.hosts.refuseWith(gone('i-017'));
    expect(await run(many)).toMatchObject({ hosts_done: 49, hosts: 49 });
    expect(many.hosts.refused.length + many.hosts.sent.length).toBeLessThan(14);
  });

  test('does not end a run in waves', async () => {
    const waves = { canary: 1, size: 1, stop_after: 1 };
    opened.hosts.refuseWith(gone('i-001'));
    const request = { rollback, fence: opened.fence, command: { ...command, waves } };
    expect(await runOnHosts(opened.deps, request, () => 300_000)).toMatchObject({ hosts_done: 2, hosts: 2 });
  });

  test('and did the step half keeps its command, so that its data loss is not known', async () => {
    opened.hosts.reactWith((host, sent, attempt) => (host === 'i-002' && attempt === 1 ? failing('killed')(sent) : {}));
    await expect(run()).rejects.toThrow();
    opened.hosts.refuseWith(gone('i-002'));
    expect(await run()).toMatchObject({ attempt: 2, hosts_done: 2, hosts: 2 });
    const [, second] = await opened.deps.history.hosts('r-1', 'clear-cache');
    expect(second).toMatchObject({ verdict: 'lost', command_id: 'command-1' });
  });

  test('is found again by the next invocation if the first ended before it was recorded', async () => {
    opened.hosts.refuseWith(gone('i-002'));
    const deps = {
      ...opened.deps,
      scopes: { ...opened.deps.scopes, lose: async () => Promise.reject(new Error('crash')) },
    };
    await expect(run({ ...opened, deps })).rejects.toThrow('crash');
    expect(await run()).toMatchObject({ attempt: 1, hosts_done: 2, hosts: 2 });
    expect((await types()).filter((type) => type === 'Hosts lost')).toHaveLength(1);
  });

  test('ends the step with an error if it was the last one', async () => {
    opened.hosts.refuseWith(() => 'InvalidInstanceId');
    await expect(run()).rejects.toThrow(/^Every host left the fleet before Clear cache: host-1 left the fleet: /);
  });
});

test('a function that may send to no host at all loses none: the error is its own', async () => {
  opened.hosts.failingWith('AccessDeniedException');
  await expect(run()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

describe('while running rollbacks are stopped', () => {
  const pause = { operator: 'ana', reason: 'the exchange called', phase: null, now: true } as const;
  const paused = (more: object = {}) =>
    brakesIn(opened.tables.db, 'state').set('pause', {
      ...pause,
      at: new Date(opened.hosts.now()).toISOString(),
      ...more,
    });

  test('a step does not begin, and the fleet is not marked', async () => {
    await paused();
    await expect(run()).rejects.toMatchObject({
      name: 'PausedNow',
      message: expect.stringMatching(
        /^Automation has been paused since \S+ by ana, with running rollbacks stopped: the exchange called\. .* was not begun\.$/,
      ),
    });
    expect([sentTo(), (await opened.deps.locks.holder('trading'))?.touched]).toEqual([[], false]);
  });

  test('a step that failed on a host is not tried again', async () => {
    opened.hosts.reactWith((host, sent) => (host === 'i-002' ? failing('no')(sent) : {}));
    await expect(run()).rejects.toMatchObject({ name: 'StepFailed' });
    await paused();
    await expect(run()).rejects.toThrow(/ was not tried again\.$/);
    expect(sentTo()).toHaveLength(1);
  });

  test('a step that runs is followed to its end', async () => {
    opened.hosts.reactWith(() => ({ after: 60 }));
    await expect(run(opened, 40)).rejects.toMatchObject({ name: 'StillRunning' });
    await paused();
    expect(await run()).toMatchObject({ hosts_done: 3, hosts: 3 });
    expect(sentTo()).toHaveLength(1);
  });

  test.each([
    ['of another phase', { phase: 2 }],
    ['without now', { now: undefined }],
  ])('a pause %s stops no step', async (_, more) => {
    await paused(more);
    expect(await run()).toMatchObject({ hosts_done: 3 });
  });
});

describe('while the version to restore is blocked', () => {
  const block = (more: object = {}) =>
    brakesIn(opened.tables.db, 'state').set('block', {
      operator: 'ana',
      reason: 'loses orders',
      phase: null,
      at: new Date(opened.hosts.now()).toISOString(),
      ...{ version: 'pre-phase1', ...more },
    });
  /** The version of phase 1 is restored by `by`, and that of phase 3, which is undone before it, by `restore-3`. */
  const toRestore = (by: string, parts: RollbackScope['parts'] = []) =>
    rescoped(opened, {
      targets: [
        { phase: 3, version: 'pre-phase3', by: ['restore-3'] },
        { phase: 1, version: 'pre-phase1', by: [by] },
      ],
      ...(parts.length > 0 ? { parts } : {}),
    });

  test.each([
    ['that restores it', command.id],
    ['before the one that restores it', 'restore'],
  ])('a step %s does not begin, and the fleet is not marked', async (_, by) => {
    await toRestore(by);
    await block();
    await expect(run()).rejects.toMatchObject({
      name: 'TargetBlocked',
      message: expect.stringMatching(
        /^The step was not begun\. Version pre-phase1 has been blocked since \S+ by ana: loses orders\. .*: npm run rollback -- unblock --version pre-phase1 --operator "YOUR NAME" --reason "WHY"/,
      ),
    });
    expect([sentTo(), (await opened.deps.locks.holder('trading'))?.touched]).toEqual([[], false]);
  });

  test('of several phases, each blocked one is named, with the command that unblocks it', async () => {
    await toRestore('restore');
    await block();
    await block({ version: 'pre-phase3', phase: 3 });
    await expect(run()).rejects.toThrow(/--version pre-phase3 --phase 3 .* --version pre-phase1 --operator/);
  });

  test.each<[string, object, () => Promise<unknown>]>([
    ['a block of another phase', { phase: 2 }, () => toRestore('restore')],
    ['a block of another version', { version: 'v1.3.0' }, () => toRestore('restore')],
    ['a block, if the rollback restores no code,', {}, async () => {}],
    [
      'a block of a phase that another rollback has done',
      { version: 'pre-phase3' },
      () => toRestore('restore', [{ phase: 3, deployment: null, window_start: '', done_by: 'r-0' }]),
    ],
    [
      'a block of what is restored',
      {},
      async () => {
        await toRestore('restore');
        const attempt = { number: 1, verdict: 'done', commands: [], gives_up_at: '' } as const;
        await opened.deps.attempts.write('r-1', 'restore', attempt);
      },
    ],
  ])('%s stops nothing', async (_, more, given) => {
    await given();
    await block(more);
    expect(await run()).toMatchObject({ hosts_done: 3 });
  });
});
