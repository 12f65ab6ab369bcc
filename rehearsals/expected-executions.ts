import type { Execution } from './account.ts';
import type { Outcome } from './story.ts';
import { machineOf } from './story-values.ts';

/** Returns the executions that an outcome may describe, by start: those of its phase, of all phases, the host checks, the preparations, the checks of readiness, or the deployments with which hosts are compared. */
export function executionsOf(
  executions: readonly Execution[],
  { phase, look, prepare, ready, truth }: Pick<Outcome, 'phase' | 'look' | 'prepare' | 'ready' | 'truth'>,
  arnOf: (machine: string) => string,
): Execution[] {
  const beside = look
    ? 'look:'
    : prepare
      ? 'prepare-deployment:'
      : ready
        ? 'check-readiness:'
        : truth
          ? 'record-deployment:'
          : undefined;
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
