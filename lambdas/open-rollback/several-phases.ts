import { parseBeforeRequest, phasesFrom } from '../../domain/decision/before-request.ts';
import { type Restores, targetIn } from '../../domain/infra/runbook-steps.ts';
import { chosenParts } from '../../domain/phases.ts';
import type { Policy } from '../middleware/payload.ts';
import type { OpenRequest } from './opening.ts';

/** One phase of the machine that rolls several phases back. */
export type OpenPart = Pick<OpenRequest, 'phase' | 'target_version' | 'also_undone' | 'documents'> & {
  readonly restores: Restores;
  readonly steps: Policy['steps'];
};

/** Input of the opening of a rollback of several phases: all phases, of which the person's input chooses some. */
export type OpenPartsRequest = Pick<OpenRequest, 'execution' | 'fleet' | 'looks'> & {
  readonly triggers: Policy['triggers'];
  readonly parts: readonly OpenPart[];
};

/**
 * Returns the opening of the rollback that a person's input asks for: of the phase `before` and every later one. Throws
 * InvalidInput.
 *
 * The record has the lowest phase and its target, because that is the version to which the fleet goes back.
 */
export function chosenPhases({ execution, fleet, triggers, parts, looks = [] }: OpenPartsRequest): OpenRequest {
  const all = parts.map(({ phase }) => phase.number);
  const { before, rest } = parseBeforeRequest(execution.input, all);
  const phases = phasesFrom(before, all);
  const { chosen, lowest } = chosenParts({ phase: before, phases }, parts, ({ phase }) => phase.number);
  const names = new Map(chosen.flatMap(({ documents }) => documents).map((document) => [document.name, document]));
  const undone = new Set(chosen.flatMap(({ also_undone }) => also_undone));
  return {
    execution: { ...execution, input: rest },
    phase: { number: before, name: chosen.map(({ phase }) => phase.name).join(', ') },
    phases,
    target_version: lowest.target_version,
    also_undone: [...undone].filter((phase) => !phases.includes(phase)).toSorted((a, b) => a - b),
    restores: {
      paths: [...new Set(chosen.flatMap(({ restores }) => restores.paths))],
      by: chosen.flatMap(({ restores }) => restores.by),
    },
    fleet,
    policy: {
      rollback_safe: true,
      approvers: 1,
      targets: chosen.flatMap(({ phase, target_version, restores }) =>
        targetIn(phase.number, target_version, restores),
      ),
      steps: chosen.flatMap(({ steps }) => steps),
      triggers,
    },
    documents: [...names.values()],
    looks: phases.flatMap((phase) => looks.filter((one) => one.phase === phase)),
  };
}
