import { describe, expect, test } from 'vitest';
import { phasesBegun, phasesDone, startAgainCommands } from '../../../domain/history/phases-left.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { chainOf, type SampleEvent } from './sample-events.ts';

const opened: SampleEvent = [
  'Rollback opened',
  '00:00',
  { phase: 2, phases: [4, 3, 2], start_time: '2026-03-02T09:00:00.000Z' },
];
const begin = (step: string): SampleEvent => ['Step started', '00:10', { step, attempt: 1, hosts: 3 }];
const skip = (step: string): SampleEvent => ['Step skipped', '01:00', { step, operator: 'bo', reason: 'later' }];
const closed = (ending: string): SampleEvent => ['Rollback closed', '05:00', { ending, problem: null, fleet: 'free' }];
const recordAfter = (...events: SampleEvent[]) => recordOf(chainOf(opened, ...events));

describe('a phase is done', () => {
  test('if a step of a later part has begun', () =>
    expect(phasesDone(recordAfter(begin('phase-4-clear-state'), begin('phase-2-x')))).toEqual([4, 3]));

  test('but not if one of its steps was skipped: no host has done it', () =>
    expect(
      phasesDone(recordAfter(begin('phase-4-clear-state'), skip('phase-4-clear-state'), begin('phase-2-x'))),
    ).toEqual([3]));

  test('never before the first step', () => expect(phasesDone(recordAfter())).toEqual([]));
});

describe('a phase is begun', () => {
  const of = { phase: 2, phases: [4, 3, 2] };
  test.each<[string, SampleEvent[], boolean, number[]]>([
    ['by a step of it', [begin('phase-4-clear-state'), begin('phase-3-x')], true, [4, 3]],
    ['by a flag of it', [['Flags overridden', '00:10', { step: 'phase-4-x', flags: {} }]], true, [4]],
    ['if it is the latest, and the lock alone says that a host was touched', [], true, [4]],
    ['never if no host was touched', [], false, []],
  ])('%s', (_, events, touched, begun) => expect(phasesBegun(of, chainOf(opened, ...events), touched)).toEqual(begun));

  test('if the rollback is of one phase and has touched a host', () =>
    expect(phasesBegun({ phase: 2 }, [], true)).toEqual([2]));
});

describe('a person who comes late', () => {
  const start = (options: string) => `npm run rollback -- start ${options} --operator "YOUR NAME"`;

  test('rolls back what is left, if the rollback stopped', () =>
    expect(startAgainCommands(recordAfter(begin('phase-3-x'), closed('Needs a person')), '')).toEqual([
      `${start('--phase 3')} --no-wait`,
      start('--phase 2'),
    ]));

  test('rolls all of its phases back, if it ended in another way', () =>
    expect(startAgainCommands(recordAfter(begin('phase-2-x'), closed('Rolled back')), '')).toEqual([
      start('--before 2'),
    ]));
});
