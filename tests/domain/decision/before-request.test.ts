import { describe, expect, test } from 'vitest';
import { parseBeforeRequest, phasesFrom } from '../../../domain/decision/before-request.ts';

const phases = [1, 2, 3, 4];

test('the phase is taken from the input, and the rest is that of every rollback', () => {
  expect(parseBeforeRequest({ before: 3, severity: 'HIGH', only_hosts: null }, phases)).toEqual({
    before: 3,
    rest: { severity: 'HIGH', only_hosts: null },
  });
});

test('the phases are undone from the latest down to the given one', () => {
  expect([phasesFrom(3, phases), phasesFrom(4, phases), phasesFrom(1, phases)]).toEqual([[4, 3], [4], [4, 3, 2, 1]]);
});

describe('refuses', () => {
  test.each([
    [
      'no phase',
      {},
      'before must be one of the phases 1, 2, 3, 4: that phase and every later one are rolled back; found none. Give it as in {"before": 3}. Nothing was changed.',
    ],
    ['a phase without a runbook', { before: 9 }, 'found 9'],
    ['a phase as text', { before: '3' }, 'found "3"'],
    ['a step', { before: 3, from_step: 'Clear state' }, 'from_step belongs to the rollback of one phase'],
    ['hosts', { before: 3, only_hosts: ['host-1'] }, 'only_hosts belongs to the rollback of one phase'],
    ['no object', 'now', 'The input must be a JSON object such as {"before": 3}; found "now".'],
    ['a list', [3], 'The input must be a JSON object'],
    [
      'the event of an alarm',
      { source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change', detail: {} },
      'Found the event of an alarm; expected a person’s input',
    ],
  ])('%s', (_, input, says) => {
    expect(() => parseBeforeRequest(input, phases)).toThrow(says);
  });
});
