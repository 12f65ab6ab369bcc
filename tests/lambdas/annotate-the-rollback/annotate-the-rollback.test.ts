import { beforeEach, describe, expect, test } from 'vitest';
import { firstBreak } from '../../../domain/history/event.ts';
import { annotateTheRollback } from '../../../lambdas/annotate-the-rollback/annotate-the-rollback.ts';
import { bufferedHistory } from '../../../lambdas/stores/buffered-history.ts';
import { historyBufferIn } from '../../../lambdas/stores/history-buffer.ts';
import { automaticRollback } from '../automatic-rollback.ts';

let one: Awaited<ReturnType<typeof automaticRollback>>;
beforeEach(async () => {
  one = await automaticRollback();
});

const now = () => Date.parse('2026-03-03T11:00:00.000Z');
const annotate = (input: object, id = 'arn:annotate:1') =>
  annotateTheRollback({ history: one.deps.history, now }, { execution: { id, input } });
const leak = { rollback: 'r-1', operator: 'ana', root_cause: 'memory leak', prevention_measures: ['memory alarm'] };

describe('an annotation of an ended rollback', () => {
  beforeEach(() => one.end());

  test('is a new event, and the history is sealed again behind it', async () => {
    const before = await one.events();
    await annotate(leak);
    const events = await one.events();
    expect(events.slice(0, before.length)).toEqual(before);
    expect(events.slice(before.length)).toMatchObject([
      {
        type: 'Annotated',
        at: '2026-03-03T11:00:00.000Z',
        detail: {
          operator: 'ana',
          by: 'arn:annotate:1',
          root_cause: 'memory leak',
          prevention_measures: ['memory alarm'],
        },
      },
      { type: 'Sealed', detail: { count: before.length + 1, ending: 'Rolled back' } },
    ]);
    expect(firstBreak(events)).toBeUndefined();
  });

  test('is in the stored record, which the result shows', async () => {
    const shown = {
      root_cause: 'memory leak',
      prevention_measures: ['memory alarm'],
      annotation: { operator: 'ana', note: null },
    };
    expect(await annotate(leak)).toMatchObject({ rollback: 'r-1', ...shown });
    expect(await one.record()).toMatchObject(shown);
  });

  test('returns the end of the chain, as a witness in the execution history', async () => {
    const { chain } = await annotate(leak);
    const last = (await one.events()).at(-1);
    expect(chain).toEqual({ count: last?.sequence, head: last?.hash });
  });

  test('that is repeated by the same execution adds nothing', async () => {
    await annotate(leak);
    const before = await one.types();
    await annotate(leak);
    expect(await one.types()).toEqual(before);
  });

  test('is kept in both versions if another execution annotates again', async () => {
    await annotate(leak);
    await annotate({ rollback: 'r-1', operator: 'bo', root_cause: 'disk full' }, 'arn:annotate:2');
    expect((await one.types()).filter((type) => type === 'Annotated')).toHaveLength(2);
    expect(await one.record()).toMatchObject({
      root_cause: 'disk full',
      prevention_measures: ['memory alarm'],
      annotation: { operator: 'bo' },
    });
  });

  test('waits in the state table while the history table refuses writes', async () => {
    const { db } = one.tables;
    let down = true;
    one.tables.failing((action) => (down && action === 'TransactWriteItems' ? 'InternalServerError' : undefined));
    const history = bufferedHistory(one.deps.history, historyBufferIn(db, 'state'), now);
    const execution = { id: 'arn:annotate:1', input: leak };
    expect(await annotateTheRollback({ history, now }, { execution })).toMatchObject({ root_cause: 'memory leak' });
    down = false;
    expect(await one.record()).toMatchObject({ root_cause: null });
    await history.append('r-1');
    expect(await one.record()).toMatchObject({ root_cause: 'memory leak' });
  });
});

describe('refused, with nothing changed, is an annotation', () => {
  const refused = async (input: object, message: string) => {
    const before = await one.events();
    await expect(annotate(input)).rejects.toMatchObject({
      name: 'AnnotationRefused',
      message: expect.stringContaining(message),
    });
    expect(await one.events()).toEqual(before);
  };

  test('of an open rollback', () => refused(leak, 'Rollback r-1 has not ended; annotate it after its end.'));

  test('of an unknown rollback', async () => {
    await refused({ ...leak, rollback: 'r-9' }, 'There is no rollback r-9. Nothing was changed.');
    expect(await one.deps.history.events('r-9')).toEqual([]);
  });

  test('with a link that is no web address', async () => {
    await one.end();
    await refused({ ...leak, links: ['ftp://example.com'] }, 'each of links must be an address');
  });
});

describe('an acknowledgement', () => {
  const ack = { rollback: 'r-1', operator: 'ana', acknowledge: true };

  test('of a rollback that needs a person is an event, once per execution', async () => {
    await one.end('Needs a person');
    const first = await annotate(ack);
    expect(await annotate(ack)).toEqual(first);
    const events = (await one.events()).filter(({ type }) => type === 'Acknowledged');
    expect(events).toMatchObject([{ detail: { operator: 'ana', about: 'ending', by: 'arn:annotate:1' } }]);
    expect((await one.events()).at(-1)?.type).toBe('Sealed');
  });

  test.each([
    ['a rollback that ended well', ack, 'Nobody is called about rollback r-1 now'],
    ['an unknown rollback', { ...ack, rollback: 'r-2' }, 'There is no rollback r-2.'],
    ['a name that was not filled in', { ...ack, operator: 'YOUR NAME' }, 'replace YOUR NAME with your own name'],
    ['a false word', { ...ack, acknowledge: 'yes' }, 'acknowledge must be true, found "yes"'],
    ['a finding beside it', { ...ack, note: 'x' }, '"note" is not one of rollback, operator, acknowledge'],
  ])('of %s is refused, and changes nothing', async (_, input, why) => {
    await one.end();
    const before = await one.types();
    await expect(annotate(input)).rejects.toThrow(why);
    expect(await one.types()).toEqual(before);
  });
});
