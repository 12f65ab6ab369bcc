import { expect, test } from 'vitest';
import { nextAfterQuestion } from '../../../domain/decision/after-question.ts';

test.each([
  ['permit', 'rollback', { act: true }],
  ['permit', 'stand-down', { end: 'Stood down' }],
  ['permit', 'nobody answered', { decide: 'nobody answered' }],
  ['confirm', 'rollback', { act: true }],
  ['confirm', 'fix-forward', { end: 'Fix forward' }],
  ['confirm', 'nobody answered', { decide: 'nobody answered' }],
  ['choose', 'nobody answered', { decide: 'nobody answered' }],
  ['choose', 'ask again', { decide: 'ask again' }],
  ['hand-over', 'retry', { resume: 'retry' }],
  ['hand-over', 'retry-failed-hosts', { resume: 'retry-failed-hosts' }],
  ['hand-over', 'skip', { resume: 'skip' }],
  ['hand-over', 'without-hosts', { resume: 'without-hosts' }],
  ['hand-over', 'ask again', { handOver: true }],
  ['hand-over', 'not proved', { end: 'Needs a person' }],
  ['hand-over', 'abort', { end: 'Needs a person' }],
  ['hand-over', 'nobody answered', { end: 'Needs a person' }],
] as const)('%s, %s: %j', (kind, outcome, next) => {
  expect(nextAfterQuestion(kind, outcome)).toEqual(next);
});
