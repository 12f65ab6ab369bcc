import { describe, expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import { pageCriteria } from '../../../domain/page/success-criteria.ts';
import { judgedRollback } from '../../../domain/report/month.ts';
import { contributionOf } from '../../../domain/statistics/contribution.ts';
import { successCriteria } from '../../../domain/statistics/success-criteria.ts';
import { chainOf, type Listed, opening } from './an-incident.ts';

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
    ...(after < 0 ? [[901, 'Limit missed', {}] as const] : []),
    ...(check ? [[50, check['verdict'] === 'FAIL' ? 'Recovery not confirmed' : type, check] as const] : []),
    ...(close ? [[after, 'Rollback closed', close] as const] : []),
  );
  return pageCriteria(recordOf(events), events).map(({ met }) => met);
};

describe('the success criteria of the procedure', () => {
  test.each<[string, Detail | null, Detail | null, number, string[]]>([
    ['all are met', passed, closed, 60, ['met', 'met', 'met', 'met']],
    ['while it runs nothing is met yet', null, null, 60, ['not yet', 'not yet', 'not yet', 'not yet']],
    ['the limit has passed, and it still runs', null, null, -1, ['not met', 'not yet', 'not yet', 'not yet']],
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
      ['not met', 'met', 'not met', 'not known'],
    ],
    [
      'it stopped before the check',
      null,
      { ...closed, ending: 'Needs a person', data_loss: null },
      60,
      ['not met', 'not known', 'not met', 'not known'],
    ],
  ])('%s', (_, check, close, after, results) => expect(resultsOf(check, close, { after })).toEqual(results));

  test('do not apply if no host was touched', () => {
    const events = chainOf(...opening(), [5, 'Rollback closed', { ending: 'Stood down' }]);
    expect(pageCriteria(recordOf(events), events).map(({ met }) => met)).toEqual(Array(4).fill('does not apply'));
  });

  test('do not apply to a drill, and not to a rollback that took the fleet and stood down', () => {
    for (const [mode, ending] of [
      ['simulate', 'Drill passed'],
      ['live', 'Stood down'],
    ] as const) {
      const events = chainOf(...opening({ mode }), taken, [5, 'Rollback closed', { ending }]);
      expect(pageCriteria(recordOf(events), events).map(({ met }) => met)).toEqual(Array(4).fill('does not apply'));
      expect([judgedRollback(events), contributionOf(events)?.counters['criteria']]).toEqual([undefined, undefined]);
    }
  });

  test('of a rollback that a person started do not call its performance met: no metric was compared', () => {
    const [first, ...rest] = opening();
    const byHand: Listed = [0, 'Rollback opened', { ...first?.[2], alarm: null, operator: 'ana' }];
    const events = chainOf(byHand, ...rest, taken, [50, 'Recovery confirmed', passed], [60, 'Rollback closed', closed]);
    expect(pageCriteria(recordOf(events), events).at(-1)).toMatchObject({ name: 'Performance', met: 'not known' });
  });

  test.each([
    ['a good end', passed, closed],
    ['a stop', null, { ...closed, ending: 'Needs a person', data_loss: null }],
    [
      'an end that is not verified',
      { ...passed, verdict: 'UNVERIFIED' },
      { ...closed, ending: 'Rolled back, unverified' },
    ],
  ])('are the same on the page, in the report, in the month and in the statistics after %s', (_, check, close) => {
    const checked: Listed[] = check ? [[50, 'Recovery confirmed', check]] : [];
    const events = chainOf(...opening(), taken, ...checked, [60, 'Rollback closed', close]);
    const words = { met: 'yes', 'not met': 'no', 'not known': 'unknown', 'not yet': '', 'does not apply': '' };
    const onPage = pageCriteria(recordOf(events), events).map(({ name, met }) => [name, words[met]]);
    const of = (all: ReturnType<typeof successCriteria> = []) => all.map(({ criterion, met }) => [criterion, met]);
    expect(of(successCriteria(recordOf(events), events))).toEqual(onPage);
    expect(of(judgedRollback(events)?.criteria as ReturnType<typeof successCriteria>)).toEqual(onPage);
    const counted = Object.fromEntries(onPage.map(([name, met]) => [name, { [String(met)]: 1 }]));
    expect(contributionOf(events)?.counters['criteria']).toEqual(counted);
  });
});
