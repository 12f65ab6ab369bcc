import { describe, expect, test } from 'vitest';
import { parseAnnotation } from '../../domain/afterwards/annotation.ts';
import { parseReview } from '../../domain/afterwards/review.ts';
import { parseBrakes } from '../../domain/brakes/brakes-request.ts';
import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import { parseSetFlag } from '../../domain/flags/set-flag-request.ts';
import { shown, unprintable } from '../../domain/printable.ts';
import { parseAnswer } from '../../domain/question/answer.ts';

test('what was found is shown as JSON, at most 60 characters of it', () => {
  expect([shown('a'), shown(7), shown(undefined)]).toEqual(['"a"', '7', 'nothing']);
  expect(shown('x'.repeat(100))).toHaveLength(60);
});

/** Each would end a line or start an escape sequence of a terminal. */
const forging = ['\n', '\u001b', '\u0085', '\u009b', '\u2028', '\u2029'];

test.each(forging)('%j is escaped', (character) => {
  expect(shown(`a${character}b`)).not.toMatch(unprintable);
});

const sentenceOf = (parse: () => unknown): string => {
  try {
    return (parse() as { refused?: string }).refused ?? 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

describe.each(forging)('a name with %j is refused without repeating it', (character) => {
  const operator = `a${character}b`;
  test.each([
    ['start', () => parseRollbackRequest({ operator })],
    ['answer', () => parseAnswer({ answer: 'rollback', operator })],
    ['release', () => parseReleaseRequest({ operator, reason: 'x' })],
    ['annotation', () => parseAnnotation({ rollback: 'r-1', operator, note: 'x' })],
    ['brakes', () => parseBrakes({ action: 'pause', operator, reason: 'x' })],
    ['flag', () => parseSetFlag({ flag: 'a', value: 'b', operator, reason: 'x' })],
    ['review', () => parseReview({ rollback: 'r-1', operator, verdict: 'right', reason: 'x' })],
  ])('%s', (_, parse) => {
    const sentence = sentenceOf(parse);
    expect(sentence).toContain('operator must be one line');
    expect(sentence).not.toMatch(unprintable);
  });
});
