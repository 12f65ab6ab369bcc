import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { coloured } from '../../../cli/text/colour.ts';

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
