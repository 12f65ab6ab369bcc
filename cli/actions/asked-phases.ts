import { phasesFrom } from '../../domain/decision/before-request.ts';
import { stepNamed } from '../../domain/history/begins-at.ts';
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

/**
 * Returns the name of the step at which a rollback is to begin, by its heading or its id. Throws UsageError with the nearest step
 * and all, before anything is started.
 */
export async function knownStep(from: string, { phase, before }: PhaseOptions): Promise<string> {
  if (before !== undefined) throw new UsageError('--from belongs to the rollback of one phase; leave out --before.');
  const { readRunbooks } = await import('../../config/infra.ts');
  const runbook = readRunbooks().find((one) => one.phase === phase);
  if (!runbook) return from; // the phase is missing or unknown, which is reported later
  try {
    return stepNamed(
      from,
      runbook.steps.map(({ name }) => name),
      runbook.phase,
    );
  } catch (error) {
    throw new UsageError((error as Error).message.replace('from_step', '--from'));
  }
}

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
