import { describe, expect, test } from 'vitest';
import { verifyHistory } from '../../../domain/history/verify-history.ts';
import { eventsOf, held, now, smallHistory, sourceOf, verified } from './small-history.ts';

const says = async (...given: Parameters<typeof verified>) =>
  (await verified(...given)).findings.map((one) => one.says);

test('a history as the product wrote it is intact', async () => {
  expect(await verified(smallHistory())).toEqual({
    complete: true,
    findings: [],
    breaks: 0,
    notes: [],
    checked: { months: 2, links: 13, rollbacks: 3, exports: 13 },
    known: 3,
  });
});

test('one rollback is verified with all links and its exported objects', async () => {
  const { breaks, checked } = await verified(smallHistory(), 'b');
  expect([breaks, checked]).toEqual([0, { months: 2, links: 13, rollbacks: 1, exports: 13 }]);
});

test('a rollback that nothing names is unknown', async () => {
  expect(await says(smallHistory(), 'x')).toEqual([
    'UNKNOWN: No item, link or export names x. Check the id and the environment',
  ]);
});

describe('work that is stopped', () => {
  /** Stops the work when it asks for the nth time; returns the report, and how often it asked. */
  const stoppedAt = async (n: number, history = smallHistory()) => {
    let asked = 0;
    const stopped = () => {
      asked += 1;
      return asked >= n;
    };
    return { report: await verifyHistory(sourceOf(history), { now, progress: () => {}, stopped }), asked };
  };

  test('before it began says that it is not complete, and that it knows no rollback', async () => {
    expect((await stoppedAt(1)).report).toMatchObject({ complete: false, breaks: 0, known: null });
  });
  test('at any moment says that it is not complete, and invents no break', async () => {
    const { asked, report } = await stoppedAt(Number.POSITIVE_INFINITY);
    expect(report.complete).toBe(true);
    for (let n = 1; n <= asked; n += 1)
      expect((await stoppedAt(n)).report).toMatchObject({ complete: false, findings: [] });
  });
  test('after a break says so too', async () => {
    const history = smallHistory();
    const [key = ''] = history.exports.keys();
    history.exports.get(key)?.push(null);
    expect((await stoppedAt(5, history)).report).toMatchObject({ complete: false, breaks: 1, known: null });
  });
});

describe('no break, and a note, is', () => {
  const noted = async (change: (history: ReturnType<typeof smallHistory>) => void) => {
    const history = smallHistory();
    change(history);
    const { breaks, notes } = await verified(history);
    return [breaks, notes];
  };

  test('a rollback that runs', async () => {
    expect(
      await noted(({ rollbacks }) => {
        rollbacks.set('d', held(eventsOf('d', '12-27').slice(0, 6), 'RUNNING'));
      }),
    ).toEqual([
      0,
      [
        'd: the host reports on clear-cache are covered by no hash, because no event follows them',
        'd is open and has no link yet',
      ],
    ]);
  });

  test('an execution that was stopped before Reconcile has closed it', async () => {
    const [breaks, notes] = await noted(({ rollbacks }) => {
      rollbacks.set('d', held(eventsOf('d', '12-27').slice(0, 7), 'ABORTED'));
    });
    expect([breaks, notes]).toEqual([
      0,
      ['d is open and has no link yet', 'd: its execution ended ABORTED; Reconcile has not closed it yet'],
    ]);
  });

  test('a plan that failed before Reconcile has closed it', async () => {
    const [, notes] = await noted(({ rollbacks }) => {
      const [opening, ...others] = eventsOf('d', '12-27').slice(0, 2);
      if (!opening) throw new Error('There is no opening event.');
      const plan = { ...opening, detail: { ...opening.detail, mode: 'plan' } };
      rollbacks.set('d', held([plan, ...others], 'FAILED'));
    });
    expect(notes).toContain('d: its execution ended FAILED; Reconcile has not closed it yet');
  });

  test('a rollback whose writes wait in the state table', async () => {
    const [breaks, notes] = await noted(({ rollbacks }) => {
      const c = rollbacks.get('c');
      if (c) rollbacks.set('c', { ...held(c.events.slice(0, 9)), waiting: 4 });
    });
    expect([breaks, notes]).toEqual([0, ['c: 4 entries wait in the state table; Reconcile writes them']]);
  });

  test('an execution that Step Functions has deleted after its time', async () => {
    const [breaks, notes] = await noted(({ rollbacks }) => {
      const a = rollbacks.get('a');
      if (a) a.execution = { state: 'gone' };
    });
    expect([breaks, notes]).toEqual([0, ['a: not compared with its execution, which Step Functions has deleted']]);
  });

  test('a link that is younger than the export needs', async () => {
    const history = smallHistory();
    const last = history.months.get('2026-12')?.at(-1);
    for (const key of history.exports.keys()) if (key.includes(last?.hash ?? '')) history.exports.delete(key);
    const options = { now: Date.parse(last?.at ?? '') + 60_000, progress: () => {}, stopped: () => false };
    expect((await verifyHistory(sourceOf(history), options)).findings).toEqual([]);
  });
});
