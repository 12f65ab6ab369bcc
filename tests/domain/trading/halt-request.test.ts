import { describe, expect, test } from 'vitest';
import { parseHalt, parseResume } from '../../../domain/trading/halt-request.ts';

describe('the text of a halt never refuses it', () => {
  const reasonOf = (reason: unknown) => parseHalt({ operator: 'ana', reason }).reason;

  test.each([
    ['empty', '', 'none was given'],
    ['blank', ' \n ', 'none was given'],
    ['of two lines', 'wrong prices\r\non CME', 'wrong prices on CME'],
    ['with a line separator', 'wrong\u2028prices', 'wrong prices'],
    ['with control characters', 'wrong\u001b[31mprices\u0000', 'wrong [31mprices'],
    ['a placeholder', 'WHY', 'WHY'],
    ['a number', 17, '17'],
    ['a list', ['wrong', 'prices'], '["wrong","prices"]'],
    ['null', null, 'none was given'],
  ])('a reason that is %s', (_, given, kept) => {
    expect(reasonOf(given)).toBe(kept);
  });

  test('a reason that is too long is cut, and no character of two units is split', () => {
    expect(reasonOf('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
    expect(reasonOf(`${'x'.repeat(498)}😀yy`)).toBe(`${'x'.repeat(498)}…`);
    expect(reasonOf('x'.repeat(500))).toBe('x'.repeat(500));
  });

  test('nor does the name of its person', () => {
    const operatorOf = (operator: unknown) => parseHalt({ operator, reason: 'wrong prices' }).operator;
    expect(['', undefined, 'YOUR NAME', 'ana\nmaier', 'x'.repeat(101)].map(operatorOf)).toEqual([
      ...['not named', 'not named', 'YOUR NAME', 'ana maier', `${'x'.repeat(99)}…`],
    ]);
  });

  test('nor does one host name that cannot be a name: the halt reaches the others', () => {
    expect(parseHalt({ hosts: ['host-1', '', 'host\n2', 7] }).hosts).toEqual(['host-1', 'host 2', '7']);
  });
});

test('a halt that names hosts, but none by a name, is refused: it may not become one of every host', () => {
  for (const hosts of [[], [''], 'host-1'])
    expect(() => parseHalt({ operator: 'ana', reason: 'wrong prices', hosts })).toThrow(
      /^A halt takes .*hosts must be/,
    );
});

test('a request to resume is refused for its text, in words of its own', () => {
  expect(() => parseResume({ operator: 'ana', reason: '' })).toThrow(/^A resume takes .*reason must be one line/);
});
