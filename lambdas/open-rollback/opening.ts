import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { Happened, RollbackEvent } from '../../domain/history/event.ts';
import { indexFormat } from '../../domain/history/record-index.ts';
import { isNamed } from '../../domain/host/inventory.ts';
import type { Restores } from '../../domain/infra/runbook-steps.ts';
import { lowestOf } from '../../domain/phases.ts';
import type { PartStep } from '../../domain/plan/forbidden-on-hosts.ts';
import type { ForbiddenPair } from '../../domain/plan/forbidden-pairs.ts';
import { isRollbackId } from '../../domain/tables.ts';
import type { HostCommand, Policy } from '../middleware/payload.ts';
import type { Tagged } from '../operations/freeze-hosts.ts';

/** Input of the opening, as the phase's machine sends it. */
export type OpenRequest = {
  readonly execution: {
    readonly id: string;
    readonly name: string;
    readonly start_time: string;
    readonly input: unknown;
  };
  readonly phase: { readonly number: number; readonly name: string };
  /** The phases of a rollback of several, the latest first; `phase` is the lowest. Absent: one phase. */
  readonly phases?: readonly number[];
  readonly target_version: string;
  /** Later phases whose code is rolled back too. */
  readonly also_undone: readonly number[];
  readonly restores: Restores;
  readonly fleet: string;
  readonly policy: Policy;
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
  /** The health check by which hosts are asked which of them are ill. Absent: the runbook has none. */
  readonly witness?: WitnessCheck | undefined;
  /** The looks at the versions of the phases. Absent: no phase restores code or has forbidden pairs. */
  readonly looks?: readonly PhaseLook[] | undefined;
};

/** The health check of a phase. */
export type WitnessCheck = {
  readonly command: HostCommand;
  /** The checks of its report that concern this phase alone, and those that concern another one alone. */
  readonly own: readonly string[];
  readonly elsewhere: readonly string[];
};

/** One phase: the command that asks hosts for its versions, and what is judged by their reports. */
export type PhaseLook = {
  readonly phase: number;
  /** Later phases whose code lies on the restored paths. */
  readonly also_undone: readonly number[];
  readonly command: HostCommand;
  /** Absent: none. */
  readonly forbidden?: readonly ForbiddenPair[] | undefined;
  /** The paths and steps of the phase. Absent: no phase of the rollback has forbidden pairs. */
  readonly paths?: readonly string[] | undefined;
  readonly steps?: readonly PartStep[] | undefined;
};

export const openedEvent = (
  { execution, phase, phases, target_version, also_undone, restores, fleet }: OpenRequest,
  { breach: _breach, silent: _silent, ...cause }: RollbackCause,
  deadline: string,
): Happened => ({
  id: 'rollback-opened',
  type: 'Rollback opened',
  at: execution.start_time,
  detail: {
    ...lowestOf({ phase: phase.number, phases }),
    phase_name: phase.name,
    execution_arn: execution.id,
    target_version,
    also_undone,
    restores,
    fleet,
    deadline,
    index_format: indexFormat,
    ...cause,
  },
});

/** The product's own files beside the folders of rollbacks on a host (infra/host-scripts/wrapper.py, STATE_FILES). */
const stateFiles = [
  'lock',
  'fence',
  'fence.new',
  'exporting',
  'halt.lock',
  'halted.json',
  'halted.json.new',
  'hold.lock',
  'held.json',
  'held.json.new',
  'owed.json',
  'owed.json.new',
];

/** Checks the execution's name: it is the rollback id, and on hosts the name of a folder. */
export function checkName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(name) || !isRollbackId(name))
    throw new InvalidInput(
      `The execution's name becomes the rollback id and may hold letters, digits and . _ - only; found ${JSON.stringify(name)}. Start again without a name.`,
    );
  if (stateFiles.includes(name))
    throw new InvalidInput(
      `The execution's name becomes a folder on each host, and ${name} is a file of the product's own there. Start again without a name.`,
    );
}

/**
 * Refuses a name that another execution has used: names are unique per state machine, and all machines share the
 * history.
 */
export function checkUnused([first]: readonly RollbackEvent[], execution: OpenRequest['execution']): void {
  if (first && first.detail['execution_arn'] !== execution.id)
    throw new InvalidInput(
      `${execution.name} is already the id of ${String(first.detail['execution_arn'])}. Start again without a name.`,
    );
}

/**
 * Refuses hosts without the fleet's tag: a rollback that ignored a misspelt name would leave the intended host as it
 * is.
 */
export async function checkHosts({ managedInstances, tag }: Tagged, only: readonly string[]): Promise<void> {
  const found = await managedInstances.hosts(tag);
  const unknown = only.filter((one) => !found.some((host) => isNamed(host, [one])));
  if (unknown.length > 0)
    throw new InvalidInput(
      `only_hosts names ${unknown.slice(0, 5).join(', ')}, which does not carry the tag ${tag.key}=${tag.value}. Tagged: ${found
        .slice(0, 20)
        .map(({ name }) => name)
        .join(', ')}. Nothing was changed.`,
    );
}
