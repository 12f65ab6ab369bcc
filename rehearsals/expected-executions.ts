import type { Execution } from './account.ts';
import type { Outcome } from './story.ts';
import { machineOf } from './story-values.ts';

/** Returns the executions that an outcome may describe, by start: those of its phase, of all phases, the host checks, the preparations, or the checks of readiness. */
export function executionsOf(
  executions: readonly Execution[],
  { phase, look, prepare, ready }: Pick<Outcome, 'phase' | 'look' | 'prepare' | 'ready'>,
  arnOf: (machine: string) => string,
): Execution[] {
  const beside = look ? 'look:' : prepare ? 'prepare-deployment:' : ready ? 'check-readiness:' : undefined;
  const machine = beside ?? (phase === undefined ? 'phase-' : `${machineOf(phase)}:`);
  const prefix = arnOf(machine).replace(':stateMachine:', ':execution:');
  return executions.filter(({ arn }) => arn.startsWith(prefix));
}

/** Returns whether every execution that the outcomes describe has started. */
export const allStarted = (
  executions: readonly Execution[],
  outcomes: readonly Outcome[],
  arnOf: (machine: string) => string,
): boolean => outcomes.every((outcome) => executionsOf(executions, outcome, arnOf).length >= (outcome.execution ?? 1));
