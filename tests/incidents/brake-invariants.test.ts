import { describe, expect, test } from 'vitest';
import type { BrakeEventType } from '../../domain/history/brake-event.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Rollback } from '../../incidents/evidence.ts';
import { blockedMeansNotRestored, pausedMeansAsked, undoneMeansBlocked } from '../../incidents/invariants/brakes.ts';
import { at, evidence, rollback } from './evidence.ts';

/** A change of the brakes, with its second of the incident. */
type Change = readonly [BrakeEventType, number, object?];

/** The items of events in the history of the brakes, in this order. */
const brakes = (...events: readonly Change[]) =>
  events.map(([type, seconds, detail = {}], i) => ({
    pk: 'EVENT##brakes',
    sk: `${i}`,
    id: `${i}`,
    sequence: i + 1,
    type,
    at: at(seconds),
    detail: { phase: null, ...detail },
  }));

/** A rollback of an alarm, or of several phases, with these fields in its record. */
const recorded = (one: Rollback, differences: Partial<RollbackRecord>): Rollback => ({
  ...one,
  record: { ...one.record, ...differences } as RollbackRecord,
});
const alarm = { name: 'a', changed_at: at(0) } as unknown as RollbackRecord['alarm'];

describe('paused-means-asked', () => {
  const acts = (seconds: number) =>
    recorded(rollback('one', [{ type: 'Decided', at: at(seconds), detail: { decision: 'act' } } as never]), { alarm });
  const breaks = (seconds: number, ...events: readonly Change[]) =>
    pausedMeansAsked.breaks(evidence({ rollbacks: [acts(seconds)], history: brakes(...events) }));

  test('breaks if a rollback begins by itself under a pause of its phase or of every phase', () => {
    const says = [`rollback one of phase 1 began by itself at ${at(400)}, although it was paused since ${at(10)}`];
    expect(breaks(400, ['Automation paused', 10])).toEqual(says);
    expect(breaks(400, ['Automation paused', 10, { phase: 1 }])).toEqual(says);
  });

  test.each<[string, number, ...Change[]]>([
    ['another phase is paused', 400, ['Automation paused', 10, { phase: 2 }]],
    ['the pause had ended', 400, ['Automation paused', 10], ['Automation unpaused', 390]],
    ['it may have looked at the brakes before the pause was stored', 300, ['Automation paused', 10]],
  ])('holds if %s', (_, seconds, ...events) => {
    expect(breaks(seconds, ...events)).toEqual([]);
  });

  test('breaks if only a pause of another phase had ended', () => {
    const events = [
      ['Automation paused', 10],
      ['Automation unpaused', 20, { phase: 1 }],
    ] as const;
    expect(breaks(400, ...events)).toHaveLength(1);
  });
});

describe('blocked-means-not-restored', () => {
  const frozen = rollback('one', [{ type: 'Target frozen', at: at(400), detail: { version: 'v1' } } as never]);
  const breaks = (one: Rollback, ...events: readonly Change[]) =>
    blockedMeansNotRestored.breaks(evidence({ rollbacks: [one], history: brakes(...events) }));

  test('breaks if a rollback begins to restore a blocked version', () => {
    expect(breaks(frozen, ['Version blocked', 10, { version: 'v1' }])).toEqual([
      `rollback one of phase 1 restored v1 at ${at(400)}, although it was blocked since ${at(10)}`,
    ]);
  });

  test('breaks if the version is blocked for a later phase of a rollback of several', () => {
    const step = { step: 'phase-3-restore-integration-layer', version: 'v1' };
    const third = rollback('one', [{ type: 'Target frozen', at: at(400), detail: step } as never]);
    const several = recorded(third, { phases: [3, 2, 1] });
    expect(breaks(several, ['Version blocked', 10, { version: 'v1', phase: 3 }])).toHaveLength(1);
    expect(breaks(several, ['Version blocked', 10, { version: 'v1', phase: 4 }])).toEqual([]);
  });

  test.each<[string, ...Change[]]>([
    ['another version is blocked', ['Version blocked', 10, { version: 'v2' }]],
    ['the block had ended', ['Version blocked', 10, { version: 'v1' }], ['Version unblocked', 390, { version: 'v1' }]],
  ])('holds if %s', (_, ...events) => {
    expect(breaks(frozen, ...events)).toEqual([]);
  });

  test('breaks if only the block of another version had ended', () => {
    expect(
      breaks(frozen, ['Version blocked', 10, { version: 'v1' }], ['Version unblocked', 20, { version: 'v2' }]),
    ).toHaveLength(1);
  });
});

describe('undone-means-blocked', () => {
  const deployment = { version: 'v1.4.0', at: at(-60) };
  const undone = [{ phase: 1, version: 'v1.4.0', deployed_at: at(-60) }];
  const event = (type: string, detail: object = {}) => ({ id: type, type, at: at(1), detail }) as never;
  const opened = event('Rollback opened', { phase: 1, target_version: 'stable' });
  const frozen = event('Hosts frozen', { deployment });
  const began = event('Step started');
  const breaks = (...events: never[]) => {
    const record = { ending: 'Needs a person', mode: 'live', only_hosts: null, deployment } as const;
    return undoneMeansBlocked.breaks(
      evidence({ rollbacks: [recorded(rollback('one', [opened, frozen, ...events]), record)] }),
    );
  };
  const closed = (detail: object) => event('Rollback closed', detail);
  const says = ['rollback one of phase 1 undid v1.4.0 of phase 1, and it is not blocked'];

  test.each<[string, never[], string[]]>([
    ['breaks if an undone version is not blocked', [began, closed({ undone })], says],
    ['breaks if a rollback that began could not read what it undid', [began, closed({ undone: null })], says],
    ['holds for one that could not read it and has touched no host', [closed({ undone: null })], []],
    ['holds for one that undid nothing', [closed({})], []],
    [
      'breaks if one that began names no undone version',
      [began, closed({})],
      ['rollback one of phase 1 has begun to undo a version, and its ending names none that it undid'],
    ],
  ])('%s', (_, events, found) => expect(breaks(...events)).toEqual(found));
});
