import { beforeEach, describe, expect, test } from 'vitest';
import { firstBreak } from '../../../domain/history/event.ts';
import { reviewTheRollback } from '../../../lambdas/review-the-rollback/review-the-rollback.ts';
import { automaticRollback, DUE } from '../automatic-rollback.ts';

let one: Awaited<ReturnType<typeof automaticRollback>>;
beforeEach(async () => {
  one = await automaticRollback();
});

const now = () => Date.parse('2026-03-03T11:00:00.000Z');
const review = (changes: object = {}, id = 'arn:review:1') =>
  reviewTheRollback(
    { ...one.deps, now },
    { execution: { id, input: { rollback: 'r-1', operator: 'bo', verdict: 'right', reason: 'corrupt', ...changes } } },
  );

describe('a review', () => {
  beforeEach(() => one.end());

  test('is a new event, and the history is sealed again behind it', async () => {
    const before = (await one.events()).length;
    await review();
    const events = await one.events();
    expect(events.slice(before)).toMatchObject([
      { type: 'Reviewed', detail: { verdict: 'right', operator: 'bo', reason: 'corrupt', by: 'arn:review:1' } },
      { type: 'Sealed', detail: { count: before + 1, ending: 'Rolled back' } },
    ]);
    expect(firstBreak(events)).toBeUndefined();
  });

  test('is in the record', async () => {
    const { review: shown } = await review({ verdict: 'wrong' });
    expect(shown).toEqual({
      due: DUE,
      verdict: 'wrong',
      reviewer: 'bo',
      principal: null,
      reason: 'corrupt',
      at: '2026-03-03T11:00:00.000Z',
      by: 'arn:review:1',
    });
    expect((await one.record()).review).toEqual(shown);
  });

  test('ends the reminders', async () => {
    await review();
    expect(await one.openReviews()).toEqual([]);
  });

  test('that is repeated by the same execution returns the same, and adds nothing', async () => {
    const first = await review();
    const before = await one.types();
    expect(await review()).toEqual(first);
    expect(await one.types()).toEqual(before);
  });

  test('that died before it ended the reminders ends them when it is repeated', async () => {
    const close = async () => Promise.reject(new Error('killed'));
    const input = { rollback: 'r-1', operator: 'bo', verdict: 'right', reason: 'corrupt' };
    const reviews = { ...one.deps.reviews, close };
    await reviewTheRollback({ ...one.deps, reviews, now }, { execution: { id: 'arn:review:1', input } });
    expect(await one.openReviews()).toHaveLength(1);
    await review();
    expect(await one.openReviews()).toEqual([]);
  });

  test('may be given after its deadline', async () => {
    const late = () => Date.parse('2026-03-09T09:00:00.000Z');
    const input = { rollback: 'r-1', operator: 'bo', verdict: 'right', reason: 'corrupt' };
    await reviewTheRollback({ ...one.deps, now: late }, { execution: { id: 'arn:review:1', input } });
    expect((await one.record()).review).toMatchObject({ due: DUE, at: '2026-03-09T09:00:00.000Z' });
  });

  test('of two at once one counts, and the other learns of it', async () => {
    const both = await Promise.all(
      ['bo', 'cy'].map((operator, i) =>
        review({ operator }, `arn:review:${i}`).then(
          () => 'counts',
          (error: Error) => `${error.name}: ${error.message}`,
        ),
      ),
    );
    expect(both.filter((result) => result === 'counts')).toHaveLength(1);
    expect(both.find((result) => result !== 'counts')).toMatch(
      /^ReviewRefused: Rollback r-1 was reviewed by (bo|cy) at /,
    );
    expect((await one.types()).filter((type) => type === 'Reviewed')).toHaveLength(1);
  });
});

describe('refused, with nothing changed, is a review', () => {
  const refused = async (message: string, changes: object = {}) => {
    const before = await one.events();
    await expect(review(changes, 'arn:review:2')).rejects.toMatchObject({
      name: 'ReviewRefused',
      message: expect.stringContaining(message),
    });
    expect(await one.events()).toEqual(before);
  };

  test('that comes second: it learns who reviewed and when', async () => {
    await one.end();
    await review();
    await refused('Rollback r-1 was reviewed by bo at 2026-03-03T11:00:00.000Z: right, corrupt. Nothing was changed.');
  });

  test('of a rollback that a person started', async () => {
    one = await automaticRollback({ alarm: null, operator: 'ana' });
    await one.end();
    await refused('Rollback r-1 needs no review: a person started it. Nothing was changed.');
  });

  test('of an open rollback', () => refused('Rollback r-1 has not ended'));

  test('of an unknown rollback', () => refused('Rollback r-9 does not exist', { rollback: 'r-9' }));

  test('without a reason', async () => {
    await one.end();
    await refused('reason must be one line', { reason: '' });
  });
});
