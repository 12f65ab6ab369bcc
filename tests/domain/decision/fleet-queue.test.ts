import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  actedWith,
  actFirst,
  criticalWaiter,
  nextInQueue,
  queueOrder,
  type Waiter,
} from '../../../domain/decision/fleet-queue.ts';
import { severities } from '../../../domain/severity.ts';

const now = Date.parse('2026-03-02T09:10:00.000Z');
const waiter = (rollback: string, change: Partial<Waiter> = {}): Waiter => ({
  rollback,
  execution_arn: `arn:${rollback}`,
  phase: 1,
  severity: 'HIGH',
  deployed: '2026-03-02T08:00:00.000Z',
  opened: '2026-03-02T09:00:00.000Z',
  part: 'all',
  touched: false,
  until: '2026-03-02T10:00:00.000Z',
  incident: 'r-0',
  acted: [],
  ...change,
});
const next = (...waiters: Waiter[]) => nextInQueue(waiters, now)?.rollback;

describe('the fleet goes first to', () => {
  const older = { opened: '2026-03-02T08:59:59.999Z' };
  const newer = { deployed: '2026-03-02T08:00:00.001Z' };
  test.each<[string, Partial<Waiter>, Partial<Waiter>]>([
    [
      'the worse severity, although the other is older and of a newer deployment',
      { severity: 'CRITICAL' },
      { ...older, ...newer },
    ],
    ['the newer deployment, although the other is older', newer, older],
    ['a phase with a deployment on record', {}, { ...older, deployed: null }],
    ['the older rollback', older, {}],
    ['the same one of two that are equal in everything', {}, {}],
  ])('%s', (_, first, second) => {
    const a = waiter('r-1', first);
    const b = waiter('r-2', { phase: 2, ...second });
    expect([next(a, b), next(b, a)]).toEqual(['r-1', 'r-1']);
  });
});

describe('the CRITICAL rollback that shortens a hand-over', () => {
  const shortens = (...waiters: Waiter[]) => criticalWaiter(waiters, 'r-0', now)?.rollback;
  const critical = { severity: 'CRITICAL' } as const;
  test.each<[string, Partial<Waiter>, string | undefined]>([
    ['has not begun', critical, 'r-1'],
    ['lets others act', { ...critical, part: 'whole', touched: true }, 'r-1'],
    ['has not ended', { ...critical, part: 'person', touched: true }, undefined],
    ['has time left', { ...critical, until: '2026-03-02T09:10:00.000Z' }, undefined],
    ['is CRITICAL', {}, undefined],
  ])('%s', (_, change, expected) => {
    expect(shortens(waiter('r-1', change))).toBe(expected);
  });

  test('is another one than the holder, and has waited longest', () => {
    const older = { ...critical, opened: '2026-03-02T08:59:00.000Z' };
    expect(shortens(waiter('r-0', older), waiter('r-1', critical), waiter('r-2', { ...older, part: 'whole' }))).toBe(
      'r-2',
    );
  });
});

describe('the part that judges whole hosts', () => {
  test('comes after every rollback of another phase that has not begun, however bad it is', () => {
    const whole = waiter('r-1', { part: 'whole', severity: 'CRITICAL', touched: true });
    expect(next(whole, waiter('r-2', { phase: 4, severity: 'LOW' }))).toBe('r-2');
    expect(next(whole)).toBe('r-1');
  });

  test('comes before a rollback of its own phase, which acts on more of its hosts', () => {
    expect(next(waiter('r-1', { part: 'whole', severity: 'LOW' }), waiter('r-2', { severity: 'CRITICAL' }))).toBe(
      'r-1',
    );
  });

  test('still counts after its time: its hosts are half rolled back', () => {
    const late = { until: '2026-03-02T09:00:00.000Z' };
    expect(next(waiter('r-1', { part: 'whole', ...late }))).toBe('r-1');
    expect(next(waiter('r-1', { part: 'whole', ...late }), waiter('r-2'))).toBe('r-1');
  });
});

test('a waiter past its time holds up nobody: it is about to end, or it has died', () => {
  const late = waiter('r-1', { severity: 'CRITICAL', until: '2026-03-02T09:10:00.000Z' });
  expect(next(late, waiter('r-2', { phase: 2 }))).toBe('r-2');
  expect(next(late)).toBeUndefined();
});

test('nobody takes a fleet that is kept for a person', () => {
  expect(
    next(waiter('r-1', { part: 'person', touched: true }), waiter('r-2', { phase: 2, severity: 'CRITICAL' })),
  ).toBeUndefined();
});

describe('before it judges whole hosts, a rollback lets act', () => {
  const mine = { rollback: 'r-1', phase: 1 };
  test.each<[string, Partial<Waiter>, string[]]>([
    ['a rollback of another phase that has not begun', { phase: 4 }, ['r-2']],
    ['not one of its own phase', { phase: 1 }, []],
    ['not one that judges whole hosts too', { phase: 4, part: 'whole' }, []],
    ['not one past its time', { phase: 4, until: '2026-03-02T09:10:00.000Z' }, []],
  ])('%s', (_, change, expected) => {
    expect(actFirst([waiter('r-2', change)], mine, now).map(({ rollback }) => rollback)).toEqual(expected);
  });

  test('not itself', () => {
    expect(actFirst([waiter('r-1', { phase: 4 })], mine, now)).toEqual([]);
  });
});

test('the phases of an incident are kept once each, in order', () => {
  expect(actedWith(actedWith([3], 1), 3)).toEqual([1, 3]);
});

describe('for any queue', () => {
  const at = fc.integer({ min: 0, max: 5 }).map((minute) => `2026-03-02T09:0${minute}:00.000Z`);
  const waiters = fc
    .array(
      fc.record({
        phase: fc.integer({ min: 1, max: 4 }),
        severity: fc.constantFrom(...severities),
        deployed: fc.option(at),
        opened: at,
        part: fc.constantFrom<Waiter['part']>('all', 'all', 'whole'),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((all) => all.map((one, i) => waiter(`r-${i}`, one)));

  test('somebody is next, so no queue stands still', () => {
    fc.assert(fc.property(waiters, (all) => next(...all) !== undefined));
  });

  test('the next one does not depend on the order in which the queue is read', () => {
    fc.assert(
      fc.property(waiters, (all) => {
        expect(next(...[...all].reverse())).toBe(next(...all));
      }),
    );
  });

  test('whom a rollback lets act comes before it: the two rules have no cycle', () => {
    fc.assert(
      fc.property(waiters, (all) => {
        const first = nextInQueue(all, now);
        const free = all.filter((one) => !all.some(({ part, phase }) => part === 'whole' && phase === one.phase));
        if (first?.part === 'whole') expect(actFirst(free, first, now)).toEqual([]);
      }),
    );
  });

  test('of waiters that have not begun, none that may begin comes before the next one', () => {
    fc.assert(
      fc.property(waiters, (all) => {
        const begin = all.map((one) => ({ ...one, part: 'all' as const }));
        const first = nextInQueue(begin, now);
        for (const one of begin) if (first && one !== first) expect(queueOrder(first, one)).toBeLessThan(0);
      }),
    );
  });
});
