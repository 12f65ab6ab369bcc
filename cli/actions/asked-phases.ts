import { phasesFrom } from '../../domain/decision/before-request.ts';
import { beforeMachine, type OfPhases } from '../../domain/phases.ts';
import { UsageError } from '../account/usage-error.ts';
import { phaseNumbers } from '../text/known-names.ts';

/** The phase that a command names, or the lowest of several: every phase from the latest down to `before`. */
export type PhaseOptions = { readonly phase?: number | undefined; readonly before?: number | undefined };

type AskedPhases = {
  readonly phases: OfPhases;
  /** The machine that rolls them back, and the part of its input that names them. */
  readonly machine: string;
  readonly input: { readonly before?: number };
};

/** Returns the phases that a command names. */
export function askedPhases({ phase, before }: PhaseOptions): AskedPhases {
  if (before !== undefined)
    return {
      phases: { phase: before, phases: phasesFrom(before, phaseNumbers()) },
      machine: beforeMachine,
      input: { before },
    };
  if (phase === undefined) throw new UsageError('--phase, or --before, is missing.');
  return { phases: { phase }, machine: `phase-${phase}`, input: {} };
}
