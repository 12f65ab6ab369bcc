import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Contribution, contributionOf } from '../../../domain/statistics/contribution.ts';
import { type Counters, summed } from '../../../domain/statistics/counters.ts';
import { countersOf, generationKey } from '../../../domain/tables.ts';
import { queryItems } from '../../../lambdas/stores/query-items.ts';
import { type Statistics, statisticsIn } from '../../../lambdas/stores/statistics.ts';
import { annotated, eventsOf, reviewed, type Sample } from '../../domain/statistics/sample-rollbacks.ts';
import { emptyTables } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let statistics: Statistics;
beforeEach(async () => {
  tables = await emptyTables();
  statistics = statisticsIn(tables.db, 'history');
});

const start = '2026-11-05T10:00:00.000Z';
const contribution = (sample: Partial<Sample> & { readonly id: string }): Contribution => {
  const found = contributionOf(eventsOf({ start, ...sample }));
  if (!found) throw new Error('The sample has not ended.');
  return found;
};
const inMonth = async (month = '2026-11', generation = 1) => {
  const cells = await queryItems(tables.db, 'history', countersOf(month), `${generationKey(generation)}#`);
  return summed(cells.map(({ counters }) => counters as Counters));
};

test('a rollback that is counted twice is counted once', async () => {
  await statistics.count(contribution({ id: 'a' }), 1);
  await statistics.count(contribution({ id: 'a' }), 1);
  expect(await inMonth()).toMatchObject({ count: 1, acted: 1 });
});

test('an annotation or review changes what is counted of its rollback, and nothing else', async () => {
  const review_due = '2026-11-08T10:00:00.000Z';
  await statistics.count(contribution({ id: 'a', review_due }), 1);
  await statistics.count(contribution({ id: 'b', review_due }), 1);
  await statistics.count(contribution({ id: 'a', review_due, afterwards: [reviewed('right'), annotated(true)] }), 1);
  expect(await inMonth()).toMatchObject({
    count: 2,
    false_positive: { true: 1 },
    review: { right: 1, open: { '2026-11-08T10': 1 } },
  });
});

test('an older contribution that comes late does not replace a newer one', async () => {
  await statistics.count(contribution({ id: 'a', afterwards: [annotated(true)] }), 1);
  await statistics.count(contribution({ id: 'a' }), 1);
  expect(await inMonth()).toMatchObject({ count: 1, false_positive: { true: 1 } });
});

test('generations are counted apart', async () => {
  await statistics.count(contribution({ id: 'a' }), 1);
  await statistics.count(contribution({ id: 'a' }), 2);
  expect([await inMonth('2026-11', 1), await inMonth('2026-11', 2)]).toMatchObject([{ count: 1 }, { count: 1 }]);
});

test('twenty writers at once count each rollback once', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => statistics.count(contribution({ id: `r-${n % 7}` }), 1)));
  expect(await inMonth()).toMatchObject({ count: 7 });
});

describe('a function that is stopped', () => {
  /** Refuses the nth PutItem of the next contribution, and everything after it. */
  const stopAtPut = (nth: number) => {
    let puts = 0;
    let stopped = true;
    tables.failing((action) => {
      if (!stopped) return undefined;
      if (action === 'PutItem') puts += 1;
      return puts >= nth ? 'InternalServerError' : undefined;
    });
    return () => {
      stopped = false;
    };
  };

  test.each([1, 2, 3])('at write %i leaves nothing that is counted twice or half by the next run', async (nth) => {
    await statistics.count(contribution({ id: 'before' }), 1);
    const goOn = stopAtPut(nth);
    await statistics.count(contribution({ id: 'a', afterwards: [annotated(true)] }), 1).catch(() => {});
    goOn();
    await statistics.count(contribution({ id: 'other' }), 1); // another rollback is counted first
    await statistics.count(contribution({ id: 'a', afterwards: [annotated(true)] }), 1);
    expect(await inMonth()).toMatchObject({ count: 3, false_positive: { true: 1 } });
  });
});

const random = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  late: fc.nat(2),
});
/** The history of one rollback as it grows: closed, annotated, reviewed. Id and place follow from the letter. */
const grown = ({ id, late }: { readonly id: string; readonly late: number }): Contribution => {
  const n = 'abcd'.indexOf(id);
  return contribution({
    id,
    phase: 1 + (n % 2),
    trigger: n > 1 ? 'system_failure' : 'data_corruption',
    ended: 7 + n,
    review_due: '2026-11-08T10:00:00.000Z',
    afterwards: [annotated(true), reviewed('right', 200)].slice(0, late),
  });
};

test('counters added up equal rollbacks counted directly, in any order, with repeats and stops', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ what: random, stopsAt: fc.option(fc.integer({ min: 1, max: 3 })) }), { maxLength: 12 }),
      async (calls) => {
        const own = await emptyTables(['history']);
        let left = 0;
        own.failing((action) => (action === 'PutItem' && left > 0 && --left === 0 ? 'InternalServerError' : undefined));
        const store = statisticsIn(own.db, 'history');
        for (const { what, stopsAt } of calls) {
          left = stopsAt ?? 0;
          await store.count(grown(what), 1).catch(() => {});
          left = 0;
          await store.count(grown(what), 1); // Reconcile repeats what failed
        }
        const newest = new Map<string, Contribution>();
        for (const { what } of calls) {
          const one = grown(what);
          if (one.events >= (newest.get(one.of)?.events ?? 0)) newest.set(one.of, one);
        }
        const cells = await queryItems(own.db, 'history', countersOf('2026-11'));
        expect(summed(cells.map(({ counters }) => counters as Counters))).toEqual(
          summed([...newest.values()].map(({ counters }) => counters)),
        );
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

test('a month is found without a scan', async () => {
  await statistics.count(contribution({ id: 'a' }), 1);
  await statistics.progress();
  await statistics.failures('2026-11');
  expect(new Set(tables.requests)).toEqual(new Set(['GetItem', 'PutItem', 'Query']));
});
