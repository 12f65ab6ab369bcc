import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { Happened, RollbackEvent } from '../../domain/history/event.ts';
import type { Restores } from '../../domain/infra/runbook.ts';
import type { Policy } from '../middleware/payload.ts';
import { isNamed, type Tagged } from '../operations/freeze-hosts.ts';

/** What the machine of a phase opens a rollback with. */
export type Opening = {
  readonly execution: {
    readonly id: string;
    readonly name: string;
    readonly start_time: string;
    readonly input: unknown;
  };
  readonly phase: { readonly number: number; readonly name: string };
  readonly target_version: string;
  /** Later phases whose code goes back with it. */
  readonly also_undone: readonly number[];
  readonly restores: Restores;
  readonly fleet: string;
  readonly policy: Policy;
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
};

export const openedEvent = (
  { execution, phase, target_version, also_undone, restores, fleet }: Opening,
  { breach: _, ...cause }: RollbackCause,
  deadline: string,
): Happened => ({
  id: 'rollback-opened',
  type: 'Rollback opened',
  at: execution.start_time,
  detail: {
    phase: phase.number,
    phase_name: phase.name,
    execution_arn: execution.id,
    target_version,
    also_undone,
    restores,
    fleet,
    deadline,
    ...cause,
  },
});

/** The rollback id is the execution's name, and travels to hosts as a folder's name. */
export function checkName(name: string): void {
  if (!/^(?!look_)[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(name))
    // look_ is what looks are kept under
    throw new InvalidInput(
      `The execution's name becomes the rollback id and may hold letters, digits and . _ - only; found ${JSON.stringify(name)}. Start again without a name.`,
    );
}

/** Names are unique in one state machine only; the history is shared by all. */
export function checkUnused([first]: readonly RollbackEvent[], execution: Opening['execution']): void {
  if (first && first.detail['execution_arn'] !== execution.id)
    throw new InvalidInput(
      `${execution.name} is already the id of ${String(first.detail['execution_arn'])}. Start again without a name.`,
    );
}

/** A misspelt host would leave the one that was meant as it is. */
export async function checkHosts({ fleet, tag }: Tagged, only: readonly string[]): Promise<void> {
  const found = await fleet.hosts(tag);
  const unknown = only.filter((one) => !found.some((host) => isNamed(host, [one])));
  if (unknown.length > 0)
    throw new InvalidInput(
      `only_hosts names ${unknown.slice(0, 5).join(', ')}, which does not carry the tag ${tag.key}=${tag.value}. Tagged: ${found
        .slice(0, 20)
        .map(({ name }) => name)
        .join(', ')}. Nothing was changed.`,
    );
}
