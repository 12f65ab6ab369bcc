import { beforeEach, describe, expect, test } from 'vitest';
import { aQueue } from './a-queue.ts';

let queue: Awaited<ReturnType<typeof aQueue>>;
beforeEach(async () => {
  queue = await aQueue();
  await queue.open('r-1', {});
  await queue.open('r-4', {});
  await queue.take('r-1', '09:00:00');
});
const busy = { name: 'FleetBusy' };
/** r-4 waits, and r-1 lets it act. */
async function lent() {
  await expect(queue.take('r-4', '09:00:30')).rejects.toMatchObject(busy);
  await expect(queue.letOthersAct('r-1', 1, '09:01:00')).rejects.toMatchObject(busy);
}

test('keeps the fleet with its fence if nobody waits, and records nothing', async () => {
  expect(await queue.letOthersAct('r-1', 1, '09:01:00')).toMatchObject({ fence: 1 });
  expect([await queue.holder(), await queue.types('r-1')]).toEqual(['r-1', ['Rollback opened', 'Fleet taken']]);
});

describe('while a rollback of another phase waits', () => {
  beforeEach(lent);

  test('frees the fleet, waits with the part that judges whole hosts, and records for whom', async () => {
    expect(await queue.holder()).toBeUndefined();
    expect((await queue.locks.queue('trading')).waiters).toMatchObject([
      { rollback: 'r-1', part: 'whole', touched: true, incident: 'r-1' },
      { rollback: 'r-4', part: 'all' },
    ]);
    expect((await queue.history.events('r-1')).at(-1)).toMatchObject({
      type: 'Fleet lent',
      detail: { fence: 1, to: [{ rollback: 'r-4', phase: 4 }] },
    });
  });

  test('does not take it back before that one had it', async () => {
    await expect(queue.letOthersAct('r-1', 1, '09:01:05')).rejects.toThrow(
      'rollback r-4 of phase 4, HIGH, takes it first',
    );
  });

  test('takes it again with a new fence, marked as touched, once only parts like its own wait', async () => {
    const { fence } = await queue.take('r-4', '09:01:05');
    await expect(queue.letOthersAct('r-1', 1, '09:01:10')).rejects.toThrow('is held by rollback r-4');
    await queue.locks.free('trading', 'r-4', fence);
    expect(await queue.letOthersAct('r-1', 1, '09:02:00')).toMatchObject({ fence: 3 });
    expect(await queue.locks.holder('trading')).toMatchObject({
      rollback: 'r-1',
      fence: 3,
      touched: true,
      acted: [1, 4],
    });
    expect([await queue.waiting(), (await queue.types('r-1')).at(-1)]).toEqual([[], 'Fleet taken']);
  });

  test('records each holder that it waits for, once', async () => {
    await queue.take('r-4', '09:01:05');
    for (const at of ['09:01:10', '09:01:15'])
      await expect(queue.letOthersAct('r-1', 1, at)).rejects.toMatchObject(busy);
    const waits = (await queue.history.events('r-1')).slice(2);
    expect(waits.map(({ type, detail }) => [type, detail['holder']])).toEqual([
      ['Fleet lent', undefined],
      ['Waiting for the fleet', 'r-4'],
    ]);
  });

  test('keeps a severity that an alarm raises between its read of the queue and its write', async () => {
    await queue.take('r-4', '09:01:05');
    const { noteActed } = queue.locks;
    queue.locks.noteActed = async (...of) => {
      await queue.locks.raise('trading', 'r-1', 'CRITICAL'); // an alarm joins at this moment
      return noteActed(...of);
    };
    await expect(queue.letOthersAct('r-1', 1, '09:01:10')).rejects.toMatchObject(busy);
    const [own] = (await queue.locks.queue('trading')).waiters.filter(({ rollback }) => rollback === 'r-1');
    expect(own).toMatchObject({ severity: 'CRITICAL', acted: [1, 4], part: 'whole', touched: true });
  });

  test('takes the severity of an alarm that joined before it waited', async () => {
    await queue.history.append('r-1', {
      id: 'joined',
      type: 'Alarm joined',
      at: '2026-03-02T09:00:59.000Z',
      detail: { by: 'x', alarm: 'a', trigger: 't', severity: 'CRITICAL', changed_at: '2026-03-02T09:00:00.000Z' },
    });
    await expect(queue.letOthersAct('r-1', 1, '09:01:10')).rejects.toMatchObject(busy);
    const { waiters } = await queue.locks.queue('trading');
    expect(waiters.find(({ rollback }) => rollback === 'r-1')).toMatchObject({ severity: 'CRITICAL' });
  });

  test('a repeat after it has the fleet again returns the new fence, although the caller knows the old one', async () => {
    await queue.locks.free('trading', 'r-4', (await queue.take('r-4', '09:01:05')).fence);
    await queue.letOthersAct('r-1', 1, '09:02:00');
    expect(await queue.letOthersAct('r-1', 1, '09:02:01')).toMatchObject({ fence: 3 });
    expect((await queue.types('r-1')).filter((type) => type === 'Fleet taken')).toHaveLength(2);
  });

  test('gives up at its deadline with an error that is not FleetBusy', async () => {
    await queue.take('r-4', '09:01:05');
    await expect(queue.letOthersAct('r-1', 1, '10:00:00')).rejects.toMatchObject({
      name: 'Error',
      message: expect.stringContaining('its own steps are done, and its hosts have still to be checked'),
    });
  });
});

test('a call that died before it freed the fleet is completed by the next one', async () => {
  await lent();
  await queue.locks.take('trading', { rollback: 'r-1', execution_arn: 'arn', phase: 1 }, '');
  expect(await queue.letOthersAct('r-1', 2, '09:01:10').catch(({ name }) => name)).toBe('FleetBusy');
  expect(await queue.holder()).toBeUndefined();
});

test('throws if a person has released the fleet meanwhile', async () => {
  await queue.locks.free('trading', 'r-1', 1);
  await expect(queue.letOthersAct('r-1', 1, '09:01:00')).rejects.toThrow(
    'Rollback r-1 no longer holds fleet trading: a person released it. It had fence 1; nothing was sent.',
  );
});

test('rollbacks of its own phase do not act before it', async () => {
  await queue.open('r-1-b', {});
  await expect(queue.take('r-1-b', '09:00:30')).rejects.toMatchObject(busy);
  expect(await queue.letOthersAct('r-1', 1, '09:01:00')).toMatchObject({ fence: 1 });
});
