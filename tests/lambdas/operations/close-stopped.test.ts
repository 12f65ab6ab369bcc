import { beforeEach, describe, expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import { checkOpen } from '../../../lambdas/operations/check-open.ts';
import { closeRollback } from '../../../lambdas/operations/close-rollback.ts';
import { closeStopped } from '../../../lambdas/operations/close-stopped.ts';
import { openedRollback, rollback } from '../opened-rollback.ts';

type Opened = Awaited<ReturnType<typeof openedRollback>>;
let opened: Opened;
let stopped: string[];
beforeEach(async () => {
  opened = await openedRollback(3);
  stopped = [];
  await opened.deps.locks.touch('trading', 'r-1', opened.fence);
});

const close = (
  status: string,
  end: { readonly error?: string; readonly cause?: string } = {},
  of: typeof rollback = rollback,
) =>
  closeStopped(
    {
      ...opened.deps,
      now: () => Date.parse('2026-03-02T09:12:30.000Z'),
      stopCommands: async (id, is) => {
        stopped.push(`${id} ${is}`);
      },
      seeExecutionEnd: async () => end,
    } as Parameters<typeof closeStopped>[0],
    { rollback: of, status, why: `The execution ended ${status} without closing the rollback` },
  );
const record = async () => recordOf(await opened.events());

describe.each(['ABORTED', 'TIMED_OUT', 'DELETED'])('an execution that ended %s', (status) => {
  test('needs a person, keeps the fleet, and its commands are cancelled', async () => {
    expect(await close(status)).toMatchObject({ ending: 'Needs a person', fleet: 'held' });
    expect([stopped, (await record()).ending]).toEqual([[`r-1 ${status}`], 'Needs a person']);
  });

  test('is over: a redrive of it finds the ending and does nothing', async () => {
    await close(status);
    await expect(checkOpen(opened.deps, rollback)).rejects.toMatchObject({ name: 'RollbackOver' });
  });
});

test('the cause that a person gave for the stop is in the result, which is the page, and in the record', async () => {
  const problem = 'The execution ended ABORTED without closing the rollback: StoppedByAna: the wrong phase';
  const { problem: paged } = await close('ABORTED', { error: 'StoppedByAna', cause: 'the wrong phase' });
  expect([paged, (await record()).problem]).toEqual([problem, problem]);
});

describe('if its recovery was confirmed and only the closing was missing', () => {
  beforeEach(() =>
    opened.deps.history.append('r-1', {
      id: 'confirmed/1',
      type: 'Recovery confirmed',
      at: '2026-03-02T09:12:00.000Z',
      detail: { verdict: 'PASS', problem: null, checks: [], version: 'v1', hosts_done: 3 },
    }),
  );

  test.each(['TIMED_OUT', 'DELETED'])('one that ended %s is rolled back', async (status) => {
    expect(await close(status)).toMatchObject({ ending: 'Rolled back', fleet: 'free' });
  });

  test('one that a person stopped needs a person', async () => {
    expect(await close('ABORTED')).toMatchObject({ ending: 'Needs a person' });
  });
});

describe('if the state table has another ending than the history, because the response of its write was lost', () => {
  beforeEach(async () => {
    const endings = {
      ...opened.deps.endings,
      reach: () => Promise.reject(new Error('throttled')),
    };
    const closing = { rollback, fence: opened.fence, ending: 'Needs a person', problem: 'it stopped' } as const;
    await closeRollback({ ...opened.deps, endings, now: () => Date.parse('2026-03-02T09:12:00.000Z') }, closing);
    await opened.deps.endings.reach('r-1', { ending: 'Stood down', problem: null, at: '2026-03-02T09:11:00.000Z' });
  });

  test('the history counts: people were told of it, and its fleet is kept', async () => {
    expect(await close('FAILED')).toMatchObject({ ending: 'Needs a person', problem: 'it stopped', fleet: 'held' });
  });

  test('no message of the other one is owed', async () => {
    await close('FAILED');
    expect(await opened.deps.unsent.all()).toMatchObject([{ calls: true }, { message: 'needs-a-person' }]);
  });
});
