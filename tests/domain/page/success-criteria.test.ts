import { describe, expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import { successCriteria } from '../../../domain/page/success-criteria.ts';
import { chainOf, opening } from './an-incident.ts';

type Detail = Record<string, unknown>;
const taken = [0, 'Fleet taken', { fence: 1 }] as const;
const passed = {
  verdict: 'PASS',
  problem: null,
  impact_over: true,
  checks: [],
  version: 'v1',
  hosts_done: 3,
  hosts: 3,
};
const closed = { ending: 'Rolled back', problem: null, fleet: 'free', data_loss: false };

/** Returns the result of each criterion, in the order: time, data loss, service, performance. */
const resultsOf = (
  check: Detail | null,
  close: Detail | null,
  { after = 60, type = 'Recovery confirmed' as const } = {},
) => {
  const events = chainOf(
    ...opening(),
    taken,
    ...(check ? [[50, check['verdict'] === 'FAIL' ? 'Recovery not confirmed' : type, check] as const] : []),
    ...(close ? [[after, 'Rollback closed', close] as const] : []),
  );
  return successCriteria({ record: recordOf(events), events }).map(({ met }) => met);
};

describe('the success criteria of the procedure', () => {
  test.each<[string, Detail | null, Detail | null, number, string[]]>([
    ['all are met', passed, closed, 60, ['met', 'met', 'met', 'met']],
    ['while it runs nothing is met yet', null, null, 60, ['not yet', 'not yet', 'not yet', 'not yet']],
    ['it took longer than its limit', passed, closed, 901, ['not met', 'met', 'met', 'met']],
    ['data was lost', passed, { ...closed, data_loss: true }, 60, ['met', 'not met', 'met', 'met']],
    [
      'nobody knows whether data was lost',
      passed,
      { ...closed, data_loss: null },
      60,
      ['met', 'not known', 'met', 'met'],
    ],
    ['a host is missing', { ...passed, hosts_done: 2 }, closed, 60, ['met', 'met', 'not met', 'met']],
    [
      'an alarm is still red because of hosts that are away',
      { ...passed, verdict: 'UNVERIFIED', problem: 'Still red.', impact_over: false },
      { ...closed, ending: 'Rolled back, unverified', problem: 'Still red.' },
      60,
      ['met', 'met', 'not met', 'not known'],
    ],
    [
      'the check failed',
      { ...passed, verdict: 'FAIL', problem: 'host-1 is ill.' },
      { ...closed, ending: 'Needs a person', problem: 'host-1 is ill.' },
      60,
      ['met', 'met', 'not met', 'not met'],
    ],
    [
      'it stopped before the check',
      null,
      { ...closed, ending: 'Needs a person', data_loss: null },
      60,
      ['met', 'not known', 'not known', 'not known'],
    ],
  ])('%s', (_, check, close, after, results) => expect(resultsOf(check, close, { after })).toEqual(results));

  test('do not apply if no host was touched', () => {
    const events = chainOf(...opening(), [5, 'Rollback closed', { ending: 'Stood down' }]);
    expect(successCriteria({ record: recordOf(events), events }).map(({ met }) => met)).toEqual(
      Array(4).fill('does not apply'),
    );
  });
});
