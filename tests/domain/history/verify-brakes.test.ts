import { describe, expect, test } from 'vitest';
import type { Brakes } from '../../../domain/brakes/brakes.ts';
import {
  armedEvent,
  type BrakeChange,
  type BrakeEvent,
  chainedBrake,
  endedEvent,
  setEvent,
} from '../../../domain/history/brake-event.ts';
import { principalEvent } from '../../../domain/history/event.ts';
import { type BrakesEvidence, principalsOfBrakes, verifyBrakes } from '../../../domain/history/verify-brakes.ts';

const now = Date.parse('2026-03-02T12:00:00.000Z');
const ana = { operator: 'ana', reason: 'exchange test', at: '2026-03-02T09:00:00.000Z', phase: null, by: 'arn:1' };
const bo = { operator: 'bo', reason: 'test is over', at: '2026-03-02T10:00:00.000Z', phase: null, by: 'arn:2' };
const none: Brakes = { pauses: [], freezes: [], blocks: [], armed: [] };
const paused: Brakes = { ...none, pauses: [ana] };
const inputOfAna = { input: { action: 'pause', operator: 'ana', reason: 'exchange test' } };

const chain = (...changes: readonly BrakeChange[]): BrakeEvent[] => {
  const events: BrakeEvent[] = [];
  for (const one of changes) events.push(chainedBrake('#brakes', events, one));
  return events;
};
const seen = (input: object) => new Map([['arn:1', input as { readonly input: unknown }]]);
const found = (evidence: Partial<BrakesEvidence>, claims: Parameters<typeof verifyBrakes>[1] = []) =>
  verifyBrakes({ events: [], held: none, executions: new Map(), ...evidence }, claims, now).findings.map(
    ({ says }) => says,
  );

const pausing = chain(setEvent('pause', ana));
const over = chain(setEvent('pause', ana), endedEvent('pause', ana, bo));

describe('intact is', () => {
  test.each<[string, Partial<BrakesEvidence>]>([
    ['a pause that its event set', { events: pausing, held: paused, executions: seen(inputOfAna) }],
    ['a pause that is over', { events: over, held: none }],
    [
      'a pause that one with now has replaced',
      {
        events: chain(setEvent('pause', ana), setEvent('pause', { ...bo, now: true })),
        held: { ...none, pauses: [{ ...bo, now: true }] },
      },
    ],
    ['a history from files, without what holds now', { events: pausing, held: null }],
    [
      'a change with its verified person',
      { events: chain(setEvent('pause', ana), principalEvent('arn:1', 'arn:ana', ana.at)), held: paused },
    ],
    ['a reset', { events: chain(armedEvent({ ...ana, phase: 1 })), held: { ...none, armed: [{ ...ana, phase: 1 }] } }],
    [
      'a pause of this minute without its event',
      { held: { ...none, pauses: [{ ...ana, at: '2026-03-02T11:59:00.000Z' }] } },
    ],
    [
      'a change whose execution Step Functions has deleted',
      { events: pausing, held: paused, executions: new Map([['arn:1', 'missing']]) },
    ],
  ])('%s', (_, evidence) => {
    expect(found(evidence)).toEqual([]);
  });
});

const sentence = 'Automation has been paused since 2026-03-02T09:00:00.000Z by ana: exchange test.';
describe('a finding is', () => {
  test.each<[string, Partial<BrakesEvidence>, string]>([
    ['a pause that no event set', { held: paused }, `ADDED: no event of the brakes set this: ${sentence}`],
    [
      'a pause that was over',
      { events: over, held: paused },
      `ADDED: event 2 of the brakes had ended this: ${sentence}`,
    ],
    [
      'a pause that is gone',
      { events: pausing },
      'DELETED: event 1 of the brakes (Automation paused) still holds, and its item is gone',
    ],
    [
      'another reason than the event has',
      { events: pausing, held: { ...none, pauses: [{ ...ana, reason: 'x' }] } },
      'CHANGED: event 1 of the brakes set another brake than this: Automation has been paused since 2026-03-02T09:00:00.000Z by ana: x.',
    ],
    [
      'a reset that no event has',
      { held: { ...none, armed: [{ ...ana, phase: 1 }] } },
      'ADDED: no event of the brakes has the reset of the budget of phase 1 at 2026-03-02T09:00:00.000Z by ana',
    ],
    [
      'an operator whom the execution does not name',
      { events: pausing, held: paused, executions: seen({ input: { ...inputOfAna.input, operator: 'mallory' } }) },
      'CHANGED: event 1 of the brakes (Automation paused): arn:1 has another operator',
    ],
    [
      'a pause by an execution that froze',
      { events: pausing, held: paused, executions: seen({ input: { ...inputOfAna.input, action: 'freeze' } }) },
      'CHANGED: event 1 of the brakes (Automation paused): arn:1 has another action',
    ],
    [
      'an event that was changed',
      { events: pausing.map((one) => ({ ...one, at: bo.at })), held: null },
      'CHANGED: event 1 of the brakes does not continue the chain of hashes',
    ],
  ])('%s', (_, evidence, says) => {
    expect(found(evidence)).toEqual([says]);
  });

  test('what contradicts a link', () => {
    const claim = { count: 2, head: 'a', says: 'linked in 2026-03' };
    expect(found({ events: pausing, held: paused }, [claim])).toEqual([
      'DELETED: event 2 of the brakes is missing (linked in 2026-03)',
    ]);
    expect(found({ events: over }, [claim])).toEqual([
      'CHANGED: event 2 of the brakes is another one (linked in 2026-03)',
    ]);
  });
});

test('events without a link are a note', () => {
  const { notes } = verifyBrakes({ events: pausing, held: paused, executions: new Map() }, [], now);
  expect(notes).toEqual(['events 1 to 1 of the brakes have no link yet']);
});

test('the verified person of a change is found by its execution', () => {
  expect([...principalsOfBrakes(chain(setEvent('pause', ana), principalEvent('arn:1', 'arn:ana', ana.at)))]).toEqual([
    ['arn:1', 'arn:ana'],
  ]);
});
