import type { Execution } from './account.ts';
import type { Outcome } from './story.ts';

/** A phase's executions, by start; without a phase, those of all phases. */
export function executionsOf(
  executions: readonly Execution[],
  { phase }: Pick<Outcome, 'phase'>,
  arnOf: (machine: string) => string,
): Execution[] {
  const prefix = arnOf(phase === undefined ? 'phase-' : `phase-${phase}:`).replace(':stateMachine:', ':execution:');
  return executions.filter(({ arn }) => arn.startsWith(prefix));
}

/** Whether every execution that a story says something about has begun. */
export const allBegan = (
  executions: readonly Execution[],
  outcomes: readonly Outcome[],
  arnOf: (machine: string) => string,
): boolean => outcomes.every((outcome) => executionsOf(executions, outcome, arnOf).length >= (outcome.execution ?? 1));
