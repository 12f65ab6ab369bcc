import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { coloured, print, printFailure, printInert } from '../../../cli/text/colour.ts';

const root = join(import.meta.dirname, '../../..');

/** Returns a coloured text with its escape codes as words: `{green}done{/}`. */
const marked = (text: string) =>
  Object.entries({ '1': '{bold}', '22': '{/}', '31': '{red}', '32': '{green}', '33': '{yellow}', '39': '{/}' }).reduce(
    (all, [code, name]) => all.replaceAll(`\u001b[${code}m`, name),
    coloured(text),
  );

describe('a text is coloured', () => {
  test.each([
    ['a heading', 'RECORD\n  phase 1', '{bold}RECORD{/}\n  phase 1'],
    ['a numbered heading', 'QUESTION 1', '{bold}QUESTION 1{/}'],
    ['a heading before a remark', 'FLAGS  before -> after', '{bold}FLAGS{/}  before -> after'],
    ['an ending', '  ending   Rolled back', '  ending   {green}Rolled back{/}'],
    ['the longer one of two endings', 'Rolled back, unverified', '{yellow}Rolled back, unverified{/}'],
    ['a bad ending', 'ends "Needs a person"', 'ends "{red}Needs a person{/}"'],
    ['a verdict', 'FAIL  verification of phase 1', '{red}FAIL{/}  verification of phase 1'],
    ['a verdict in a column', '  clear-cache  done     2/2 hosts', '  clear-cache  {green}done{/}     2/2 hosts'],
  ])('%s', (_, text, expected) => {
    expect(marked(text)).toBe(expected);
  });

  test.each([
    ['a count of hosts', '3 hosts: 2 PASS, 0 FAIL, 1 INCONCLUSIVE'],
    ['a word of prose', 'Not confirmed: nothing was done. It failed to start.'],
    ['a part of a word', 'PASSWORD and BYPASS'],
  ])('but not %s', (_, text) => {
    expect(marked(text)).toBe(text);
  });

  test('and keeps its words', () => {
    const text = 'RECORD\n  ending  Rolled back\nSTEPS\n  a  failed   1/2 hosts';
    expect(stripVTControlCharacters(coloured(text))).toBe(text);
  });
});

/** Returns what the work prints through the console, as the program does. */
function printed(work: () => void): string {
  const before = { ...console };
  const wrote = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const failed = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    printInert();
    work();
    return [...wrote.mock.calls, ...failed.mock.calls].map(([text]) => String(text)).join('');
  } finally {
    Object.assign(console, before);
    wrote.mockRestore();
    failed.mockRestore();
  }
}

describe('a text of others is printed inert', () => {
  const hostile = 'ok\u202eko\u001b[2K\r\u200b\u0085\u2028\u{e0001}\tx';
  const inert = 'ok\\u202eko\\u001b[2K\\u000d\\u200b\\u0085\\u2028\\udb40\\udc01\tx\n';
  test.each([
    ['print', () => print(hostile)],
    ['printFailure', () => printFailure(hostile)],
    ['console.log', () => console.log(hostile)],
    ['console.error', () => console.error(hostile)],
  ])('by %s', (_, work) => expect(printed(work)).toBe(inert));

  test('and JSON stays the same JSON', () => {
    const text = printed(() => console.log(JSON.stringify({ hostile })));
    expect(JSON.parse(text)).toEqual({ hostile });
    expect(text).not.toContain('\u202e');
  });
});

test('the program prints only so: every other way to write is one of these files', () => {
  const files = globSync('cli/**/*.ts', { cwd: root }).filter((file) =>
    /std(out|err)\.write\(|output\.write\(/.test(readFileSync(join(root, file), 'utf8')),
  );
  // A fixed sentence; completions, which are inert already; the line of a progress.
  const others = ['cli/actions/completion.ts', 'cli/main.ts', 'cli/text/progress.ts'];
  expect(files.toSorted()).toEqual([...others, 'cli/text/colour.ts'].toSorted());
  expect(readFileSync(join(root, 'cli/main.ts'), 'utf8')).toContain('printInert();');
});
