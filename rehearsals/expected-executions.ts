import type { Execution } from './account.ts';
import type { Outcome } from './story.ts';
import { machineOf } from './story-values.ts';

/** Returns the executions that an outcome may describe, by start: those of its phase, of all phases, or the host checks. */
export function executionsOf(
  executions: readonly Execution[],
  { phase, look }: Pick<Outcome, 'phase' | 'look'>,
  arnOf: (machine: string) => string,
): Execution[] {
  const machine = look ? 'look:' : phase === undefined ? 'phase-' : `${machineOf(phase)}:`;
  const prefix = arnOf(machine).replace(':stateMachine:', ':execution:');
  return executions.filter(({ arn }) => arn.startsWith(prefix));
}

/** Returns whether every execution that the outcomes describe has started. */
export const allStarted = (
  executions: readonly Execution[],
  outcomes: readonly Outcome[],
  arnOf: (machine: string) => string,
): boolean => outcomes.every((outcome) => executionsOf(executions, outcome, arnOf).length >= (outcome.execution ?? 1));
