import { describe, expect, test } from 'vitest';
import { differences } from '../../rehearsals/differences.ts';

describe('a value as expected', () => {
  test.each([
    ['the same text', 'Rolled back', 'Rolled back'],
    ['null', null, null],
    ['false', false, false],
    ['a part of an object', { severity: 'HIGH' }, { severity: 'HIGH', phase: 1 }],
    ['a part of an object within', { released: { operator: 'ana' } }, { released: { operator: 'ana', at: 5 } }],
    ['the same list', [1, 2], [1, 2]],
    ['a list of parts', [{ sent: false }], [{ sent: false, at: 5 }]],
    ['a list’s length', { length: 2 }, ['one', 'other']],
    ['more than was expected', { more_than: 0 }, 3],
    ['nothing expected', {}, undefined],
  ])('%s has no differences', (_, expected, found) => {
    expect(differences(expected, found, 'record')).toEqual([]);
  });
});

describe('a value that differs', () => {
  test.each([
    ['another text', 'HIGH', 'LOW', 'record: expected "HIGH", found "LOW"'],
    ['a number as text', 1, '1', 'record: expected 1, found "1"'],
    ['nothing', 'HIGH', undefined, 'record: expected "HIGH", found nothing'],
    ['nothing, where null was expected', null, undefined, 'record: expected null, found nothing'],
    ['a key that is missing', { severity: 'HIGH' }, {}, 'record.severity: expected "HIGH", found nothing'],
    ['an object that is missing', { severity: 'HIGH' }, null, 'record.severity: expected "HIGH", found nothing'],
    ['a list of other length', [1], [1, 2], 'record: expected [1], found [1,2]'],
    ['a part of a list', [{ sent: false }], [{ sent: true }], 'record.0.sent: expected false, found true'],
    ['not more', { more_than: 3 }, 3, 'record: expected more than 3, found 3'],
    ['words that are not in it', { contains: 'host-2' }, 'host-1', 'record: expected "host-2" in it, found "host-1"'],
    ['words of nothing', { contains: 'host-2' }, null, 'record: expected "host-2" in it, found null'],
    ['an object for a text', 'HIGH', { severity: 'HIGH' }, 'record: expected "HIGH", found {"severity":"HIGH"}'],
  ])('%s gives one sentence with its place', (_, expected, found, sentence) => {
    expect(differences(expected, found, 'record')).toEqual([sentence]);
  });

  test('in two places gives two sentences', () => {
    expect(differences({ a: 1, b: { c: 2 } }, { a: 0, b: { c: 0 } }, 'host-1')).toEqual([
      'host-1.a: expected 1, found 0',
      'host-1.b.c: expected 2, found 0',
    ]);
  });
});
