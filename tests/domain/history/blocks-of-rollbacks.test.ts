import { describe, expect, test } from 'vitest';
import { contradictedByRollbacks, type UndoneBy, undoneIn } from '../../../domain/history/blocks-of-rollbacks.ts';
import { type BrakeEvent, chainedBrake, setEvent } from '../../../domain/history/brake-event.ts';
import type { RollbackEvent } from '../../../domain/history/event.ts';

const now = Date.parse('2026-03-02T12:00:00.000Z');
const at = '2026-03-02T09:12:00.000Z';
const undone = {
  versions: [{ phase: 1, version: 'v1.4.0', deployed_at: '2026-03-02T08:50:00.000Z' }],
  at,
  isCertain: true,
};
/** The closing could not read what the rollback undid. */
const perhaps = { ...undone, isCertain: false };
const block = {
  phase: 1,
  version: 'v1.4.0',
  operator: null,
  rollback: 'r-1',
  reason: 'it was rolled back',
  at,
  by: 'a',
};

const found = (blocks: readonly object[], all: Record<string, UndoneBy>) => {
  const events: BrakeEvent[] = [];
  for (const one of blocks) events.push(chainedBrake('#brakes', events, setEvent('block', { ...block, ...one })));
  return contradictedByRollbacks(events, new Map(Object.entries(all)), now);
};

describe('intact is', () => {
  test.each<[string, readonly object[], Record<string, UndoneBy>]>([
    ['a block of what the rollback undid', [{}], { 'r-1': undone }],
    ["a person's block in its place", [{ rollback: undefined, operator: 'ana', by: 'b' }], { 'r-1': undone }],
    ['a block whose rollback is not yet written', [{}], { 'r-1': 'late' }],
    ['a block of what a rollback may have undone', [{}], { 'r-1': perhaps }],
    ['no block of what a rollback may have undone', [], { 'r-1': perhaps }],
    [
      'a rollback of this minute that is not recorded yet',
      [],
      { 'r-1': { ...undone, at: '2026-03-02T11:58:00.000Z' } },
    ],
    ['a block of this minute', [{ at: '2026-03-02T11:58:00.000Z' }], {}],
    ["a person's block without a rollback", [{ rollback: undefined, operator: 'ana' }], {}],
  ])('%s', (_, blocks, all) => {
    expect(found(blocks, all)).toEqual([]);
  });
});

const invented = 'INVENTED: event 1 of the brakes: rollback r-1 undid no version v1.4.0 of phase 1';
const deleted = 'DELETED: rollback r-1 undid version v1.4.0 of phase 1, and no event of the brakes blocked it';
describe('a finding is', () => {
  test.each<[string, readonly object[], Record<string, UndoneBy>, string[]]>([
    ['a block whose rollback is not in the history', [{}], {}, [invented]],
    [
      'a block of another version than the rollback undid',
      [{}],
      { 'r-1': { ...undone, versions: [{ phase: 1, version: 'v1.3.0', deployed_at: at }] } },
      [invented, deleted.replace('v1.4.0', 'v1.3.0')],
    ],
    [
      'a block of another version than the rollback may have undone',
      [{ version: 'v1.0.0' }],
      { 'r-1': perhaps },
      [invented.replace('v1.4.0', 'v1.0.0')],
    ],
    ['an undone version that was never blocked', [], { 'r-1': undone }, [deleted]],
    ['one that was blocked in another phase only', [{ phase: 2, rollback: undefined }], { 'r-1': undone }, [deleted]],
  ])('%s', (_, blocks, all, says) => {
    expect(found(blocks, all)).toEqual(says);
  });
});

test('what a rollback undid is in the event of its end', () => {
  const closed = { type: 'Rollback closed', at, detail: { undone: undone.versions } } as unknown as RollbackEvent;
  expect(undoneIn([closed], 0)).toEqual(undone);
  expect(undoneIn([closed], 1)).toBe('late');
  expect(undoneIn([{ ...closed, detail: {} }], 0)).toBeUndefined();
});

test('what a rollback may have undone, if its end does not say it, is what it was to undo', () => {
  const closed = { type: 'Rollback closed', at, detail: { undone: null } };
  const deployment = { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' };
  const opening = { type: 'Rollback opened', detail: { phase: 1 } };
  const of = (detail: object) =>
    undoneIn([opening, { type: 'Hosts frozen', at, detail }, closed] as unknown as RollbackEvent[], 0);
  expect(of({ deployment: null })).toEqual({ versions: [], at, isCertain: false });
  expect(of({ deployment })).toEqual({ ...undone, isCertain: false });
  const parts = [
    { phase: 4, deployment: null },
    { phase: 1, deployment },
  ];
  expect(of({ deployment, parts })).toEqual({ ...undone, isCertain: false });
});
