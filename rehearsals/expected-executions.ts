import type { Execution } from './account.ts';
import type { Outcome } from './story.ts';
import { machineOf } from './story-values.ts';

/** The outcomes that are of no rollback, and the machine whose executions each describes. */
const besides = {
  look: 'look',
  prepare: 'prepare-deployment',
  ready: 'check-readiness',
  truth: 'record-deployment',
  halt: 'halt',
  resume: 'resume',
} as const;

/** Returns the executions that an outcome may describe, by start: those of its phase, of all phases, or of the machine that it is about. */
export function executionsOf(
  executions: readonly Execution[],
  outcome: Pick<Outcome, 'phase' | keyof typeof besides>,
  arnOf: (machine: string) => string,
): Execution[] {
  const { phase } = outcome;
  const beside = Object.entries(besides).find(([key]) => outcome[key as keyof typeof besides])?.[1];
  const own = phase === undefined ? 'phase-' : `${machineOf(phase)}:`;
  const machine = beside ? `${beside}:` : own;
  const prefix = arnOf(machine).replace(':stateMachine:', ':execution:');
  return executions.filter(({ arn }) => arn.startsWith(prefix));
}

/** Returns whether every execution that the outcomes describe has started. */
export const allStarted = (
  executions: readonly Execution[],
  outcomes: readonly Outcome[],
  arnOf: (machine: string) => string,
): boolean => outcomes.every((outcome) => executionsOf(executions, outcome, arnOf).length >= (outcome.execution ?? 1));
