import { describe, expect, test } from 'vitest';
import { annotationRefusal, parseAnnotation } from '../../../domain/afterwards/annotation.ts';

const whole = {
  rollback: 'r-1',
  operator: 'ana',
  root_cause: 'memory leak',
  prevention_measures: ['memory alarm', 'longer load test'],
  note: 'found in the heap dump',
  false_positive: false,
  links: ['https://wiki.example.com/incidents/7', 'http://tickets.example.com/?id=7#top'],
};
const { rollback, operator } = whole;

test('an annotation has all findings', () => {
  expect(parseAnnotation(whole)).toEqual(whole);
});

test.each(['root_cause', 'prevention_measures', 'note', 'false_positive', 'links'] as const)(
  '%s alone is enough',
  (key) => {
    expect(parseAnnotation({ rollback, operator, [key]: whole[key] })).toEqual({
      rollback,
      operator,
      [key]: whole[key],
    });
  },
);

test('blanks around a text are removed', () => {
  expect(parseAnnotation({ ...whole, root_cause: ' memory leak ' })).toMatchObject({ root_cause: 'memory leak' });
});

test('a field that is null is not given', () => {
  expect(parseAnnotation({ ...whole, note: null })).not.toHaveProperty('note');
});

describe('an annotation is refused with one sentence:', () => {
  const long = (length: number) => 'x'.repeat(length);
  test.each<[string, unknown, string]>([
    ['no object', 'leak', 'found "leak"'],
    ['a list', [], 'found []'],
    ['no rollback', { ...whole, rollback: undefined }, 'rollback is missing'],
    ['no name', { ...whole, operator: undefined }, 'operator is missing'],
    [
      'nothing found',
      { rollback, operator },
      'give at least one of root_cause, prevention_measures, note, false_posit',
    ],
    ['an unknown key', { ...whole, rootcause: 'x' }, '"rootcause" is not one of rollback, operator, root_cause'],
    ['a near miss', { ...whole, rootcause: 'x' }, '(did you mean root_cause?)'],
    ['an empty text', { ...whole, root_cause: '' }, 'root_cause must be one line of 1 to 500 printable characters'],
    ['blanks', { ...whole, note: '   ' }, 'note must be one line of 1 to 1000 printable characters, found "   "'],
    ['a line break', { ...whole, root_cause: 'a\nb' }, 'root_cause must be one line'],
    ['an escape character', { ...whole, note: 'a\u001b[2Jb' }, 'note must be one line'],
    ['a line separator', { ...whole, note: 'a\u2028b' }, 'note must be one line'],
    ['a number', { ...whole, root_cause: 7 }, 'root_cause must be one line of 1 to 500 printable characters, found 7'],
    ['a cause too long', { ...whole, root_cause: long(501) }, 'root_cause must be one line of 1 to 500'],
    ['a note too long', { ...whole, note: long(1001) }, 'note must be one line of 1 to 1000'],
    [
      'no measure',
      { ...whole, prevention_measures: [] },
      'prevention_measures must be a list of 1 to 10 texts, found 0',
    ],
    [
      'one text',
      { ...whole, prevention_measures: 'x' },
      'prevention_measures must be a list of 1 to 10 texts, found "x"',
    ],
    ['too many', { ...whole, prevention_measures: Array(11).fill('x') }, 'a list of 1 to 10 texts, found 11'],
    ['an empty measure', { ...whole, prevention_measures: ['x', ''] }, 'each of prevention_measures must be one line'],
    ['a long measure', { ...whole, prevention_measures: [long(201)] }, 'each of prevention_measures must be one line'],
    ['a word for false', { ...whole, false_positive: 'no' }, 'false_positive must be true or false, found "no"'],
    ['YOUR NAME', { ...whole, operator: 'YOUR NAME' }, 'replace YOUR NAME with your own name'],
    [
      'a long link',
      { ...whole, links: [`https://example.com/${long(300)}`] },
      'each of links must be one line of 1 to 300',
    ],
    ['too many links', { ...whole, links: Array(6).fill('https://example.com') }, 'a list of 1 to 5 texts, found 6'],
  ])('%s', (_, input, message) => {
    expect(() => parseAnnotation(input)).toThrow(
      expect.objectContaining({ name: 'AnnotationRefused', message: expect.stringContaining(message) }),
    );
    expect(() => parseAnnotation(input)).toThrow(/^An annotation looks like .*\. Nothing was changed\.$/);
  });

  test.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'ftp://example.com/a',
    'data:text/html,x',
    'wiki.example.com/7',
    '//example.com/7',
    'https://',
    'https:///path',
    'https:example.com',
    'https://exa mple.com',
    'https://ana:secret@example.com/',
    'https://ana@example.com/',
    ' see https://example.com',
  ])('the link %s', (link) => {
    expect(() => parseAnnotation({ ...whole, links: ['https://example.com', link] })).toThrow(
      'each of links must be an address such as https://wiki.example.com/incident-7, without a password, found ',
    );
  });
});

test('longest texts are accepted, also of characters outside of ASCII', () => {
  const root_cause = '漏'.repeat(500);
  expect(parseAnnotation({ rollback, operator, root_cause })).toMatchObject({ root_cause });
});

describe('a rollback', () => {
  test('that ended can be annotated', () => {
    expect(annotationRefusal('r-1', { ending: 'Needs a person' })).toBeUndefined();
  });

  test('that is open cannot', () => {
    expect(annotationRefusal('r-1', { ending: null })).toBe(
      'Rollback r-1 has not ended; annotate it after its end. Nothing was changed.',
    );
  });

  test('that is unknown cannot', () => {
    expect(annotationRefusal('r-9', undefined)).toBe('There is no rollback r-9. Nothing was changed.');
  });
});
