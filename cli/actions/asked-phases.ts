import { phasesFrom } from '../../domain/decision/before-request.ts';
import { stepNamed } from '../../domain/history/begins-at.ts';
import { beforeMachine, type OfPhases } from '../../domain/phases.ts';
import { UsageError } from '../account/usage-error.ts';
import { phaseNumbers } from '../text/known-names.ts';

/** The phases that a command names: one, or every phase from the latest down to `before`. */
export type AskedPhases = { readonly phase?: number | undefined; readonly before?: number | undefined };

/** Returns the machine that rolls the phases back, and the part of its input that names them. */
export function machineFor({ phase, before }: AskedPhases): {
  readonly machine: string;
  readonly input: { readonly before?: number };
} {
  if (before !== undefined) return { machine: beforeMachine, input: { before } };
  if (phase === undefined) throw new UsageError('--phase, or --before, is missing.');
  return { machine: `phase-${phase}`, input: {} };
}

/**
 * Returns the name of the step at which a rollback is to begin, by its heading or its id. Throws UsageError with the nearest step
 * and all, before anything is started.
 */
export async function knownStep(from: string, { phase, before }: AskedPhases): Promise<string> {
  if (before !== undefined) throw new UsageError('--from belongs to the rollback of one phase; leave out --before.');
  const { readRunbooks } = await import('../../config/infra.ts');
  const runbook = readRunbooks().find((one) => one.phase === phase);
  if (!runbook) return from; // the phase is missing or unknown, which is reported later
  try {
    return stepNamed(
      from,
      runbook.steps.map(({ name }) => name),
    );
  } catch (error) {
    throw new UsageError((error as Error).message.replace('from_step', '--from'));
  }
}

/** Returns the phases that are asked for. */
export function askedPhases({ phase, before }: AskedPhases): OfPhases {
  if (before !== undefined) return { phase: before, phases: phasesFrom(before, phaseNumbers()) };
  if (phase === undefined) throw new UsageError('--phase, or --before, is missing.');
  return { phase };
}
