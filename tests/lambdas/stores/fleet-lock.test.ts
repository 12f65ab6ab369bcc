import { beforeEach, describe, expect, test } from 'vitest';
import type { Waiter } from '../../../domain/decision/fleet-queue.ts';
import { type FleetLocks, fleetLocksIn } from '../../../lambdas/stores/fleet-lock.ts';
import { emptyTables } from '../tables.ts';

let locks: FleetLocks;
beforeEach(async () => {
  locks = fleetLocksIn((await emptyTables()).db, 'state');
});

const at = '2026-03-02T09:00:00.000Z';
const by = (rollback: string) => ({ rollback, execution_arn: `arn:${rollback}`, phase: 1 });
const take = (rollback: string, fleet = 'trading') => locks.take(fleet, by(rollback), at);

describe('taking the fleet', () => {
  test('returns the lock, not yet touched', async () => {
    expect(await take('r-1')).toEqual({ ...by('r-1'), fence: 1, taken_at: at, touched: false });
    expect(await locks.holder('trading')).toMatchObject({ rollback: 'r-1', fence: 1 });
  });

  test('returns undefined while another rollback holds it', async () => {
    await take('r-1');
    expect(await take('r-2')).toBeUndefined();
    expect(await locks.holder('trading')).toMatchObject({ rollback: 'r-1' });
  });

  test('returns the same lock to its holder', async () => {
    const lock = await take('r-1');
    expect(await take('r-1')).toMatchObject({ ...lock });
  });

  test('by twenty rollbacks at once gives it to one', async () => {
    const taken = await Promise.all(Array.from({ length: 20 }, (_, n) => take(`r-${n}`)));
    const holders = taken.filter((lock) => lock !== undefined);
    expect(holders).toHaveLength(1);
    expect(await locks.holder('trading')).toMatchObject({ ...holders[0] });
  });

  test('five times at once by the same rollback returns the same lock five times', async () => {
    const taken = await Promise.all(Array.from({ length: 5 }, () => take('r-1')));
    const lock = await locks.holder('trading');
    expect(taken.map((one) => one?.fence)).toEqual(Array.from({ length: 5 }, () => lock?.fence));
  });

  test('does not take a fleet of another name', async () => {
    await take('r-1');
    expect(await take('r-2', 'research')).toMatchObject({ rollback: 'r-2', fence: 1 });
  });
});

test('the fence increases each time the fleet is taken', async () => {
  const fences = [];
  for (const rollback of ['r-1', 'r-2', 'r-1', 'r-3']) {
    const fence = (await take(rollback))?.fence ?? 0;
    fences.push(fence);
    await locks.free('trading', rollback, fence);
  }
  expect(fences).toEqual([1, 2, 3, 4]);
});

describe.each(['touch', 'free'] as const)('only the holder by its fence may %s', (verb) => {
  test('the holder', async () => {
    const { fence = 0 } = (await take('r-1')) ?? {};
    expect(await locks[verb]('trading', 'r-1', fence)).toBe(true);
  });

  test.each([
    ['another rollback', 'r-2', 1],
    ['an older fence', 'r-1', 0],
    ['a later fence', 'r-1', 2],
  ])('not %s', async (_, rollback, fence) => {
    await take('r-1');
    expect(await locks[verb]('trading', rollback, fence)).toBe(false);
    expect(await locks.holder('trading')).toMatchObject({ rollback: 'r-1', touched: false });
  });

  test('refuses everybody while no rollback holds it, and creates no lock', async () => {
    expect(await locks[verb]('trading', 'r-1', 1)).toBe(false);
    expect(await locks.holder('trading')).toBeUndefined();
  });
});

describe('raising the severity of a waiter', () => {
  const waiter: Waiter = {
    ...{ rollback: 'r-2', execution_arn: 'arn:r-2', phase: 2, severity: 'HIGH', deployed: null, opened: at },
    ...{ part: 'all', touched: false, until: at, incident: 'r-1', acted: [] },
  };
  const severities = async () => (await locks.queue('trading')).waiters.map(({ severity }) => severity);

  test.each([
    ['puts a worse severity into the queue', 'CRITICAL', 'CRITICAL'],
    ['keeps a severity that is worse already', 'MEDIUM', 'HIGH'],
    ['keeps the same severity', 'HIGH', 'HIGH'],
    ['keeps a severity that is worse than the least one', 'LOW', 'HIGH'],
  ] as const)('%s', async (_, severity, expected) => {
    await locks.wait('trading', waiter);
    await locks.raise('trading', 'r-2', severity);
    expect(await severities()).toEqual([expected]);
  });

  test('keeps what the waiter stores at the same time: that it has touched hosts, and the part that is left', async () => {
    await locks.wait('trading', waiter);
    const lets = { part: 'whole', touched: true } as const;
    await Promise.all([
      locks.raise('trading', 'r-2', 'CRITICAL'),
      locks.wait('trading', { ...waiter, ...lets, severity: 'CRITICAL' }),
    ]);
    expect((await locks.queue('trading')).waiters).toMatchObject([{ ...lets, severity: 'CRITICAL' }]);
  });

  test('does not bring back a waiter that leaves the queue at the same time', async () => {
    await locks.wait('trading', waiter);
    await Promise.all([locks.raise('trading', 'r-2', 'CRITICAL'), locks.leave('trading', 'r-2')]);
    expect(await severities()).toEqual([]);
  });

  test('keeps the worse severity of two that come at the same time', async () => {
    await locks.wait('trading', { ...waiter, severity: 'MEDIUM' });
    await Promise.all([locks.raise('trading', 'r-2', 'CRITICAL'), locks.raise('trading', 'r-2', 'HIGH')]);
    expect(await severities()).toEqual(['CRITICAL']);
  });

  test('puts nobody into the queue who does not wait', async () => {
    await locks.raise('trading', 'r-2', 'CRITICAL');
    expect(await severities()).toEqual([]);
  });
});

test('touching marks the lock, freeing removes it', async () => {
  await take('r-1');
  await locks.touch('trading', 'r-1', 1);
  expect(await locks.holder('trading')).toMatchObject({ touched: true });
  await locks.free('trading', 'r-1', 1);
  expect(await locks.holder('trading')).toBeUndefined();
});
