import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BeginsAt } from '../../../domain/history/begins-at.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { frozenKey } from '../../../domain/tables.ts';
import { flipFlag } from '../../../lambdas/flip-flag/flip-flag.ts';
import { runOnHosts } from '../../../lambdas/operations/run-on-hosts.ts';
import { clearCache, openedRollback, rollback } from '../opened-rollback.ts';
import { says } from '../scripted-hosts.ts';

let opened: Awaited<ReturnType<typeof openedRollback>>;
beforeEach(async () => {
  opened = await openedRollback(3);
});

const restore = {
  ...clearCache,
  ...{ id: 'restore', name: 'Restore', restores: 'v1' },
  parameters: { ...clearCache.parameters, Step: 'restore' },
};
const begins: BeginsAt = {
  ...{ step: 'verify', name: 'Verify', operator: 'ana', reason: 'the rest is done' },
  passed: [
    { step: 'clear-cache', restores: false },
    { step: 'restore', restores: true },
  ],
  done: [{ step: 'clear-cache', rollback: 'r-0', hosts: ['i-001', 'i-002'] }],
};

/** Has the rollback begin at a later step, as its opening stores it. */
async function beginning(changes: Partial<BeginsAt> = {}) {
  const scope = await opened.deps.scopes.read('r-1');
  if (!scope) throw new Error('The rollback has no scope.');
  const Item = { ...frozenKey('r-1'), ...scope, begins_at: { ...begins, ...changes } };
  await opened.tables.db.send(new PutCommand({ TableName: 'state', Item }));
}
const run = (command: typeof clearCache, repeat: 'all' | 'failed' | null = null) =>
  runOnHosts(opened.deps, { rollback, fence: opened.fence, command, repeat }, () => 300_000);
const typed = async (type: string) => (await opened.events()).filter((one) => one.type === type);

describe('a step before the first one', () => {
  beforeEach(() => beginning());

  test('is sent to no host, and is not done', async () => {
    expect(await run(clearCache)).toMatchObject({ step: 'clear-cache', passed_over: true, hosts_done: 0, hosts: 3 });
    expect(opened.hosts.sent).toEqual([]);
    expect(recordOf(await opened.events()).steps).toEqual([]);
  });

  test('is recorded once, with the rollback that did it and the number of hosts on which it is left out', async () => {
    await run(clearCache);
    await run(clearCache);
    expect(await typed('Step passed over')).toMatchObject([
      { detail: { step: 'clear-cache', hosts: 3, done_before: 2, left_out: 1, by: ['r-0'] } },
    ]);
  });

  test('flips no flag', async () => {
    const flags = { override: () => Promise.reject(new Error('a flag was set')) };
    const request = { rollback, fence: opened.fence, command: clearCache, flags: { data_source: 'barchart' } };
    expect(await flipFlag({ ...opened.deps, flags }, request, () => 300_000)).toMatchObject({ passed_over: true });
  });

  test('is passed over too when an operator has answered about a later step', async () => {
    expect(await run(clearCache, 'failed')).toMatchObject({ passed_over: true });
  });
});

describe('the code, if the step that restores it comes before the first one', () => {
  /** Each host reports a commit, and how many files a restore would change there. */
  const differing = (files: Readonly<Record<string, number>>) =>
    opened.hosts.reactWith((host, { Parameters = {} }) => {
      const report = { to: 'v1', commit: 'a'.repeat(40), would_change: files[host] ?? 0 };
      return { stdout: says('done', Parameters, { report }) };
    });
  beforeEach(() => beginning());

  test('is not restored if every host is at the target, as each is asked', async () => {
    differing({});
    expect(await run(restore)).toMatchObject({ step: 'restore', passed_over: true });
    expect(opened.hosts.sent.map(({ Parameters }) => Parameters?.['Mode'])).toEqual([['plan'], ['plan']]);
    expect(await typed('Step passed over')).toMatchObject([{ detail: { version: 'v1', code_at_target: 3 } }]);
  });

  test('is not restored, and stops the rollback, if one host is not at the target', async () => {
    differing({ 'i-002': 4 });
    await expect(run(restore)).rejects.toMatchObject({
      name: 'StepFailed',
      message:
        'Restore failed on 1 of 3 hosts: host-2 (not at v1: 4 files differ, and the step that restores it was left out; nothing was changed. The answer retry restores it).',
    });
    expect(opened.hosts.sent.every(({ Parameters }) => Parameters?.['Mode']?.[0] === 'plan')).toBe(true);
    expect(recordOf(await opened.events()).steps).toMatchObject([
      { step: 'restore', verdict: 'failed', hosts_done: 2 },
    ]);
  });

  test('is asked about again when the machine tries again', async () => {
    differing({ 'i-002': 4 });
    await expect(run(restore)).rejects.toThrow('host-2');
    differing({});
    expect(await run(restore)).toMatchObject({ passed_over: true });
  });

  test('is restored on the failed host once an operator has answered that', async () => {
    differing({ 'i-002': 4 });
    await expect(run(restore)).rejects.toThrow('host-2');
    const asked = opened.hosts.sent.length;
    differing({});
    expect(await run(restore, 'failed')).toMatchObject({ hosts_done: 3, hosts: 3 });
    expect(opened.hosts.sent.slice(asked)).toMatchObject([
      { InstanceIds: ['i-002'], Parameters: { Step: ['restore'] } },
    ]);
    expect(opened.hosts.sent.at(-1)?.Parameters?.['Mode']).toBeUndefined();
  });
});

describe('a later step that an earlier rollback did', () => {
  const later = { passed: [], done: [{ step: 'clear-cache', rollback: 'r-0', hosts: ['i-001', 'i-003'] }] };

  test('is sent to the other hosts only', async () => {
    await beginning(later);
    expect(await run(clearCache)).toMatchObject({ hosts_done: 3, hosts: 3 });
    expect(opened.hosts.sent).toMatchObject([{ InstanceIds: ['i-002'] }]);
  });

  test('is not repeated there either when an operator has it repeated on every host', async () => {
    await beginning(later);
    await run(clearCache);
    await run(clearCache, 'all');
    expect(opened.hosts.sent.flatMap(({ InstanceIds }) => InstanceIds)).not.toContain('i-001');
  });

  test('is sent to nobody if it is done on every host', async () => {
    await beginning({
      passed: [],
      done: [{ step: 'clear-cache', rollback: 'r-0', hosts: ['i-001', 'i-002', 'i-003'] }],
    });
    expect(await run(clearCache)).toMatchObject({ passed_over: true });
    expect(await typed('Step passed over')).toMatchObject([{ detail: { done_before: 3, left_out: 0 } }]);
    expect(opened.hosts.sent).toEqual([]);
  });
});
