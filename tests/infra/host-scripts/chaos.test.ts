import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contents } from './contents.ts';
import type { Host } from './host.ts';
import { onEachHost } from './on-each-host.ts';

let host: Host;
onEachHost((one) => {
  host = one;
});
afterEach(() => end());

const database = 'outputs/market_data.db';
const chaos = (env: Record<string, string>) =>
  host.verdict('chaos.py', {
    ...{ SSM_RollbackId: 'chaos', SSM_Step: 'chaos', SSM_Kind: 'beside', SSM_Mode: 'live', SSM_Fence: '0' },
    ...{ SSM_Target: 'pre-phase1-stable', SSM_Databases: database, PATH: `${join(host.root, 'bin')}:/usr/bin:/bin` },
    ...env,
  });
const begin = (fault: string, seconds = '60') => chaos({ SSM_Action: 'begin', SSM_Fault: fault, SSM_Seconds: seconds });
const end = () => chaos({ SSM_Action: 'end' });
const inTree = (path: string) => join(host.root, 'opt/trading', path);
const tags = () => host.git('tag', '--list');
const isLocked = () => {
  const open = new DatabaseSync(inTree(database));
  try {
    open.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch {
    return true;
  } finally {
    open.close();
  }
};
const isFull = () => {
  const path = join(host.state, 'exporting');
  return existsSync(path) && lstatSync(path).isSymbolicLink();
};
const isDirty = () => host.git('status', '--porcelain', '--untracked-files=no') !== '';

const soon = async (holds: () => boolean) => {
  for (const until = Date.now() + 100_000; !holds() && Date.now() < until; ) await sleep(50);
  return holds();
};

test.each([
  ['dirty-tree', isDirty],
  ['lose-tag', () => !tags().includes('pre-phase1-stable')],
  ['lock-database', isLocked],
  ['disk-full', isFull],
])('%s is there until it is taken away, and then everything is as before', async (fault, isThere) => {
  const before = contents(inTree(''));
  expect(await begin(fault)).toMatchObject({ verdict: 'done', report: { began: fault, seconds: 60, ended: [] } });
  expect(await soon(isThere)).toBe(true);
  expect(await end()).toMatchObject({ report: { ended: [fault] } });
  expect(await soon(() => !isThere())).toBe(true);
  expect(contents(inTree(''))).toEqual(before);
  expect(await end()).toMatchObject({ report: { ended: [] } });
});

test('another fault takes the place of the first, and ends by itself', async () => {
  await begin('lose-tag');
  expect(await begin('disk-full', '10')).toMatchObject({ report: { began: 'disk-full', ended: ['lose-tag'] } });
  expect([isFull(), tags().includes('pre-phase1-stable')]).toEqual([true, true]);
  expect(await soon(() => !isFull())).toBe(true);
});

describe('the agent', () => {
  const state = () => join(host.root, 'agent');
  const runs = () => readFileSync(state(), 'utf8') === 'active';
  beforeEach(() => {
    host.write('agent', 'active');
    const text = `#!/bin/sh
      case $1 in
        is-active) grep -qx active ${state()} ;;
        stop) sleep 0.2; printf inactive > ${state()} ;;
        start) printf active > ${state()} ;;
      esac\n`;
    chmodSync(host.write('bin/systemctl', text), 0o755);
  });

  test('reports that the fault has begun, then stops, and starts again by itself', async () => {
    expect(await begin('stop-agent', '10')).toMatchObject({ report: { began: 'stop-agent' } });
    expect(runs()).toBe(true);
    expect(await soon(() => !runs())).toBe(true);
    expect(await soon(runs)).toBe(true);
  });

  test('is not stopped any more once the fault was taken away', async () => {
    const notes = () => readdirSync(join(host.state, 'chaos')).filter((name) => name.endsWith('.json'));
    await begin('stop-agent', '10');
    expect(await end()).toMatchObject({ report: { ended: ['stop-agent'] } });
    await sleep(6000); // the agent would be stopped five seconds after the beginning
    expect([runs(), notes()]).toEqual([true, []]);
  });

  test('is refused if it does not run under the name of its service', async () => {
    host.write('agent', 'inactive');
    expect(await begin('stop-agent')).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('The service amazon-ssm-agent is not active under that name'),
    });
  });
});

test('a file that somebody changed since stays as it is', async () => {
  await begin('dirty-tree');
  const [path = ''] = host.git('diff', '--name-only').split('\n');
  host.git('checkout', '--', path);
  const text = readFileSync(inTree(path), 'utf8');
  await end();
  expect(readFileSync(inTree(path), 'utf8')).toBe(text);
});

test.each([
  [{ SSM_Action: 'begin', SSM_Fault: 'flood', SSM_Seconds: '60' }, 'There is no fault flood'],
  [{ SSM_Action: 'begin', SSM_Fault: 'dirty-tree', SSM_Seconds: '86400' }, 'must be 10 to 3600, found 86400'],
  [{ SSM_Action: 'start' }, 'must be begin or end, found start'],
  [{ SSM_Action: 'begin', SSM_Fault: 'lose-tag', SSM_Seconds: '60', SSM_Target: 'v99' }, 'no tag v99 to lose'],
])('%j is refused, and nothing is done', async (given, reason) => {
  const before = contents(inTree(''));
  expect(await chaos(given)).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
  expect(contents(inTree(''))).toEqual(before);
});
