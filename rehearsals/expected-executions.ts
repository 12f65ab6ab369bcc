import type { Execution } from './account.ts';
import type { Outcome } from './story.ts';

/** The executions that an outcome may be about, by start: a phase's, those of all phases, or the looks. */
export function executionsOf(
  executions: readonly Execution[],
  { phase, look }: Pick<Outcome, 'phase' | 'look'>,
  arnOf: (machine: string) => string,
): Execution[] {
  const machine = look ? 'look:' : phase === undefined ? 'phase-' : `phase-${phase}:`;
  const prefix = arnOf(machine).replace(':stateMachine:', ':execution:');
  return executions.filter(({ arn }) => arn.startsWith(prefix));
}

/** Whether every execution that a story says something about has begun. */
export const allBegan = (
  executions: readonly Execution[],
  outcomes: readonly Outcome[],
  arnOf: (machine: string) => string,
): boolean => outcomes.every((outcome) => executionsOf(executions, outcome, arnOf).length >= (outcome.execution ?? 1));
