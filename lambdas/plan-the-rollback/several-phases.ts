import { chosenParts, phasesOf } from '../../domain/phases.ts';
import type { PlannedRunbook } from '../../domain/plan/plan.ts';
import type { HostCommand } from '../middleware/payload.ts';
import type { PlanRequest } from './plan-the-rollback.ts';

/** Input of the plan of a rollback of several phases: all phases, of which the rollback has some. */
export type PlanPartsRequest = Pick<PlanRequest, 'rollback'> & {
  /** The runbooks of all phases, without steps. */
  readonly runbooks: readonly PlannedRunbook[];
  readonly parts: readonly (Pick<PlanRequest, 'steps' | 'version'> & {
    readonly phase: number;
    readonly planned: PlannedRunbook['steps'];
  })[];
};

/**
 * Returns the plan to make of a rollback of several phases, as if they were one runbook: its steps are those of every phase, in
 * the order in which they are undone, and its version is that of the lowest.
 */
export function chosenPlan({ rollback, runbooks, parts }: PlanPartsRequest): PlanRequest {
  const phases = phasesOf(rollback);
  const { chosen, lowest } = chosenParts(rollback, parts, ({ phase }) => phase);
  const covered = chosenParts(rollback, runbooks, ({ phase }) => phase);
  const runbook: PlannedRunbook = {
    phase: lowest.phase,
    name: covered.chosen.map(({ name }) => name).join(', '),
    target: {
      version: covered.lowest.target.version,
      paths: [...new Set(covered.chosen.flatMap(({ target }) => target.paths))],
    },
    steps: chosen.flatMap(({ planned }) => planned),
  };
  return {
    rollback,
    phase: lowest.phase,
    runbooks: [...runbooks.filter(({ phase }) => !phases.includes(phase)), runbook],
    steps: chosen.flatMap(({ steps }) => steps),
    version: lowest.version,
    versions: chosen.slice(0, -1).map(({ version }) => version) satisfies HostCommand[],
  };
}
