import { readFileSync } from 'node:fs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoReview } from '../../../domain/afterwards/review.ts';
import { historyQuery } from '../../../domain/history/history-query.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { contributionOf, failureOf } from '../../../domain/statistics/contribution.ts';
import { type RemoteAccount, remoteAccount } from '../../../rehearsals/account.ts';
import { overHttp } from '../../../rehearsals/over-http.ts';
import { synthesized } from '../../rehearsals/synthesized.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';

// docs/decisions/drills.md lists every reader of rollbacks. Most of them read items of the state table, so a drill may write no
// such item; the others read the mode or the ending of a record.

const region = 'us-east-1';
let now = Date.parse('2026-03-02T09:00:00Z');
let account: SimulatedAccount;
let remote: RemoteAccount;
let before: string[];
const ids: string[] = [];

/** Returns the keys of the state table. */
async function keys(): Promise<string[]> {
  const db = new DynamoDBClient({
    endpoint: account.endpoint,
    region,
    credentials: { accessKeyId: 'eve', secretAccessKey: 'x' },
  });
  const { Items = [] } = await db.send(new ScanCommand({ TableName: 'rollback-local-state' }));
  return Items.map(({ pk, sk }) => `${pk?.S} / ${sk?.S}`);
}
async function drill(phase: number): Promise<string> {
  const stateMachineArn = `arn:aws:states:${region}:000000000000:stateMachine:rollback-local-phase-${phase}`;
  const input = JSON.stringify({ mode: 'simulate', trigger: 'data_corruption' });
  const { executionArn = '' } = await remote.stepFunctions.send(new StartExecutionCommand({ stateMachineArn, input }));
  now += 3 * 60_000;
  await remote.letTimePass(new Date(now).toISOString());
  return executionArn.split(':').at(-1) ?? '';
}

beforeAll(async () => {
  account = await simulatedAccount(await synthesized(), { virtualFrom: now });
  remote = remoteAccount(overHttp(account.endpoint, region), 'local');
  const deployed = {
    stateMachineArn: `arn:aws:states:${region}:000000000000:stateMachine:rollback-local-record-deployment`,
  };
  await remote.stepFunctions.send(
    new StartExecutionCommand({ ...deployed, input: '{"phase": 1, "version": "v1.4.0"}' }),
  );
  now += 10 * 60_000; // what the product stores every minute and every five minutes is there before
  await remote.letTimePass(new Date(now).toISOString());
  before = await keys();
  for (const phase of [1, 2, 3, 4]) ids.push(await drill(phase));
}, 300_000);
afterAll(() => account.close());

const events = (id: string) => remote.events(id) as unknown as Promise<Parameters<typeof recordOf>[0]>;

test('the drills were held', async () => {
  for (const id of ids) expect(recordOf(await events(id))).toMatchObject({ mode: 'simulate', ending: 'Drill passed' });
});

describe('a drill writes into the state table', () => {
  test('its own items and its result, and nothing else', async () => {
    const own = ids.flatMap((id) => [
      `ROLLBACK#${id} / `,
      `LATE#${id} / `,
      `TRANSITIONS#${id} / `,
      `TRANSITIONS / ${id}`,
    ]);
    const result = /^DRILLS \/ (HELD#[1-4]#data_corruption|PASSED#[1-4])$/;
    const ofEveryHistory = ['EXPORTED / HISTORY', 'TRANSITIONS#links / LINKS']; // by the export and by transition events
    const added = (await keys()).filter((key) => !ofEveryHistory.includes(key) && !before.includes(key));
    expect(added.filter((key) => !own.some((one) => key.startsWith(one)) && !result.test(key))).toEqual([]);
    expect(added.filter((key) => result.test(key))).toHaveLength(8);
  });

  test.each([
    ['budget, cool-down, cap on hosts, steps done earlier', / \/ BEGAN#/],
    ['alarms and starts that join', / \/ OPEN/],
    ['the queue of the fleet, and prepare-deployment', /^FLEET#.* \/ (LOCK|FENCE|WAITER#)/],
    ['alarms that were handled', /^ALARM#/],
    ['blocked versions', / \/ BLOCKED#/],
    ['suspect rows', / \/ ROW WINDOW/],
    ['hosts that a rollback owes', /^UNREACHED/],
    ['reviews', /^REVIEW/],
    ['questions', /^(QUESTION|TOKEN)/],
  ])('no item of: %s', async (_, pattern) => {
    expect((await keys()).filter((key) => pattern.test(key))).toEqual([]);
  });
});

describe('a reader of records passes a drill over, or counts it apart:', () => {
  test.each<[string, (drilled: Parameters<typeof recordOf>[0]) => unknown, unknown]>([
    ['statistics count it under its mode', (all) => contributionOf(all)?.cell.mode, 'simulate'],
    [
      'statistics count its minutes in that cell alone',
      (all) => Object.keys(contributionOf(all)?.counters.minutes ?? {}),
      ['CRITICAL'],
    ],
    ['statistics count no rollback that acted', (all) => contributionOf(all)?.counters.acted, undefined],
    ['its deployment has not failed', (all) => failureOf(all), undefined],
    ['it needs no review', (all) => whyNoReview(recordOf(all)), 'it was a drill'],
    ['it restored no version', (all) => recordOf(all).restored_to, null],
    ['the usual duration of a step is that of an ending', (all) => recordOf(all).ending === 'Rolled back', false],
  ])('%s', async (_, read, expected) => {
    for (const id of ids) expect(read(await events(id))).toEqual(expected);
  });

  test('history and backtest ask for the mode live unless told otherwise', () => {
    expect(JSON.stringify(historyQuery('history', { phase: 1 }, { limit: 1 }))).toContain('live');
    expect(JSON.stringify(historyQuery('history', { phase: 1 }, { limit: 1 }))).not.toContain('simulate');
  });
});

test('the page of the decision names each reader once', () => {
  const page = readFileSync(new URL('../../../docs/decisions/drills.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('| reader | reads | a drill |');
  expect([...table.matchAll(/^\| (?!---)/gm)]).toHaveLength(16);
});
