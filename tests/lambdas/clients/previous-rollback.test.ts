import type { ListExecutionsCommandInput, SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import type { Happened } from '../../../domain/history/event.ts';
import { previousRollbackOn } from '../../../lambdas/clients/previous-rollback.ts';
import { historyIn } from '../../../lambdas/stores/history.ts';
import { emptyTables, noSleep } from '../tables.ts';

const arn = (name: string) => `arn:aws:states:eu-west-1:000000000000:execution:rollback-test-phase-1:${name}`;

/** A history of rollbacks with these endings, newest first, each after two steps of 4 s and 40 s. */
async function lastTimeAmong(endings: Readonly<Record<string, { ending: string; only_hosts?: string[] }>>) {
  const history = historyIn((await emptyTables()).db, 'history', noSleep);
  for (const [name, { ending, only_hosts = null }] of Object.entries(endings)) {
    const at = (seconds: number) => new Date(Date.parse('2026-03-02T09:00:00Z') + seconds * 1000).toISOString();
    const event = (id: string, type: Happened['type'], seconds: number, detail: object): Happened => ({
      id,
      type,
      at: at(seconds),
      detail: { ...detail },
    });
    const counted = { hosts_done: 1, hosts: 1, attempt: 1 };
    await history.append(
      name,
      event('opened', 'Rollback opened', 0, { phase: 1, start_time: at(0), execution_arn: arn(name), only_hosts }),
      event('1', 'Step started', 1, { step: 'clear-cache', ...counted }),
      event('2', 'Step done', 5, { step: 'clear-cache', ...counted }),
      event('3', 'Step started', 5, { step: 'confirm-recovery', ...counted }),
      event('4', 'Recovery confirmed', 45, { checks: ['confirm-recovery'], version: 'v1', hosts_done: 1 }),
      event('closed', 'Rollback closed', 48, { ending, problem: null, fence: 1, fleet: 'free' }),
    );
  }
  const asked: ListExecutionsCommandInput[] = [];
  const stepFunctions = {
    send: async ({ input }: { input: ListExecutionsCommandInput }) => {
      asked.push(input);
      return { executions: Object.keys(endings).map((name) => ({ name })) };
    },
  } as unknown as SFNClient;
  return { found: await previousRollbackOn(stepFunctions, history)(arn('r-9')), asked };
}

test('returns the newest successful rollback, with its duration and that of each step', async () => {
  const { found } = await lastTimeAmong({ 'r-8': { ending: 'Rolled back' }, 'r-7': { ending: 'Rolled back' } });
  expect(found).toEqual({
    rollback: 'r-8',
    at: '2026-03-02T09:00:48.000Z',
    minutes: 0.8,
    seconds: { 'clear-cache': 4, 'confirm-recovery': 40 },
  });
});

test.each([
  ['a plan', { ending: 'Planned' }],
  ['one that joined another', { ending: 'Joined the active rollback' }],
  ['one that left hosts unverified', { ending: 'Rolled back, unverified' }],
  ['one of a few hosts only', { ending: 'Rolled back', only_hosts: ['host-2'] }],
])('skips %s: it does not show how long a rollback takes', async (_, newest) => {
  expect((await lastTimeAmong({ 'r-8': newest, 'r-7': { ending: 'Rolled back' } })).found?.rollback).toBe('r-7');
});

test('returns null if no rollback was successful', async () => {
  expect((await lastTimeAmong({ 'r-8': { ending: 'Planned' } })).found).toBeNull();
});

test("lists the successful executions of the phase's own machine", async () => {
  expect((await lastTimeAmong({})).asked).toEqual([
    {
      stateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:rollback-test-phase-1',
      statusFilter: 'SUCCEEDED',
      maxResults: 50,
    },
  ]);
});
