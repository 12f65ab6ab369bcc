import { describe, expect, test } from 'vitest';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Evidence, Rollback } from '../../incidents/evidence.ts';
import { deploymentExplainsIt, trustMeansAsked } from '../../incidents/invariants/trust.ts';
import { at, evidence, rollback } from './evidence.ts';

/** A rollback of an alarm that was decided to act; `answer`: a person's, to the question before that. */
function acts(answer?: string): Rollback {
  const asked = { number: 1, kind: 'permit', outcome: answer } as never;
  const one = rollback('one', [{ type: 'Decided', at: at(30), detail: { decision: 'act' } } as never]);
  const events = one.events.map((event) =>
    event.type === 'Decided' ? { ...event, id: `decided/${answer ? 2 : 1}` } : event,
  );
  const alarm = { name: 'a', changed_at: at(0) } as unknown as RollbackRecord['alarm'];
  return { ...one, events, record: { ...one.record, alarm, questions: answer ? [asked] : [] } as RollbackRecord };
}
const story = (differences: object) => ({ ...evidence().story, ...differences }) as Evidence['story'];

describe('trust-means-asked', () => {
  const breaks = (trust: string, one: Rollback) =>
    trustMeansAsked.breaks(evidence({ story: story({ trust }), rollbacks: [one] }));

  test.each(['approve', 'observe'])('breaks if a rollback begins by itself: %s', (trust) => {
    expect(breaks(trust, acts())).toEqual([
      `rollback one of phase 1 began by itself at ${at(30)}, although trust is ${trust}`,
    ]);
  });

  test.each<[string, string, Rollback]>([
    ['triggers may act', 'auto', acts()],
    ['a person answered rollback', 'approve', acts('rollback')],
    ['a person answered ill-hosts', 'approve', acts('ill-hosts')],
    ['a person started it', 'approve', { ...acts(), record: { ...acts().record, alarm: null } as RollbackRecord }],
  ])('holds if %s', (_, trust, one) => {
    expect(breaks(trust, one)).toEqual([]);
  });
});

describe('a-deployment-explains-it', () => {
  const breaks = (differences: object) =>
    deploymentExplainsIt.breaks(evidence({ story: story(differences), rollbacks: [acts()] }));
  const deployed = { phase: 1, version: 'v1.4.0' };

  test('holds if the phase was deployed before', () => {
    expect(breaks({ given: [{ deployed: { ...deployed, at: -60 } }] })).toEqual([]);
    expect(breaks({ when: [{ at: 20, deployed }] })).toEqual([]);
  });

  test('breaks if it was deployed later, or only another phase was', () => {
    const says = [`rollback one of phase 1 began by itself at ${at(30)}, although nobody had deployed that phase`];
    expect(breaks({ when: [{ at: 40, deployed }] })).toEqual(says);
    expect(breaks({ given: [{ deployed: { phase: 2, version: 'v1.4.0', at: -60 } }] })).toEqual(says);
  });
});
