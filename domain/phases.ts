/** The phases of a rollback: `phase` alone, or all of `phases`, whose lowest is `phase`. */
export type OfPhases = {
  readonly phase: number;
  /** The phases of a rollback of several, the latest first. Absent: `phase` alone. */
  readonly phases?: readonly number[] | undefined;
};

/** Returns every phase of a rollback, the latest first: that is the order in which they are undone. */
export const phasesOf = ({ phase, phases }: OfPhases): readonly number[] => phases ?? [phase];

/** Returns the same phases by their lowest: a claim on one of them may name another. */
export const lowestOf = ({ phase, phases }: OfPhases): { phase: number; phases?: number[] } =>
  phases ? { phase: Math.min(...phases), phases: [...phases] } : { phase };

/** Returns the parts of a rollback's phases, the latest first, and that of the lowest. Throws if it has none. */
export function chosenParts<Part>(of: OfPhases, parts: readonly Part[], phaseOf: (part: Part) => number) {
  const [first, ...others] = phasesOf(of).flatMap((phase) => parts.filter((part) => phaseOf(part) === phase));
  if (first === undefined) throw new Error(`No part belongs to ${phaseWords(of)}.`);
  return { chosen: [first, ...others] as const, lowest: others.at(-1) ?? first };
}

/** Returns whether two rollbacks have a phase in common. */
export const shareAPhase = (one: OfPhases, other: OfPhases): boolean =>
  phasesOf(one).some((phase) => phasesOf(other).includes(phase));

/** Returns whether a rollback undoes every phase of another. */
export const includesPhases = (one: OfPhases, other: OfPhases): boolean =>
  phasesOf(other).every((phase) => phasesOf(one).includes(phase));

/** "4", "4 and 3", "4, 3 and 2": the numbers in a sentence. */
export const phaseNumbers = (of: OfPhases): string => {
  const numbers = phasesOf(of);
  return numbers.length === 1 ? `${numbers[0]}` : `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
};

/** "phase 4", "phases 4, 3 and 2" */
export const phaseWords = (of: OfPhases): string =>
  `${phasesOf(of).length === 1 ? 'phase' : 'phases'} ${phaseNumbers(of)}`;

/**
 * The machine that rolls several phases back, after `rollback-<environment>-`. Its name begins as those of the phases'
 * machines, so every right on `phase-*` includes it: the operator's policy has no room for another machine.
 */
export const beforeMachine = 'phase-roll-back-to-before';

/** The pattern of every machine that rolls phases back, after `rollback-<environment>-`: one per phase, and the one above. */
export const rollingMachines = `(?:phase-\\d+|${beforeMachine})`;

/** Returns the options with which `rollback start` and `rollback plan` name a rollback's phases. */
export const phaseOptions = ({ phase, phases }: OfPhases): string =>
  phases === undefined ? `--phase ${phase}` : `--before ${phase}`;
