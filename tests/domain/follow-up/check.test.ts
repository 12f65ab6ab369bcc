import { describe, expect, test } from 'vitest';
import { conditionNow, type Found, judgedCheck, pages } from '../../../domain/follow-up/check.ts';

const look = (verdict: 'PASS' | 'FAIL' | 'INCONCLUSIVE'): NonNullable<Found['look']> => ({
  look_id: 'look_1',
  check: 'health',
  variant: 'comprehensive',
  phase: 1,
  verdict,
  hosts: { PASS: 2, FAIL: verdict === 'FAIL' ? 1 : 0, INCONCLUSIVE: verdict === 'INCONCLUSIVE' ? 1 : 0 },
});
const good: Found = {
  ...{ hours: 1, look: look('PASS'), not_looked: null, unhealthy: [], red: [], again: [], holder: null },
  metric: { state: 'at baseline', says: 'Gaps is 0.' },
  differing: [],
};
const judged = (changes: Partial<Found>) => judgedCheck({ ...good, ...changes });

describe('a check is', () => {
  test.each<[string, string, Partial<Found>]>([
    ['healthy', 'if every fact is good', {}],
    ['healthy', 'without hosts on a day when none is asked', { look: null }],
    ['healthy', 'without a metric if no alarm started the rollback', { metric: null }],
    ['relapsed', 'if an alarm of the phase is red', { red: ['rollback-x-phase-1-data_corruption'] }],
    ['relapsed', 'if a host is not healthy', { look: look('FAIL'), unhealthy: ['host-2 (feed)'] }],
    ['relapsed', 'if the metric left its baseline', { metric: { state: 'off', says: 'Gaps is 5, not 0.' } }],
    ['relapsed', 'if the phase was rolled back again', { again: [{ rollback: 'r-2', ending: 'Rolled back' }] }],
    ['relapsed', 'if one fact is bad and another is not known', { red: ['a'], differing: null }],
    ['unknown', 'if a host gave no verdict', { look: look('INCONCLUSIVE') }],
    ['unknown', 'if the hosts could not be asked', { look: null, not_looked: 'Throttled.' }],
    ['unknown', 'if the metric has no data', { metric: { state: 'no data', says: 'Gaps has no datapoints.' } }],
    ['unknown', 'if hosts were not compared', { differing: null }],
    ['unknown', 'if a host differs: its own alarm names it', { differing: ['host-2'] }],
    ['unknown', 'while another rollback holds the fleet', { holder: 'r-9' }],
  ])('%s %s', (state, _, changes) => {
    expect(judged(changes).state).toBe(state);
  });

  test('told with what is bad first', () => {
    const { says } = judged({ red: ['a'], differing: null, again: [{ rollback: 'r-2', ending: 'Rolled back' }] });
    expect(says[0]).toBe(
      'Rollback r-2 of the same phase began since, and nothing was deployed in between. It ended "Rolled back".',
    );
    expect(says[1]).toBe('Red alarms: a.');
    expect(says).toContain('The hosts could not be compared with what is deployed.');
  });
});

describe('a relapse says how the system is now:', () => {
  const again = [{ rollback: 'r-2', ending: null }];
  test.each<[string, Partial<Found>]>([
    ['not well', { red: ['a'] }],
    ['a second rollback began; not well', { again, red: ['a'] }],
    ['a second rollback began; well now', { again }],
    ['a second rollback began; health unknown', { again, differing: null }],
    ['a second rollback began; health unknown', { again, holder: 'r-2' }],
  ])('%s', (condition, changes) => {
    expect(conditionNow({ ...good, ...changes })).toBe(condition);
  });
});

const states = (...all: ('healthy' | 'relapsed' | 'unknown')[]) => all.map((state) => ({ state }));

describe('people are paged', () => {
  test.each([
    ['about the first relapse', states(), true],
    ['after a healthy check', states('relapsed', 'healthy'), true],
    ['once about a relapse that goes on', states('relapsed'), false],
    ['once, though it was unknown in between', states('relapsed', 'unknown'), false],
  ])('%s', (_, before, expected) => {
    expect(pages({ state: 'relapsed' }, before, 'Rolled back')).toBe(expected);
  });

  test('not again about a rollback that needs a person', () => {
    expect(pages({ state: 'relapsed' }, [], 'Needs a person')).toBe(false);
  });
});
