import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StatisticsReport } from '../../../cli/text/stats-text.ts';
import { countersKey, tableNames } from '../../../domain/tables.ts';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

let account: SimulatedAccount;
/** Runs `rollback WORDS…` on this account with a person's credentials. */
const run = (words: readonly string[], as = 'ana@rollback-local-operator') =>
  account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));
const read = async (...words: string[]) => {
  const { code, stdout, stderr } = await run(['stats', '--json', ...words], 'eve@rollback-local-auditor');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as StatisticsReport;
};

/** A deployment, a rollback of it, and an annotation, counted by Reconcile within a minute. */
beforeAll(async () => {
  account = await simulatedAccount(await sharedAssembly());
  await run(['deployed', '--phase', '1', '--version', 'v1.4.0'], 'ana@rollback-local-deployer');
  const { code, stdout } = await run(['start', '--phase', '1', '--operator', 'ana', '--json']);
  expect(code).toBe(0);
  const id = JSON.parse(stdout).rollback_id;
  expect((await run(['annotate', id, '--operator', 'ana', '--false-positive'])).code).toBe(0);
  await account.letPass(120);
}, 120_000);
afterAll(() => account.close());

test('a rollback is counted once: by its ending, its false positive, and as a failure of its deployment', async () => {
  const { groups } = await read();
  expect(groups).toHaveLength(1);
  expect(groups[0]).toMatchObject({
    group: 'all',
    rollbacks: {
      count: 1,
      endings: { 'Rolled back': 1 },
      success: { count: 1, of: 1, share: 1 },
      false_positive: { count: 1, of: 1, share: 1 },
    },
    deployments: { deployments: 1, change_failure_rate: { count: 1, of: 1, share: 1 }, recovery: { count: 1 } },
  });
});

test('its minutes are inside the limit of its severity', async () => {
  const whole = (await read()).groups[0]?.rollbacks.minutes.find(({ part }) => part === 'whole');
  expect(whole).toMatchObject({ severity: 'HIGH', count: 1, limit: 60, inside: 'yes' });
});

test('by phase it is in its phase, and in no other', async () => {
  const { groups } = await read('--by', 'phase');
  expect(groups.map(({ group, rollbacks }) => [group, rollbacks.count])).toEqual([
    ['1', 1],
    ['all', 1],
  ]);
});

test('plans are counted apart', async () => {
  expect((await read('--mode', 'plan')).groups[0]).toMatchObject({ rollbacks: { count: 0, success: { share: null } } });
});

test('the table and the CSV have the same figures', async () => {
  const { stdout: text } = await run(['stats']);
  expect(text).toMatch(/^ {2}all +1 +1 +0 +0 +0 +100 % \(1 of 1\)/m);
  const { stdout: csv } = await run(['stats', '--csv']);
  expect(csv.split('\r\n')).toContain('all,rollbacks success share,1');
});

describe('--check', () => {
  test('counts the rollbacks themselves, and finds that the counters agree', async () => {
    const { code, stdout } = await run(['stats', '--last', '1', '--check'], 'eve@rollback-local-auditor');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d{4}-\d\d {2}the counters agree with 1 rollback\n$/)]);
  });

  test('names the cell that was changed by hand, and how to rebuild the month', async () => {
    const client = new DynamoDBClient({
      region: 'us-east-1',
      endpoint: account.endpoint,
      credentials: { accessKeyId: 'owner', secretAccessKey: 'x' },
    });
    const db = DynamoDBDocumentClient.from(client);
    const month = new Date().toISOString().slice(0, 7);
    const TableName = tableNames('local').history;
    const Key = countersKey({ month, mode: 'live', phase: 1, trigger: 'manual' }, 1);
    const { Item } = await db.send(new GetCommand({ TableName, Key }));
    await db.send(new PutCommand({ TableName, Item: { ...Item, counters: { ...Item?.['counters'], count: 3 } } }));
    const { code, stdout } = await run(['stats', '--month', month, '--check']);
    await db.send(new PutCommand({ TableName, Item: { ...Item } }));
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining(`${month}  phase 1, manual: rollbacks: 3 counted, and 1 found\n`),
    ]);
    expect(stdout).toContain(`{"rebuild_statistics": "${month}"}`);
  });
});

describe('bad input exits 2 with one sentence, before anything is read:', () => {
  test.each([
    ['a month that is none', ['--month', '2026-13'], /^--month takes a month such as \d{4}-\d\d; found "2026-13"\.\n$/],
    ['a range that ends before it starts', ['--from', '2026-02', '--to', '2026-01'], /^--from must not be after --to/],
    ['an unknown trigger', ['--trigger', 'manul'], /^Unknown trigger "manul"; did you mean "manual"\?/],
    ['a check of one phase', ['--check', '--phase', '1'], /^--check takes months, --mode and --json, because/],
    ['two formats', ['--json', '--csv'], /^Choose one of --json and --csv\.\n$/],
  ])('%s', async (_, words, says) => {
    const { code, stdout, stderr } = await run(['stats', ...words]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(says)]);
  });
});
