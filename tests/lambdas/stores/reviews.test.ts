import { beforeEach, expect, test } from 'vitest';
import type { OpenReview } from '../../../domain/afterwards/review.ts';
import { type Reviews, reviewsIn } from '../../../lambdas/stores/reviews.ts';
import { emptyTables } from '../tables.ts';

let tables: Awaited<ReturnType<typeof emptyTables>>;
let reviews: Reviews;
beforeEach(async () => {
  tables = await emptyTables();
  reviews = reviewsIn(tables.db, 'state');
});

const at = (day: number) => `2026-03-0${day}T09:00:00.000Z`;
const review = (rollback: string, due: number): OpenReview => ({
  rollback,
  phase: 1,
  since: at(1),
  due: at(due),
  told: 0,
});
const from = async (day: number) => (await reviews.dueFrom(at(day))).map(({ rollback }) => rollback);

test('open reviews are read from an instant on, by deadline', async () => {
  for (const [rollback, due] of [
    ['c', 5],
    ['a', 3],
    ['b', 4],
  ] as const)
    await reviews.open(review(rollback, due));
  expect(await from(1)).toEqual(['a', 'b', 'c']);
  expect(await from(4)).toEqual(['b', 'c']);
});

test('two reviews with the same deadline are both read', async () => {
  await reviews.open(review('a', 3));
  await reviews.open(review('b', 3));
  expect(await from(3)).toEqual(['a', 'b']);
});

test('the one with the oldest deadline is found', async () => {
  expect(await reviews.oldest()).toBeUndefined();
  await reviews.open(review('b', 4));
  await reviews.open(review('a', 3));
  expect(await reviews.oldest()).toEqual(review('a', 3));
});

test('a review that is opened again keeps who was told', async () => {
  await reviews.open(review('a', 3));
  await reviews.told(review('a', 3), 50);
  await reviews.open(review('a', 3));
  expect(await reviews.dueFrom('')).toMatchObject([{ told: 50 }]);
});

test('a review that was given meanwhile is not stored again by a reminder', async () => {
  await reviews.open(review('a', 3));
  await reviews.close(review('a', 3));
  await reviews.told(review('a', 3), 50);
  expect(await from(1)).toEqual([]);
});

test('a review that is not stored can be closed', async () => {
  await reviews.close(review('a', 3));
  expect(await from(1)).toEqual([]);
});

test('reading never scans', async () => {
  await reviews.dueFrom(at(1));
  await reviews.oldest();
  expect(tables.requests).toEqual(['Query', 'Query']);
});
