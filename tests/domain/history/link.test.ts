import { describe, expect, test } from 'vitest';
import {
  brokenLink,
  contradictions,
  emptyMonth,
  type HeldRollback,
  type Link,
  type LinkContent,
  linked,
  linkOf,
  monthEndAfter,
  monthOf,
  nextMonth,
} from '../../../domain/history/link.ts';

const at = '2026-11-05T10:00:00.000Z';
const opened = (rollback: string) => linkOf('opened', rollback, { count: 1, head: `${rollback}/1` });
const sealed = (rollback: string, count = 3) => linkOf('sealed', rollback, { count, head: `${rollback}/${count}` });
const closed: LinkContent = { kind: 'month closed' };

function month(name: string, contents: readonly LinkContent[], previous?: string): Link[] {
  const links: Link[] = [];
  let end = emptyMonth(name, previous);
  for (const content of contents) {
    const link = linked(end, content, { at });
    links.push(link);
    end = monthEndAfter(link);
  }
  return links;
}

const november = month('2026-11', [opened('a'), opened('b'), sealed('a'), sealed('b'), closed]);
const december = month('2026-12', [opened('c'), sealed('c')], november.at(-1)?.hash);
const months = [november, december];

/** A rollback of three events, each with a hash of its own name. */
const held = (rollback: string, events = 3): HeldRollback => ({
  rollback,
  hashOf: (count) => (count <= events ? `${rollback}/${count}` : undefined),
});
const all = [held('a'), held('b'), held('c')];

describe('the month of a link', () => {
  test('is the month in UTC', () => expect(monthOf('2026-12-01T00:30:00+01:00')).toBe('2026-11'));
  test('is followed by January after December', () => expect(nextMonth('2026-12')).toBe('2027-01'));
});

describe('links', () => {
  test('are intact as they were written', () => expect(brokenLink(months)).toBeUndefined());

  test('do not follow a closing link', () => {
    expect(() => linked(monthEndAfter(november[4] as Link), opened('d'), { at })).toThrow(
      'The links of 2026-11 are closed; found a further link. Append it to the first month that is open.',
    );
  });

  test('record that a link was late', () => {
    expect(linked(emptyMonth('2026-11'), opened('a'), { at, late: true }).late).toBe(true);
  });

  test.each(november.map((_, i) => i))('are broken if link %i is deleted', (i) => {
    const rest = november.toSpliced(i, 1);
    expect(brokenLink([rest, december])?.says).toMatch(/^BROKEN: /);
  });

  test.each(november.slice(1).map((_, i) => i))('are broken if link %i changes its place with the next', (i) => {
    const [one, other] = [november[i] as Link, november[i + 1] as Link];
    expect(brokenLink([november.toSpliced(i, 2, other, one), december])?.says).toMatch(/^BROKEN: /);
  });

  test.each(november.slice(0, 4).map((_, i) => i))('are broken if link %i names another rollback', (i) => {
    const renamed = { ...november[i], rollback: 'x' } as Link;
    expect(brokenLink([november.with(i, renamed), december])?.says).toBe(
      `BROKEN: link ${i + 1} of 2026-11 was changed`,
    );
  });

  test('are broken if a whole month is recomputed, because the next one continues the old hash', () => {
    const rewritten = month('2026-11', [opened('b'), sealed('b'), closed]);
    expect(brokenLink([rewritten, december])?.says).toBe(
      'BROKEN: link 1 of 2026-12 does not continue the link before it',
    );
  });

  test('are broken if a month before the last is not closed', () => {
    expect(brokenLink([november.slice(0, 4), december])?.says).toBe(
      'BROKEN: the links of 2026-11 have no closing link, but 2026-12 has links',
    );
  });

  test('are broken if a month follows that its closing link does not name', () => {
    const named = month('2026-11', [opened('a'), { kind: 'month closed', next: '2027-01' }]);
    expect(brokenLink([named, month('2026-12', [opened('b')], named.at(-1)?.hash)])?.says).toBe(
      'BROKEN: the links of 2026-11 continue in 2027-01, but 2026-12 follows',
    );
  });

  test('are broken if something follows a closing link', () => {
    const after = { ...(november[0] as Link), sequence: 6, previous_hash: november[4]?.hash ?? '' };
    expect(brokenLink([[...november, after]])?.says).toBe('BROKEN: link 6 of 2026-11 follows the closing link');
  });
});

describe('the history, held against the links,', () => {
  const links = months.flat();

  test('agrees as it was written', () => expect(contradictions(links, all)).toEqual([]));

  test('lacks a rollback that was deleted', () => {
    expect(contradictions(links, [held('a'), held('c')])).toEqual([
      { rollback: 'b', says: 'DELETED: the links name b, and the history does not hold it' },
    ]);
  });

  test('holds a rollback that was invented', () => {
    expect(contradictions(links, [...all, held('d')])).toEqual([
      { rollback: 'd', says: 'INVENTED: the history holds d, and no link names it' },
    ]);
  });

  test('lacks one and holds another if a rollback was renamed', () => {
    expect(contradictions(links, [held('a'), held('x'), held('c')]).map(({ says }) => says.split(':')[0])).toEqual([
      'DELETED',
      'INVENTED',
    ]);
  });

  test('has a shorter chain than the sealed one if events were cut off', () => {
    expect(contradictions(links, [held('a'), held('b', 2), held('c')])).toEqual([
      { rollback: 'b', says: 'CHANGED: event 3 of b is missing (sealed in 2026-11)' },
    ]);
  });

  test('has another chain than the sealed one if its events were rewritten with new hashes', () => {
    const rewritten = { rollback: 'b', hashOf: (count: number) => `new/${count}` };
    expect(contradictions(links, [held('a'), rewritten, held('c')]).map(({ says }) => says)).toEqual([
      'CHANGED: event 1 of b is another one (opened in 2026-11)',
      'CHANGED: event 3 of b is another one (sealed in 2026-11)',
    ]);
  });
});
