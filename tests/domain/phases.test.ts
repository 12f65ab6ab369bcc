import { expect, test } from 'vitest';
import {
  chosenParts,
  includesPhases,
  lowestOf,
  type OfPhases,
  phaseOptions,
  phasesOf,
  phaseWords,
  shareAPhase,
} from '../../domain/phases.ts';

const one = { phase: 4 };
const several = { phase: 3, phases: [4, 3] };

test('a rollback of one phase has that phase, one of several has them from the latest down', () => {
  expect([phasesOf(one), phasesOf(several)]).toEqual([[4], [4, 3]]);
});

test('in words', () => {
  expect([phaseWords(one), phaseWords(several), phaseWords({ phase: 2, phases: [4, 3, 2] })]).toEqual([
    'phase 4',
    'phases 4 and 3',
    'phases 4, 3 and 2',
  ]);
  expect(phaseWords({ phase: 4, phases: [4] })).toBe('phase 4');
});

test('as options of the command line, also for a rollback of several phases that has only the latest', () => {
  expect([phaseOptions(one), phaseOptions(several), phaseOptions({ phase: 4, phases: [4] })]).toEqual([
    '--phase 4',
    '--before 3',
    '--before 4',
  ]);
});

test('a rollback of several phases includes that of one of them, and not the reverse', () => {
  expect([includesPhases(several, one), includesPhases(one, several), includesPhases(several, { phase: 2 })]).toEqual([
    true,
    false,
    false,
  ]);
  expect([shareAPhase(one, several), shareAPhase(several, { phase: 2 })]).toEqual([true, false]);
});

test('a claim on one of its phases knows the lowest', () => {
  expect(lowestOf({ phase: 4, phases: [4, 3] })).toEqual({ phase: 3, phases: [4, 3] });
  expect(lowestOf({ phase: 4 })).toEqual({ phase: 4 });
});

test('of all parts, those of its phases are chosen in the order in which they are undone', () => {
  const parts = [1, 2, 3, 4].map((phase) => ({ phase }));
  const chosenOf = (of: OfPhases) => chosenParts(of, parts, ({ phase }) => phase);
  expect(chosenOf(several)).toEqual({ chosen: [{ phase: 4 }, { phase: 3 }], lowest: { phase: 3 } });
  expect(chosenOf(one)).toEqual({ chosen: [{ phase: 4 }], lowest: { phase: 4 } });
  expect(() => chosenOf({ phase: 9 })).toThrow('No part belongs to phase 9.');
});
