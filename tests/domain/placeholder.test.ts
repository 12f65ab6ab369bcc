import { describe, expect, test } from 'vitest';
import { parseReleaseRequest } from '../../domain/decision/release-request.ts';
import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import { mistakenPlaceholder } from '../../domain/placeholder.ts';
import { parseAnswer } from '../../domain/question/answer.ts';

const answer = (changes: object) => {
  const parsed = parseAnswer({ answer: 'rollback', operator: 'ana', ...changes });
  if ('refused' in parsed) throw new Error(parsed.refused);
  return parsed;
};
const release = (changes: object) => parseReleaseRequest({ operator: 'ana', reason: 'host-2 repaired', ...changes });

describe.each([
  ['an answer', answer, 'Nothing was decided.'],
  ['a release', release, 'Nothing was released.'],
  ['a start', parseRollbackRequest, 'Nothing was changed.'],
])('%s that was pasted unchanged is refused', (_, parse, nothing) => {
  test.each([
    ['operator', 'YOUR NAME', 'replace YOUR NAME with your own name'],
    ['operator', ' your name ', 'replace YOUR NAME with your own name'],
    ['operator', 'YOU', 'replace YOU with your own name'],
    ['reason', 'WHY', 'replace WHY with your reason'],
    ['reason', 'why', 'replace WHY with your reason'],
  ])('with the %s %j', (key, placeholder, sentence) => {
    expect(() => parse({ [key]: placeholder })).toThrow(sentence);
    expect(() => parse({ [key]: placeholder })).toThrow(nothing);
  });

  test.each([
    ['operator', 'You Jin'],
    ['reason', 'why: bad fills'],
  ])('but not with the %s %j', (key, text) => {
    expect(parse({ [key]: text })).toMatchObject({ [key]: text });
  });
});

test.each([undefined, null, 7, {}, [], ''])('%j is not a placeholder', (found) => {
  expect(mistakenPlaceholder(found)).toBeUndefined();
});
