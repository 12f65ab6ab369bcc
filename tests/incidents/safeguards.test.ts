import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { changed, copyProject } from '../../cli/account/project-copy.ts';
import { UsageError } from '../../cli/account/usage-error.ts';
import { proveSafeguards } from '../../cli/actions/safeguards.ts';
import { invariants } from '../../incidents/invariants.ts';
import { row, without, withRows } from '../../incidents/safeguards/safeguard.ts';
import { foundSoFar, safeguards } from '../../incidents/safeguards.ts';
import { drawn, generatorOf, searchOne } from '../../incidents/search.ts';
import { storySchema } from '../../rehearsals/story.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const page = read('docs/safeguards.md');
const known = invariants.map(({ name }) => name);

test('at least 25 safeguards are proved needed, each under a name of its own', () => {
  expect(safeguards.length).toBeGreaterThanOrEqual(25);
  expect(new Set(safeguards.map(({ name }) => name)).size).toBe(safeguards.length);
});

describe.each(safeguards)('the safeguard $name', (safeguard) => {
  test('is removed by patches that apply exactly once to the present source', () => {
    const texts = new Map<string, string>();
    for (const patch of safeguard.patches) {
      const before = texts.get(patch.file) ?? read(patch.file);
      const after = without(before, patch);
      expect(after).not.toBe(before);
      texts.set(patch.file, after);
    }
  });

  test('has a story, and names invariants that exist', () => {
    expect(storySchema.safeParse(parse(read(safeguard.story))).error).toBeUndefined();
    const named = [safeguard.breaks, foundSoFar()[safeguard.name]?.breaks].filter((name) => name !== undefined);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('was found by an incident that has its kinds of trouble', () => {
    const found = foundSoFar()[safeguard.name];
    if (found?.generator !== generatorOf('incidents')) return; // another generator draws another incident
    expect(JSON.stringify(drawn(found.seed, found.number, 'incidents'))).toMatch(new RegExp(safeguard.kinds ?? ''));
  });
});

test('docs/safeguards.md has a row for each safeguard, and no other: npm run safeguards -- --list --keep writes them', () => {
  expect(
    withRows(
      page,
      safeguards.map((one) => row(one, foundSoFar()[one.name])),
    ),
  ).toBe(page);
});

test('every incident that is stored found a safeguard of the list', () => {
  expect(Object.keys(foundSoFar()).filter((name) => !safeguards.some((one) => one.name === name))).toEqual([]);
});

describe('a patch', () => {
  const patch = { file: 'a.ts', before: 'if (a)', after: 'if ($&)' };
  test('replaces its text, and nothing in it is a pattern', () => {
    expect(without('if (a) b();', patch)).toBe('if ($&) b();');
  });

  test.each([
    ['the text is gone', 'b();', 'a.ts has the patched text 0 times'],
    ['the text is there twice', 'if (a) if (a)', 'a.ts has the patched text 2 times'],
  ])('is refused if %s', (_, text, says) => {
    expect(() => without(text, patch)).toThrow(says);
  });
});

test('a drawn incident is the one that a search plays', async () => {
  const played: unknown[] = [];
  const place = {
    environment: 'incidents',
    region: 'us-east-1',
    open: (story: unknown): Promise<never> => {
      played.push(story);
      return Promise.reject(new Error('not opened'));
    },
  };
  const options = { seed: 7, known: [], shrink: () => 1, twiceEvery: 1000 };
  for (const number of [1, 2, 3]) {
    played.length = 0;
    await expect(searchOne(place, number, options)).rejects.toThrow();
    expect(storySchema.parse(drawn(7, number, 'incidents'))).toEqual(played[0]);
  }
});

test('a copy of the project is changed and restored, and the project stays as it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'copy-'));
  try {
    const copy = copyProject(join(folder, 'project'));
    const restore = changed(copy, 'cdk.json', (text) => `${text} `);
    expect(readFileSync(join(copy, 'cdk.json'), 'utf8')).toBe(`${read('cdk.json')} `);
    restore();
    expect(readFileSync(join(copy, 'cdk.json'), 'utf8')).toBe(read('cdk.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('an unknown safeguard is refused before anything is copied', async () => {
  const options = { count: 1, seed: 1, from: 1 };
  await expect(proveSafeguards(['fense-on-hosts'], options)).rejects.toThrow(UsageError);
});
