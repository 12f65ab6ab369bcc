import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Openings and phrases that leave the reader to guess the subject, each with the reason. */
const riddles: readonly (readonly [RegExp, string])[] = [
  [/^(Who|What|Where|How|Whoever|Whatever)\b[^?]*$/, 'opens with a question word and is no question'],
  [/\bis nobody's\b/, 'has a negated pronoun as its predicate'],
  [/\bcomes to nothing\b/, 'has no subject that does something'],
  [/\b(who|what) is (late|asked|told)\b/, 'names nobody'],
  [/\bstands (there|in for|beside)\b/, 'says that something is, but not what it does'],
];

/** Returns the comments of a TypeScript or Python text, with the line on which each begins. */
function commentsIn(text: string): { readonly line: number; readonly text: string }[] {
  const comment = /\/\*\*?\s*([\s\S]*?)\*\/|(?<=^|\s)\/\/ (.*)$|(?<=^|\s)# (.*)$|"""([\s\S]*?)"""/gm;
  return [...text.matchAll(comment)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    text: (match[1] ?? match[2] ?? match[3] ?? match[4] ?? '').replaceAll(/\n\s*\* ?/g, ' ').trim(),
  }));
}

/** One sentence per comment that is a riddle. */
const riddlesIn = (file: string, text: string): string[] =>
  commentsIn(text).flatMap(({ line, text: comment }) => {
    const [first = ''] = comment.split(/(?<=[.:;])\s/);
    return riddles
      .filter(([pattern]) => pattern.test(pattern.source.startsWith('^') ? first : comment))
      .map(([, why]) => `${file}:${line}: the comment ${why}: ${first.slice(0, 80)}`);
  });

/** Every source but this one, whose examples are riddles. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.py'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && file !== 'tests/language.test.ts' && existsSync(join(root, file)));

test('no comment is a riddle', () => {
  expect(files.flatMap((file) => riddlesIn(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

describe('a comment is found that', () => {
  test.each([
    ['opens with a free relative', '/** What the layer said of each flag. */'],
    ['opens with Where for a condition', '// Where it fails, the next one is tried.'],
    ['opens with Who in Python', '# Who is late hears the decision.'],
    ['has a negated pronoun as its predicate', "// An alarm that joined it would be fine, but the lock is nobody's."],
  ])('%s', (_, text) => {
    expect(riddlesIn('a.ts', text)).toHaveLength(1);
  });

  test('but not a question', () => {
    expect(riddlesIn('a.ts', '/** Where does a resumed step begin? */')).toEqual([]);
  });
});
