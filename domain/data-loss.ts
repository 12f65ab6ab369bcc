import type { HostVerdict } from './host-verdict.ts';

/** What a host answered to a step, as far as data loss is concerned. */
export type HostAnswer = Pick<HostVerdict, 'report' | 'verdict'> & {
  readonly step: string;
  readonly instance_id: string;
  /** Absent or null: no command went to the host. */
  readonly command_id?: HostVerdict['command_id'];
};

/**
 * Whether the rollback lost data (seed, "Data Loss: Zero tolerance"), by the hosts' own reports: each step that takes
 * something away says `lost`, after it has compared what it kept with what it noted before the removal, and `integrity`,
 * what SQLite says of a database it has removed rows from.
 *
 * True if any host says so, or counts more removed than exported. False only if every one of the `hosts` has done each
 * such step and says no; null where any of them has not said so, or no such step was run. A script that ended without a
 * word may have been such a step: what it took nobody knows.
 */
export function dataLoss(answers: readonly HostAnswer[], hosts: readonly string[]): boolean | null {
  const taking = answers.filter(({ report }) => typeof report?.['lost'] === 'boolean');
  if (answers.some(hasLost)) return true;
  if (answers.some(({ verdict, report, command_id }) => verdict !== 'done' && report === null && command_id))
    return null;
  const steps = [...new Set(taking.map(({ step }) => step))];
  const saysNo = (step: string, host: string) =>
    taking.some((one) => one.step === step && one.instance_id === host && one.verdict === 'done');
  return steps.length > 0 && steps.every((step) => hosts.every((host) => saysNo(step, host))) ? false : null;
}

function hasLost({ report }: HostAnswer): boolean {
  const { lost, integrity = 'ok', rows, keys } = report ?? {};
  return lost === true || integrity !== 'ok' || [rows, keys].some(moreRemoved);
}

/** Fewer is no loss: what was changed after its export stays where it is. */
function moreRemoved(counts: unknown): boolean {
  const { exported = 0, removed = 0 } = (counts ?? {}) as Record<string, unknown>;
  return Number(removed) > Number(exported);
}
