import { describe, expect, test } from 'vitest';
import { decide, effectOnOpenQuestion, type Verdict } from '../../../domain/decision/decide.ts';
import type { Situation, Unanswered } from '../../../domain/decision/situation.ts';
import { withoutObjections } from './situation-without-objections.ts';

const verdictText = (verdict: Verdict): string =>
  'act' in verdict ? 'act' : 'ask' in verdict ? `ask ${verdict.ask}` : `end ${verdict.end}`;
const decided = (changes: Partial<Situation>) => verdictText(decide({ ...withoutObjections, ...changes }));
const why = (changes: Partial<Situation>) => decide({ ...withoutObjections, ...changes }).why;

const CRITICAL = { severity: 'CRITICAL' } as const;
const HIGH = { severity: 'HIGH' } as const;
const MEDIUM = { severity: 'MEDIUM' } as const;
const LOW = { severity: 'LOW' } as const;
const byHand = { started_by: 'person' } as const;
const paused = { pause: { operator: 'ana', reason: 'exchange test', at: '2026-03-02T11:00:00.000Z' } } as const;
const spent = { rollbacks: 3 } as const;
const coolingDown = { last_ended_at: '2026-03-02T11:45:00.000Z' } as const;
const capOf = (most: number) => ({
  environment: {
    ...withoutObjections.environment,
    brakes: { ...withoutObjections.environment.brakes, hosts: { most, within: 3600 } },
  },
});
const host = (number: number) => ({ instance_id: `i-${number}`, name: `host-${number}` });
/** Two rollbacks together touch host-1, host-2 and host-3. */
const hosts = { before: [host(1), host(2)], now: [host(2), host(3)] };
const overTheCap = { ...capOf(2), capped: hosts };
const approve = { trust: 'approve' } as const;
const observe = { trust: 'observe' } as const;
const noDeployment = { deployment: null } as const;
const unsafe = { rollback_safe: false } as const;
const blind = (when_blind: Situation['when_blind']) => ({ blind: true, when_blind }) as const;
const nobodyAnswered = (kind: Unanswered['kind'], alarm: Unanswered['alarm']) => ({ unanswered: { kind, alarm } });
const fixForwardByDefault = {
  environment: {
    ...withoutObjections.environment,
    questions: { ...withoutObjections.environment.questions, choose: 'fix-forward' },
  },
} as const;

describe('the rollback decision matrix', () => {
  test.each<[string, Partial<Situation>, string]>([
    ['CRITICAL: immediate rollback', CRITICAL, 'act'],
    ['HIGH: rollback after assessment', HIGH, 'ask confirm'],
    ['MEDIUM: fix forward or rollback', MEDIUM, 'ask choose'],
    ['LOW: fix in next deployment', LOW, 'end Deferred to next release'],
  ])('%s', (_, situation, verdict) => {
    expect(decided(situation)).toBe(verdict);
  });
});

describe('a rollback that a person starts always acts', () => {
  test.each<[string, Partial<Situation>]>([
    ['CRITICAL', CRITICAL],
    ['HIGH', HIGH],
    ['MEDIUM', MEDIUM],
    ['LOW', LOW],
    ['while automation is paused', paused],
    ['with a spent budget', spent],
    ['during the cool-down', coolingDown],
    ['with triggers that are only observed', observe],
    ['without a deployment on record', noDeployment],
    ['in a phase that is not safe to roll back', unsafe],
    ['with more hosts than automation may touch', overTheCap],
    ['with an unreadable pause', { pause: 'unreadable' }],
  ])('%s', (_, situation) => {
    expect(decided({ ...situation, ...byHand })).toBe('act');
  });
});

describe('a permit is required', () => {
  const against: readonly [string, Partial<Situation>, string][] = [
    ['paused', paused, 'Automation has been paused since 2026-03-02T11:00:00.000Z by ana: exchange test.'],
    ['budget spent', spent, 'The phase was rolled back 3 times in 24 hours; its budget is 3.'],
    [
      'during the cool-down',
      coolingDown,
      "The phase's last rollback ended at 2026-03-02T11:45:00.000Z; its cool-down lasts until 2026-03-02T12:15:00.000Z.",
    ],
    [
      'after a rollback that took back the same version',
      { undone_before: { rollback: 'r-1', at: '2026-03-02T11:00:00.000Z' } },
      'Rollback r-1 took v1.4.0 back already at 2026-03-02T11:00:00.000Z: either something put it back, and would again, or the alarm has another cause.',
    ],
    [
      'more hosts than automation may touch',
      overTheCap,
      'With this rollback automation would touch 3 hosts within 60 minutes; its cap is 2 (brakes.hosts). Touched so far: host-1, host-2. This rollback: host-2, host-3.',
    ],
    ['trust mode approve', approve, 'The trigger may ask but not act (trust: approve).'],
    ['no deployment on record', noDeployment, 'No deployment of the phase is on record, so none explains the alarm.'],
    [
      'the newest deployment too old',
      { deployment: { version: 'v1.4.0', at: '2026-03-02T07:59:59.000Z' } },
      'No deployment explains the alarm: the newest, v1.4.0 at 2026-03-02T07:59:59.000Z, was more than 240 minutes before it.',
    ],
    ['not rollback-safe', unsafe, 'The runbook marks this phase as not safe to roll back (rollback_safe: false).'],
    ['a forbidden pair that a host could come to', { forbidden: ['A host could run it.'] }, 'A host could run it.'],
    ['blind, with when_blind: hold', blind('hold'), 'The severity cannot be measured (when_blind: hold).'],
  ];

  test.each(against)('%s', (_, situation, sentence) => {
    expect(why(situation)).toEqual([sentence]);
  });

  test.each(['CRITICAL', 'HIGH', 'MEDIUM'] as const)('for severity %s', (severity) => {
    expect(against.map(([, situation]) => decided({ ...situation, severity }))).toEqual(
      against.map(() => 'ask permit'),
    );
  });

  test('once, with every objection', () => {
    expect(why({ ...paused, ...spent, ...unsafe })).toHaveLength(3);
  });

  test('not for LOW, which is never rolled back', () => {
    expect(against.map(([, situation]) => decided({ ...situation, ...LOW }))).toEqual(
      against.map(() => 'end Deferred to next release'),
    );
  });
});

describe('there is no objection', () => {
  test.each<[string, Partial<Situation>]>([
    ['at the end of the watch window', { deployment: { version: 'v1', at: '2026-03-02T08:00:00.000Z' } }],
    ['with one rollback left in the budget', { rollbacks: 2 }],
    ['with as many hosts as automation may touch', { ...capOf(3), capped: hosts }],
    ['at the end of the cool-down', { last_ended_at: '2026-03-02T11:30:00.000Z' }],
    ['blind, with when_blind: rollback', blind('rollback')],
  ])('%s', (_, situation) => {
    expect(decided(situation)).toBe('act');
  });
});

describe('the ending is Observed only', () => {
  test.each<[string, Partial<Situation>, string]>([
    ['CRITICAL would have acted', CRITICAL, 'act'],
    ['HIGH would have asked', HIGH, 'ask confirm'],
    ['MEDIUM would have asked', MEDIUM, 'ask choose'],
    ['LOW would have been deferred', LOW, 'end Deferred to next release'],
    ['CRITICAL would have needed a permit while paused', paused, 'ask permit'],
  ])('%s', (_, situation, would) => {
    const verdict = decide({ ...withoutObjections, ...situation, ...observe });
    expect(verdictText(verdict)).toBe('end Observed only');
    expect('would' in verdict && verdict.would && verdictText(verdict.would)).toBe(would);
  });

  test('for missing data with when_blind: ignore', () => {
    expect(decided(blind('ignore'))).toBe('end Observed only');
  });
});

describe('an unreadable fact ends in Needs a person', () => {
  test.each<[string, Partial<Situation>, string]>([
    ['the pause', { pause: 'unreadable' }, 'The pause of automation could not be read.'],
    ['the budget', { rollbacks: 'unreadable' }, "The phase's rollbacks of the last 24 hours could not be read."],
    ['the cool-down', { last_ended_at: 'unreadable' }, "The end of the phase's last rollback could not be read."],
    [
      'the hosts under the cap',
      { ...capOf(9), capped: 'unreadable' },
      'The hosts that automation has touched could not be read.',
    ],
    ['the trust mode', { trust: 'unreadable' }, "The trigger's trust could not be read."],
    ['the deployments', { deployment: 'unreadable' }, "The phase's deployments could not be read."],
  ])('%s', (_, situation, sentence) => {
    expect(decided(situation)).toBe('end Needs a person');
    expect(why(situation)).toEqual([sentence]);
  });

  test('even with an objection, because a permit would rest on the unreadable fact', () => {
    expect(decided({ ...paused, rollbacks: 'unreadable' })).toBe('end Needs a person');
  });
});

describe('a rollback of hosts that are online again', () => {
  const returned = { started_by: 'reconcile' } as const;

  test.each<[string, Partial<Situation>, string]>([
    ['acts, because it was decided before', { ...paused, ...spent, ...noDeployment }, 'act'],
    ['acts under the cap', { ...capOf(3), capped: hosts }, 'act'],
    ['asks a permit above the cap', overTheCap, 'ask permit'],
    ['asks a permit if a host could come to a forbidden pair', { forbidden: ['A host could.'] }, 'ask permit'],
    ['needs a person if the hosts cannot be read', { ...capOf(3), capped: 'unreadable' }, 'end Needs a person'],
    ['needs a person if its target is blocked', { ...overTheCap, blocked: 'Blocked.' }, 'end Needs a person'],
    ['needs a person if nobody permits it', { ...overTheCap, ...nobodyAnswered('permit', 'OK') }, 'end Needs a person'],
  ])('%s', (_, situation, verdict) => {
    expect(decided({ ...situation, ...returned })).toBe(verdict);
  });

  test('names the cap as its objection, and no pause', () => {
    expect(why({ ...overTheCap, ...paused, ...returned })).toEqual(why(overTheCap));
  });
});

describe('nobody answered by the deadline', () => {
  test.each<[string, Partial<Situation>, string]>([
    ['a permit is refused', nobodyAnswered('permit', 'ALARM'), 'end Needs a person'],
    ['a permit is refused even if the alarm recovered', nobodyAnswered('permit', 'OK'), 'end Needs a person'],
    ['HIGH, still degraded', { ...HIGH, ...nobodyAnswered('confirm', 'ALARM') }, 'act'],
    ['HIGH, recovered', { ...HIGH, ...nobodyAnswered('confirm', 'OK') }, 'end Stood down'],
    ['MEDIUM, still degraded', { ...MEDIUM, ...nobodyAnswered('choose', 'ALARM') }, 'act'],
    ['MEDIUM, recovered', { ...MEDIUM, ...nobodyAnswered('choose', 'OK') }, 'end Stood down'],
    [
      'MEDIUM, in an environment that fixes forward',
      { ...MEDIUM, ...fixForwardByDefault, ...nobodyAnswered('choose', 'ALARM') },
      'end Fix forward',
    ],
    ['HIGH, paused meanwhile', { ...HIGH, ...paused, ...nobodyAnswered('confirm', 'ALARM') }, 'ask permit'],
    [
      'HIGH, paused meanwhile and recovered',
      { ...HIGH, ...paused, ...nobodyAnswered('confirm', 'OK') },
      'end Stood down',
    ],
    ['HIGH without data needs a permit', { ...HIGH, ...nobodyAnswered('confirm', 'INSUFFICIENT_DATA') }, 'ask permit'],
    [
      'HIGH without data and with when_blind: rollback acts',
      { ...HIGH, when_blind: 'rollback', ...nobodyAnswered('confirm', 'INSUFFICIENT_DATA') },
      'act',
    ],
    ['HIGH with an unreadable alarm', { ...HIGH, ...nobodyAnswered('confirm', 'unreadable') }, 'end Needs a person'],
  ])('%s', (_, situation, verdict) => {
    expect(decided(situation)).toBe(verdict);
  });

  test('repeats the objections of a permit', () => {
    expect(why({ ...paused, ...nobodyAnswered('permit', 'ALARM') })).toEqual([
      'Nobody gave the permit, so no rollback began.',
      'Automation has been paused since 2026-03-02T11:00:00.000Z by ana: exchange test.',
    ]);
  });
});

describe('an alarm that joins an open question', () => {
  const open = (kind: Parameters<typeof effectOnOpenQuestion>[0]['kind'], severity: Situation['severity']) => ({
    kind,
    severity,
  });

  test.each<[string, ReturnType<typeof open>, Partial<Situation>, string | null]>([
    ['CRITICAL decides a confirm as rollback', open('confirm', 'HIGH'), CRITICAL, 'rollback'],
    ['CRITICAL decides a choose as rollback', open('choose', 'MEDIUM'), CRITICAL, 'rollback'],
    ['CRITICAL asks for its own permit while paused', open('permit', 'HIGH'), { ...CRITICAL, ...paused }, 'ask again'],
    ['CRITICAL of the same severity does not ask twice', open('permit', 'CRITICAL'), { ...CRITICAL, ...paused }, null],
    ['CRITICAL that is only observed changes nothing', open('confirm', 'HIGH'), { ...CRITICAL, ...observe }, null],
    ['HIGH replaces a choose by its own question', open('choose', 'MEDIUM'), HIGH, 'ask again'],
    ['HIGH changes nothing for HIGH', open('confirm', 'HIGH'), HIGH, null],
    ['MEDIUM changes nothing for HIGH', open('confirm', 'HIGH'), MEDIUM, null],
    ['CRITICAL does not affect a hand-over', open('hand-over', 'HIGH'), CRITICAL, null],
  ])('%s', (_, question, joined, meaning) => {
    expect(effectOnOpenQuestion(question, { ...withoutObjections, ...joined })).toBe(meaning);
  });
});
