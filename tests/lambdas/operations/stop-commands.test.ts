import { beforeEach, describe, expect, test } from 'vitest';
import { RollbackOver } from '../../../domain/errors.ts';
import { firstBreak } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { failedIn } from '../../../domain/host/failed-hosts.ts';
import { runOnHosts } from '../../../lambdas/operations/run-on-hosts.ts';
import { stopCommands } from '../../../lambdas/operations/stop-commands.ts';
import { clearCache as command, ended, meanwhile, openedRollback, rollback } from '../opened-rollback.ts';
import type { HostReaction } from '../scripted-hosts.ts';

let opened: Awaited<ReturnType<typeof openedRollback>>;
beforeEach(async () => {
  opened = await openedRollback(3);
});

/**
 * The step was sent; its execution ended 5 s later, in the middle of the step, and was found half a minute after that.
 */
async function stoppedInTheMiddle(answers: Readonly<Record<string, HostReaction>>) {
  const { deps, fence, hosts } = opened;
  hosts.reactWith((host) => answers[host] ?? { after: Number.POSITIVE_INFINITY });
  const end = hosts.now() + 20_000;
  await runOnHosts(deps, { rollback, fence, command }, () => end - hosts.now()).catch(() => {});
  await hosts.sleep(30_000);
  await stopCommands(deps, 'r-1', 'ABORTED');
}
const verdicts = async () =>
  Object.fromEntries((await opened.deps.history.everyHost('r-1')).map(({ name, verdict }) => [name, verdict]));
const record = async () => recordOf(await opened.events());

test('cancels the commands that an ended execution left running', async () => {
  await stoppedInTheMiddle({});
  expect(opened.hosts.cancelled).toEqual(['command-1']);
});

test('records per host whether it had done the step, had not started, or is unknown', async () => {
  await stoppedInTheMiddle({
    'i-001': { after: 1 },
    'i-002': { begins: Number.POSITIVE_INFINITY, after: Number.POSITIVE_INFINITY },
  });
  expect(await verdicts()).toEqual({ 'host-1': 'done', 'host-2': 'not started', 'host-3': 'unknown' });
});

test('records hosts of later waves, which the command was never sent to, as not started', async () => {
  const { deps, fence, hosts } = opened;
  hosts.reactWith(() => ({ after: Number.POSITIVE_INFINITY }));
  const end = hosts.now() + 20_000;
  const waves = { canary: 1, size: 2, stop_after: 0 };
  const request = { rollback, fence, command: { ...command, waves } };
  await runOnHosts(deps, request, () => end - hosts.now()).catch(() => {});
  await stopCommands(deps, 'r-1', 'ABORTED');
  expect(await verdicts()).toEqual({ 'host-1': 'unknown', 'host-2': 'not started', 'host-3': 'not started' });
});

test('writes an event that names the hosts, in an unbroken chain', async () => {
  await stoppedInTheMiddle({ 'i-001': { after: 1 } });
  expect((await opened.events()).at(-1)).toMatchObject({
    type: 'Execution stopped',
    detail: {
      step: 'clear-cache',
      execution_status: 'ABORTED',
      hosts: 3,
      hosts_done: 1,
      not_started: [],
      failed: [],
      unknown: ['host-2', 'host-3'],
    },
  });
  expect(firstBreak(await opened.events())).toBeUndefined();
});

test('names a host that failed with its reason, as every event of a step does', async () => {
  await stoppedInTheMiddle({ 'i-002': { after: 1, status: 'Failed', code: 1, stdout: '' } });
  expect(failedIn((await opened.events()).at(-1)?.detail ?? {})).toEqual([
    { host: 'host-2', reason: expect.stringContaining('exit') },
  ]);
});

describe('the record', () => {
  test('has unknown for a step that was cut short, and how many hosts did it', async () => {
    await stoppedInTheMiddle({ 'i-001': { after: 1 } });
    expect((await record()).steps).toMatchObject([{ step: 'clear-cache', verdict: 'unknown', hosts_done: 1 }]);
  });

  test('has done if every host did it before it could be cancelled', async () => {
    await stoppedInTheMiddle({ 'i-001': { after: 9 }, 'i-002': { after: 9 }, 'i-003': { after: 9 } });
    expect((await record()).steps).toMatchObject([{ verdict: 'done', hosts_done: 3 }]);
  });
});

test('twice stops and records nothing more', async () => {
  await stoppedInTheMiddle({});
  const events = await opened.events();
  await stopCommands(opened.deps, 'r-1', 'ABORTED');
  expect(await opened.events()).toEqual(events);
  expect(opened.hosts.cancelled).toEqual(['command-1']);
});

test('the invocation that was still waiting writes nothing more', async () => {
  const { deps, fence, hosts } = opened;
  hosts.reactWith(() => ({ after: 3 }));
  const sleep = meanwhile(deps, async () => {
    await ended(deps);
    await stopCommands(deps, 'r-1', 'ABORTED');
  });
  await expect(runOnHosts({ ...deps, sleep }, { rollback, fence, command }, () => 300_000)).rejects.toThrow(
    RollbackOver,
  );
  expect((await opened.events()).at(-1)?.type).toBe('Execution stopped');
});

test('waits at most ten seconds for agents that do not respond', async () => {
  await stoppedInTheMiddle({});
  const began = opened.hosts.now();
  await stopCommands(opened.deps, 'r-1', 'ABORTED');
  expect(opened.hosts.now() - began).toBeLessThanOrEqual(12_000);
});

test('does nothing if nothing was running', async () => {
  await stopCommands(opened.deps, 'r-1', 'ABORTED');
  expect((await opened.events()).map(({ type }) => type)).toEqual(['Rollback opened']);
});

test('a step that was cut short runs again when its execution is resumed, on the hosts that had not done it', async () => {
  await stoppedInTheMiddle({ 'i-001': { after: 1 } });
  opened.hosts.reactWith(() => ({}));
  await runOnHosts(opened.deps, { rollback, fence: opened.fence, command }, () => 300_000);
  expect(opened.hosts.sent.at(-1)?.InstanceIds).toEqual(['i-002', 'i-003']);
});
