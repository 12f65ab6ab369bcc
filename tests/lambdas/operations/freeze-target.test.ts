import { beforeEach, describe, expect, test } from 'vitest';
import type { Happened } from '../../../domain/history/event.ts';
import { freezeEarly } from '../../../lambdas/operations/freeze-target.ts';
import { runOnHosts } from '../../../lambdas/operations/run-on-hosts.ts';
import { instanceIds, openedRollback, rollback } from '../opened-rollback.ts';
import { failing, says } from '../scripted-hosts.ts';

type Opened = Awaited<ReturnType<typeof openedRollback>>;
let opened: Opened;
const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];

/** A step that restores code, as its machine passes it to the function. */
const command = {
  id: 'restore-code',
  name: 'Restore code',
  document: 'rollback-test-clear',
  timeout_seconds: 180,
  attempt_seconds: 270,
  parameters: { Step: 'restore-code', Kind: 'step', Mode: 'live', Target: 'v1' },
  restores: 'v1',
  waves: { canary: 1, size: 50, stop_after: 0 },
};
const run = ({ deps, fence } = opened) => runOnHosts(deps, { rollback, fence, command }, () => 300_000);
const sent = ({ hosts } = opened) =>
  hosts.sent.map(({ InstanceIds, Parameters: { Step, Mode, Kind, Variant, Commit } = {} }) => ({
    hosts: InstanceIds,
    ...{ Step: Step?.[0], Mode: Mode?.[0], Kind: Kind?.[0], Variant: Variant?.[0], Commit: Commit?.[0] },
  }));
/** The hosts' tags name these commits, and every step restores what the host's own tag names. */
const tagsAt = (commits: Readonly<Record<string, string>>, { hosts } = opened) =>
  hosts.reactWith((host, { Parameters = {} }) => ({
    stdout: says('done', Parameters, { report: { to: 'v1', commit: commits[host] ?? a } }),
  }));
const events = async () => (await opened.events()).map(({ type, detail }) => ({ type, detail }));

beforeEach(async () => {
  opened = await openedRollback(3);
  tagsAt({});
});

test('all hosts are asked for the commit of the tag before the first one is restored', async () => {
  await run();
  const check = { Step: 'target-commit', Mode: 'plan', Kind: 'check', Variant: 'quick', Commit: undefined };
  const step = { Step: 'restore-code', Mode: 'live', Kind: 'step', Variant: undefined, Commit: a };
  expect(sent()).toEqual([
    { hosts: instanceIds(3), ...check },
    { hosts: ['i-001'], ...step },
    { hosts: ['i-002', 'i-003'], ...step },
  ]);
});

test('the commit is in the scope and in the history', async () => {
  await run();
  expect(await opened.deps.scopes.read('r-1')).toMatchObject({ target_commit: a });
  expect(await events()).toMatchObject([
    { type: 'Rollback opened' },
    { type: 'Target frozen', detail: { step: 'restore-code', version: 'v1', commit: a, hosts: 3, not_read: [] } },
    { type: 'Step started' },
    { type: 'Step done' },
  ]);
});

test('the check takes two seconds', async () => {
  const begin = opened.hosts.now();
  await run();
  expect((opened.hosts.sent[1]?.at ?? Infinity) - begin).toBeLessThanOrEqual(2000);
});

test('a retry neither asks again nor takes another commit, although the tags have moved', async () => {
  opened.hosts.reactWith((_, { Parameters = {} }) =>
    Parameters['Step']?.[0] === 'target-commit'
      ? { stdout: says('done', Parameters, { report: { to: 'v1', commit: a } }) }
      : failing('disk full')({ Parameters, DocumentName: '' }),
  );
  await expect(run()).rejects.toMatchObject({ name: 'StepFailed' });
  tagsAt({ 'i-001': b, 'i-002': b, 'i-003': b });
  await run();
  expect(sent().filter(({ Step }) => Step === 'target-commit')).toHaveLength(1);
  expect(sent().at(-1)).toMatchObject({ Commit: a });
});

test('a crash between freezing the commit and recording it leaves the same commit and one event', async () => {
  const { append } = opened.deps.history;
  const history = {
    ...opened.deps.history,
    append: async (...[id, ...happened]: Parameters<typeof append>) => {
      if ((happened[0] as Happened | undefined)?.type === 'Target frozen') throw new Error('crash');
      return append(id, ...happened);
    },
  };
  await expect(run({ ...opened, deps: { ...opened.deps, history } })).rejects.toThrow('crash');
  tagsAt({ 'i-001': b, 'i-002': b, 'i-003': b });
  await run();
  expect((await events()).filter(({ type }) => type === 'Target frozen')).toMatchObject([{ detail: { commit: a } }]);
  expect(sent().at(-1)).toMatchObject({ Step: 'restore-code', Commit: a });
});

describe('if the tag names another commit on one host', () => {
  beforeEach(() => tagsAt({ 'i-002': b }));
  const problem =
    'The tag v1 names aaaaaaaaaaaa on 2 of 3 hosts, but bbbbbbbbbbbb on host-2. Nothing was restored. Fetch the right tag on every host, then start again.';

  test('the step fails, and names both commits and the odd host', async () => {
    await expect(run()).rejects.toMatchObject({ name: 'StepFailed', message: `Restore code: ${problem}` });
  });

  test('no host is restored', async () => {
    await expect(run()).rejects.toThrow();
    expect(sent().map(({ Mode }) => Mode)).toEqual(['plan']);
  });

  test('the history says why', async () => {
    await expect(run()).rejects.toThrow();
    expect((await events()).at(-1)).toEqual({
      type: 'Target not frozen',
      detail: {
        ...{ step: 'restore-code', version: 'v1', problem },
        failed: [{ host: 'host-2', reason: 'the tag v1 names bbbbbbbbbbbb here' }],
      },
    });
  });

  test('a retry asks again, and goes on once the tag is right', async () => {
    await expect(run()).rejects.toThrow();
    tagsAt({});
    expect(await run()).toMatchObject({ hosts_done: 3 });
  });
});

describe('if a host has no such tag', () => {
  beforeEach(() =>
    opened.hosts.reactWith((host, one) =>
      host === 'i-003'
        ? failing('There is no tag v1 in the tree')(one)
        : { stdout: says('done', one.Parameters ?? {}, { report: { to: 'v1', commit: a } }) },
    ),
  );

  test('no host is restored: the others would run a version that this one cannot have', async () => {
    await expect(run()).rejects.toMatchObject({
      name: 'StepFailed',
      message:
        'Restore code: The commit of the tag v1 could not be read on 1 of 3 hosts: host-3 (There is no tag v1 in the tree). Nothing was restored.',
    });
    expect(sent().map(({ Mode }) => Mode)).toEqual(['plan']);
  });
});

test('a host that is silent in the check gets the commit of the others, and is named', async () => {
  opened.hosts.reactWith((host, { Parameters = {} }) =>
    host === 'i-003' && Parameters['Step']?.[0] === 'target-commit'
      ? { begins: Infinity, after: Infinity }
      : { stdout: says('done', Parameters, { report: { to: 'v1', commit: a } }) },
  );
  expect(await run()).toMatchObject({ hosts_done: 3 });
  expect((await events())[1]).toMatchObject({ type: 'Target frozen', detail: { hosts: 2, not_read: ['host-3'] } });
  expect(sent().at(-1)).toMatchObject({ hosts: ['i-002', 'i-003'], Commit: a });
});

test('nothing is restored while half of the hosts are silent: theirs could be the right commit', async () => {
  const two = await openedRollback(2);
  two.hosts.reactWith((host, { Parameters = {} }) =>
    host === 'i-002'
      ? { begins: Infinity, after: Infinity }
      : { stdout: says('done', Parameters, { report: { to: 'v1', commit: a } }) },
  );
  await expect(run(two)).rejects.toThrow(
    'Restore code: The commit of the tag v1 could not be read on 1 of 2 hosts: host-2 (no report in 40 s). Nothing was restored.',
  );
  expect(two.hosts.sent).toHaveLength(1);
});

test('a host that left the fleet does not keep the others from being restored', async () => {
  opened.hosts.refuseWith((host) => (host === 'i-002' ? 'InvalidInstanceId' : undefined));
  expect(await run()).toMatchObject({ hosts_done: 2, hosts: 2 });
});

test('a rollback that completes an earlier one asks no host: the commit is that of the earlier one', async () => {
  await opened.deps.scopes.freezeCommit('r-1', b);
  await run();
  expect(sent()[0]).toMatchObject({ hosts: ['i-001'], Step: 'restore-code', Commit: b });
});

test('a step that restores no code asks nobody', async () => {
  const { restores: _, ...other } = command;
  await runOnHosts(opened.deps, { rollback, fence: opened.fence, command: other }, () => 300_000);
  expect(sent().map(({ Step }) => Step)).toEqual(['restore-code', 'restore-code']);
});

describe('beside the first step', () => {
  const early = ({ deps, fence }: Pick<Opened, 'deps' | 'fence'> = opened) =>
    freezeEarly(deps, { rollback, fence, command }, () => 300_000);
  /** SendCommand that is accepted after 2 s, after `meanwhile`. */
  const withSlowSend = (meanwhile: () => Promise<unknown> = async () => {}, { deps, fence } = opened) => ({
    fence,
    deps: {
      ...deps,
      runCommand: {
        ...deps.runCommand,
        send: async (...[input, look]: Parameters<typeof deps.runCommand.send>) => {
          await Promise.all([deps.sleep(2000), meanwhile()]);
          return deps.runCommand.send(input, look);
        },
      },
    },
  });

  test('the commit is frozen, and nothing else is sent', async () => {
    await early();
    expect(await opened.deps.scopes.read('r-1')).toMatchObject({ target_commit: a });
    expect(sent().map(({ Mode }) => Mode)).toEqual(['plan']);
  });

  test('the lock is not marked: a rollback that stops before its first step leaves the fleet free', async () => {
    await early();
    expect(await opened.deps.locks.holder(rollback.fleet)).toMatchObject({ touched: false });
  });

  test('nor is it marked if SendCommand is throttled, so that its next try looks at the lock again', async () => {
    await early(withSlowSend());
    expect(sent().map(({ Mode }) => Mode)).toEqual(['plan']);
    expect(await opened.deps.locks.holder(rollback.fleet)).toMatchObject({ touched: false });
  });

  test('nothing is sent by such a try if a person has released the fleet meanwhile', async () => {
    await early(withSlowSend(() => opened.deps.locks.free(rollback.fleet, 'r-1', opened.fence)));
    expect(sent()).toEqual([]);
  });

  test('a tag that moves on every host after that is not taken: each host gets the frozen commit', async () => {
    await early();
    tagsAt({ 'i-001': b, 'i-002': b, 'i-003': b });
    await run();
    expect(sent().filter(({ Mode }) => Mode === 'live')).toMatchObject([{ Commit: a }, { Commit: a }]);
  });

  test('hosts that differ end nothing; the restoring step asks again', async () => {
    tagsAt({ 'i-002': b });
    await early();
    tagsAt({});
    await run();
    expect(await opened.deps.scopes.read('r-1')).toMatchObject({ target_commit: a });
  });

  test('nothing is sent for a rollback that does not hold the fleet', async () => {
    await freezeEarly(opened.deps, { rollback, fence: opened.fence + 1, command }, () => 300_000);
    expect(sent()).toEqual([]);
  });
});
