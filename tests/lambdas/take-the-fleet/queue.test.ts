import { beforeEach, expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import { aQueue } from './a-queue.ts';

let queue: Awaited<ReturnType<typeof aQueue>>;
beforeEach(async () => {
  queue = await aQueue();
  await queue.open('r-1', { severity: 'HIGH' });
  await queue.open('r-2', { severity: 'HIGH' });
  await queue.open('r-3', { severity: 'CRITICAL' });
});
const busy = { name: 'FleetBusy' };

test('the worst waiter takes a freed fleet, whoever tries first', async () => {
  await queue.take('r-1', '09:00:00');
  await expect(queue.take('r-2', '09:00:01')).rejects.toMatchObject(busy);
  await expect(queue.take('r-3', '09:00:02')).rejects.toMatchObject(busy);
  await queue.locks.free('trading', 'r-1', 1);
  await expect(queue.take('r-2', '09:01:00')).rejects.toThrow(
    'Fleet trading is free; rollback r-3 of phase 3, CRITICAL, takes it first.',
  );
  expect((await queue.take('r-3', '09:01:05')).fence).toBe(2);
  expect(await queue.waiting()).toEqual(['r-2']);
});

test('a rollback that comes to a free fleet stands behind a worse one that waits', async () => {
  await queue.take('r-1', '09:00:00');
  await expect(queue.take('r-3', '09:00:02')).rejects.toMatchObject(busy);
  await queue.locks.free('trading', 'r-1', 1);
  await expect(queue.take('r-2', '09:01:00')).rejects.toMatchObject(busy);
  expect([await queue.holder(), await queue.waiting()]).toEqual([undefined, ['r-2', 'r-3']]);
});

test('a waiter has the severity of the worst alarm that has joined by now', async () => {
  await queue.take('r-1', '09:00:00');
  await expect(queue.take('r-2', '09:00:01')).rejects.toMatchObject(busy);
  await queue.history.append('r-2', {
    id: 'joined',
    type: 'Alarm joined',
    at: '2026-03-02T09:00:02.000Z',
    detail: { by: 'x', alarm: 'a', trigger: 't', severity: 'CRITICAL', changed_at: '2026-03-02T09:00:00.000Z' },
  });
  await expect(queue.take('r-2', '09:00:10')).rejects.toMatchObject(busy);
  expect((await queue.locks.queue('trading')).waiters).toMatchObject([{ rollback: 'r-2', severity: 'CRITICAL' }]);
});

test('a waiter whose alarms recovered stands down while the fleet is still held', async () => {
  const alarm = { name: 'rollback-test-phase-4-x', changed_at: '2026-03-02T09:00:00.000Z' };
  await queue.open('r-4', { severity: 'CRITICAL', alarm });
  await queue.take('r-1', '09:00:00');
  await expect(queue.take('r-4', '09:00:05')).rejects.toMatchObject(busy);
  await expect(queue.take('r-4', '09:00:10')).rejects.toMatchObject({ name: 'NotNeeded' });
  expect(recordOf(await queue.history.events('r-4')).ending).toBe('Stood down');
  expect([await queue.holder(), await queue.waiting()]).toEqual(['r-1', []]);
});

test('a waiter that dies as it stands down keeps its place, and takes no fleet when it runs again', async () => {
  const alarm = { name: 'rollback-test-phase-4-x', changed_at: '2026-03-02T09:00:00.000Z' };
  await queue.open('r-4', { severity: 'CRITICAL', alarm });
  await queue.take('r-1', '09:00:00');
  await expect(queue.take('r-4', '09:00:05')).rejects.toMatchObject(busy);
  queue.fails(new Error('The function timed out.'));
  await expect(queue.take('r-4', '09:00:10')).rejects.toThrow('The function timed out.');
  expect(await queue.waiting()).toEqual(['r-4']);
  await queue.locks.free('trading', 'r-1', 1);
  await expect(queue.take('r-4', '09:01:00')).rejects.toMatchObject({ name: 'NotNeeded' });
  expect([await queue.holder(), await queue.waiting()]).toEqual([undefined, []]);
});

test('a waiter that dies after its ending is stored completes it when it runs again', async () => {
  const alarm = { name: 'rollback-test-phase-4-x', changed_at: '2026-03-02T09:00:00.000Z' };
  await queue.open('r-4', { severity: 'CRITICAL', alarm });
  await queue.take('r-1', '09:00:00');
  await expect(queue.take('r-4', '09:00:05')).rejects.toMatchObject(busy);
  await queue.endings.reach('r-4', { ending: 'Stood down', problem: null, at: '2026-03-02T09:00:10.000Z' });
  await expect(queue.take('r-4', '09:01:00')).rejects.toMatchObject({ name: 'NotNeeded' });
  const why = 'It had to wait for the fleet, and its alarms are green again.';
  expect((await queue.history.events('r-4')).slice(2)).toMatchObject([
    { type: 'Decided', detail: { decision: 'Stood down', why: [why] } },
    { type: 'Rollback closed' },
    { type: 'Sealed' },
  ]);
  expect(await queue.waiting()).toEqual([]);
});

test('a waiter past its deadline takes no fleet, and keeps its place until it is closed', async () => {
  await queue.take('r-1', '09:00:00');
  await expect(queue.take('r-2', '09:59:59')).rejects.toMatchObject(busy);
  await expect(queue.take('r-2', '10:00:00')).rejects.toMatchObject({ name: 'Error' });
  await queue.locks.free('trading', 'r-1', 1);
  await expect(queue.take('r-2', '10:00:30')).rejects.toMatchObject({ name: 'Error' });
  expect([await queue.holder(), await queue.waiting()]).toEqual([undefined, ['r-2']]);
});

test('rollbacks that overlap belong to the incident of the first, and know the phases before them', async () => {
  await queue.take('r-1', '09:00:00');
  await expect(queue.take('r-3', '09:00:02')).rejects.toMatchObject(busy);
  await queue.locks.free('trading', 'r-1', 1);
  await queue.take('r-3', '09:01:00');
  expect(recordOf(await queue.history.events('r-3')).incident).toBe('r-1');
  expect(await queue.locks.holder('trading')).toMatchObject({ rollback: 'r-3', incident: 'r-1', acted: [1] });
});
