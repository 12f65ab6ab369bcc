import { describe, expect, test } from 'vitest';
import {
  type BeginsAt,
  beginsAtLines,
  beginsAtReport,
  codeProblem,
  doneEarlier,
  type EarlierRollback,
  leftOutByStart,
  stepNamed,
  type Undoing,
} from '../../../domain/history/begins-at.ts';

const names = ['Stop data ingestion', 'Clear corrupted cache', 'Restore previous version', 'Resume operations'];

describe('the step that a person names', () => {
  test.each([
    ['Restore previous version', 'Restore previous version'],
    ['restore-previous-version', 'Restore previous version'],
    ['RESUME OPERATIONS', 'Resume operations'],
    ['phase-3-resume-operations', 'Resume operations'],
    ['Phase 3 - Resume operations', 'Resume operations'],
  ])('%s is %s', (found, name) => expect(stepNamed(found, names, 3)).toBe(name));

  test.each([
    ['Restore previos version', 'Restore previous version'],
    ['restore', 'Restore previous version'],
    ['cache', 'Clear corrupted cache'],
    ['phase-4-resume-operations', 'Resume operations'],
  ])('%s is refused with the nearest one, %s, and all', (found, near) => {
    expect(() => stepNamed(found, names, 3)).toThrow(
      `from_step must be a step of this phase; found ${JSON.stringify(found)}. Did you mean "${near}"? Steps: ${names.join(', ')}. Nothing was changed.`,
    );
  });

  test.each(['Zap', 'constructor', '!!!'])('%s is near to none, and is refused with all', (found) => {
    expect(() => stepNamed(found, names, 3)).toThrow(/found "[^"]+"\. Steps: Stop data ingestion, /);
  });
});

const kept = { lost: false, rows: { exported: 3, removed: 3 } };
const did = (step: string, host: string, report: object = {}, verdict: 'done' | 'failed' | 'lost' = 'done') => ({
  step,
  instance_id: host,
  verdict,
  report: report as Record<string, unknown>,
});
const earlier = (rollback: string, ...verdicts: EarlierRollback['verdicts'][number][]): EarlierRollback => ({
  rollback,
  endedWell: false,
  counts: true,
  hosts: ['a', 'b'],
  window_start: '2026-03-02T08:00:00Z',
  took_fleet: '2026-03-02T09:00:00.000Z',
  resumed: [],
  verdicts,
});
const begun = {
  passed: [
    { step: 'stop', restores: false },
    { step: 'restore', restores: true },
  ],
  hosts: ['a', 'b'].map((id) => ({ instance_id: id, name: `host-${id}` })),
  undoings: [],
  window_start: '2026-03-02T08:00:00Z',
};
const doneIn = (...given: Parameters<typeof doneEarlier>) => doneEarlier(...given).done;

describe('a step before the first one', () => {
  test('counts as done on the hosts on which an earlier rollback did it', () => {
    expect(doneIn([earlier('r-1', did('stop', 'a'), did('stop', 'b', {}, 'failed'))], begun)).toEqual([
      { step: 'stop', rollback: 'r-1', hosts: ['a'] },
    ]);
  });

  test.each<[string, EarlierRollback[]]>([
    [
      'failed there in a newer rollback',
      [earlier('r-2', did('stop', 'a', {}, 'failed')), earlier('r-1', did('stop', 'a'))],
    ],
    ['is on a host of another rollback only', [earlier('r-1', did('stop', 'z'))]],
    [
      'was done for another target, or before the newest deployment',
      [{ ...earlier('r-1', did('stop', 'a')), counts: false }],
    ],
    ['was done by a rollback that rolled the host back', [{ ...earlier('r-1', did('stop', 'a')), endedWell: true }]],
    [
      'was done before another rollback rolled the host back',
      [{ ...earlier('r-2'), endedWell: true }, earlier('r-1', did('stop', 'a'))],
    ],
    ['restores the code, because each host is asked about that', [earlier('r-1', did('restore', 'a'))]],
  ])('does not if it %s', (_, all) => expect(doneIn(all, begun)).toEqual([]));

  test('does if a newer rollback never reached the host', () => {
    const all = [earlier('r-2', did('stop', 'a', {}, 'lost')), earlier('r-1', did('stop', 'a'))];
    expect(doneIn(all, begun)).toEqual([{ step: 'stop', rollback: 'r-1', hosts: ['a'] }]);
  });

  test('does on a host that a rollback of the others left out', () => {
    const all = [{ ...earlier('r-1', did('stop', 'a'), did('stop', 'b')), endedWell: true, hosts: ['a'] }];
    expect(doneIn(all, begun)).toEqual([{ step: 'stop', rollback: 'r-1', hosts: ['b'] }]);
  });
});

describe('a step before the first one that something may have undone since', () => {
  const resumed = { at: '2026-03-02T09:30:00.000Z', only: null, why: 'bo had trading resume' };
  const steps = (...undoings: Undoing[]) =>
    doneEarlier([earlier('r-1', did('stop', 'a'), did('stop', 'b'))], { ...begun, undoings });

  test('runs again, with the rollback that did it and the newest reason', () => {
    expect(steps({ ...resumed, at: '2026-03-02T09:20:00.000Z', why: 'older' }, resumed)).toEqual({
      done: [],
      undone: [{ step: 'stop', rollback: 'r-1', hosts: ['a', 'b'], why: 'bo had trading resume' }],
    });
  });

  test('runs again on the hosts that it was about only', () => {
    expect(steps({ ...resumed, only: ['host-b'] })).toEqual({
      done: [{ step: 'stop', rollback: 'r-1', hosts: ['a'] }],
      undone: [{ step: 'stop', rollback: 'r-1', hosts: ['b'], why: 'bo had trading resume' }],
    });
  });

  test('runs again if the rollback of another phase still acts', () => {
    expect(steps({ ...resumed, at: null, rollback: 'r-4' }).done).toEqual([]);
  });

  test.each<[string, Undoing]>([
    ['it was before the rollback took the fleet', { ...resumed, at: '2026-03-02T08:59:00.000Z' }],
    ['it is another phase of the same rollback', { ...resumed, rollback: 'r-1' }],
    ['it was about another host', { ...resumed, only: ['host-z'] }],
  ])('counts as done if %s', (_, undoing) => expect(steps(undoing).undone).toEqual([]));

  test('runs again on the hosts on which its own rollback resumed trading', () => {
    const all = [{ ...earlier('r-1', did('stop', 'a'), did('stop', 'b')), resumed: ['b'] }];
    expect(doneEarlier(all, begun)).toEqual({
      done: [{ step: 'stop', rollback: 'r-1', hosts: ['a'] }],
      undone: [{ step: 'stop', rollback: 'r-1', hosts: ['b'], why: 'rollback r-1 resumed trading there, or may have' }],
    });
  });

  test('runs again if a rollback after it resumed trading, and not if one before it did', () => {
    const resumed = ['a'];
    expect(doneIn([{ ...earlier('r-2'), resumed }, earlier('r-1', did('stop', 'a'))], begun)).toEqual([]);
    expect(doneIn([earlier('r-2', did('stop', 'a')), { ...earlier('r-1'), resumed }], begun)).toHaveLength(1);
  });

  test('counts as done if it took something: a second time would take what came after it', () => {
    const all = [earlier('r-1', did('stop', 'a', kept))];
    expect(doneEarlier(all, { ...begun, undoings: [resumed] })).toEqual({
      done: [{ step: 'stop', rollback: 'r-1', hosts: ['a'] }],
      undone: [],
    });
  });
});

describe('a later step', () => {
  test('is not repeated if it took rows and kept them', () => {
    expect(doneIn([earlier('r-1', did('clear', 'a', kept))], begun)).toEqual([
      { step: 'clear', rollback: 'r-1', hosts: ['a'] },
    ]);
  });

  test.each<[string, EarlierRollback[], object?]>([
    [
      'it took nothing away, because the host may have changed',
      [earlier('r-1', did('verify', 'a', { healthy: true }))],
    ],
    ['it may have lost rows', [earlier('r-1', did('clear', 'a', { ...kept, lost: true }))]],
    ['it took fewer rows', [{ ...earlier('r-1', did('clear', 'a', kept)), window_start: '2026-03-02T08:30:00Z' }]],
    ['a person says since when rows are taken', [earlier('r-1', did('clear', 'a', kept))], { window_start: null }],
  ])('is repeated if %s', (_, all, changes = {}) => expect(doneIn(all, { ...begun, ...changes })).toEqual([]));
});

const begins: BeginsAt = {
  step: 'clear',
  name: 'Clear',
  operator: 'ana',
  reason: 'stopped by hand',
  passed: begun.passed,
  done: [
    { step: 'stop', rollback: 'r-1', hosts: ['a'] },
    { step: 'clear', rollback: 'r-1', hosts: ['b'] },
  ],
};
const hosts = [
  { instance_id: 'a', name: 'host-a' },
  { instance_id: 'b', name: 'host-b' },
];

test('the report has each step that is passed over or not repeated, with its hosts', () => {
  expect(beginsAtReport(begins, hosts)).toEqual({
    ...{ step: 'clear', name: 'Clear', operator: 'ana', reason: 'stopped by hand' },
    before: [
      {
        step: 'stop',
        done_by: [{ rollback: 'r-1', hosts: 1, names: ['host-a'] }],
        left_out: { hosts: 1, names: ['host-b'] },
      },
      { step: 'restore', done_by: [], left_out: { hosts: 0, names: [] }, checked: true },
    ],
    not_repeated: [
      {
        step: 'clear',
        done_by: [{ rollback: 'r-1', hosts: 1, names: ['host-b'] }],
        left_out: { hosts: 0, names: [] },
      },
    ],
  });
});

test('the lines name the earlier rollback, and the hosts on which nobody did a step', () => {
  expect(beginsAtLines(beginsAtReport(begins, hosts))).toEqual([
    '  stop                          not run: done by rollback r-1 on host-a; left out on host-b',
    '  restore                       not run: each host is asked whether its code is at the target; one that is not stops the rollback',
    '  clear                         not repeated: done by rollback r-1 on host-b',
  ]);
});

test('the lines name a step that runs again, because something may have undone it', () => {
  const undone = [{ step: 'stop', rollback: 'r-1', hosts: ['a'], why: 'bo had trading resume at 09:30' }];
  expect(beginsAtLines(beginsAtReport({ ...begins, undone }, hosts)).at(-1)).toBe(
    '  stop                          repeated: done by rollback r-1 on host-a, perhaps undone since: bo had trading resume at 09:30',
  );
});

test('the lines say that the code was at the target, once each host was asked', () => {
  const lines = beginsAtLines({ ...beginsAtReport(begins, hosts), code_at_target: 2 });
  expect(lines[1]).toContain('not run: the code of every host was at the target (2 hosts)');
});

test('the lines say that nothing counts as done if the history could not be read', () => {
  const [line] = beginsAtLines(beginsAtReport({ ...begins, done: [], unread: true }, hosts));
  expect(line).toBe('  The history could not be read, so no step counts as done by an earlier rollback.');
});

describe('what a person left out by beginning later', () => {
  test('is named with its hosts, the person and the reason', () => {
    expect(leftOutByStart(begins, hosts)).toEqual([
      'Left out, because ana began at Clear (stopped by hand): stop on host-b.',
    ]);
  });

  test('is every host if no earlier rollback did it', () => {
    expect(leftOutByStart({ ...begins, done: [] }, hosts)).toEqual([
      'Left out, because ana began at Clear (stopped by hand): stop on every host.',
    ]);
  });

  test('is nothing if earlier rollbacks did it on every host', () => {
    expect(leftOutByStart(begins, hosts.slice(0, 1))).toEqual([]);
  });

  test('is nothing for a rollback that began at its first step', () => {
    expect(leftOutByStart(undefined, hosts)).toEqual([]);
  });
});

describe('the code of a host', () => {
  test('is at the target if a restore would change no file', () => {
    expect(codeProblem('v1', { would_change: 0 })).toBeNull();
  });

  test.each([
    [{ would_change: 3 }, '3 files differ'],
    [{}, 'it did not report how many files differ'],
    [null, 'it did not report how many files differ'],
  ])('is not if it reports %j', (report, found) => {
    expect(codeProblem('v1', report)).toBe(`not at v1: ${found}, and the step that restores it was left out`);
  });
});
