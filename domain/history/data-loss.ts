import type { HostVerdict } from '../host/host-verdict.ts';

/** What a host answered to a step, as far as data loss is concerned. */
export type HostStepReport = Pick<HostVerdict, 'report' | 'verdict'> & {
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
export function dataLoss(answers: readonly HostStepReport[], hosts: readonly string[]): boolean | null {
  if (answers.some(hasLost)) return true;
  if (answers.some(endedWithoutAWord)) return null;
  const steps = stepsThatTake(answers);
  return steps.length > 0 && steps.every((step) => hosts.every((host) => saysNo(answers, step, host))) ? false : null;
}

/** Why data_loss is null, for a person: which step left it open, and on how many of so many hosts. */
export function whyDataLossUnknown(answers: readonly HostStepReport[], hosts: number): string {
  const mute = answers.find(endedWithoutAWord);
  if (mute) {
    const on = answers.filter((one) => one.step === mute.step && endedWithoutAWord(one)).length;
    return `not known: ${mute.step} ended without a word of what it took on ${on} of ${hosts} hosts`;
  }
  for (const step of stepsThatTake(answers)) {
    const silent = hosts - answers.filter((one) => saysNo([one], step, one.instance_id)).length;
    if (silent > 0) return `not known: ${step} has not said that nothing is lost on ${silent} of ${hosts} hosts`;
  }
  return 'not known: no host said that a step took something away';
}

const takes = ({ report }: HostStepReport) => typeof report?.['lost'] === 'boolean';
const stepsThatTake = (answers: readonly HostStepReport[]) => [
  ...new Set(answers.filter(takes).map(({ step }) => step)),
];
const endedWithoutAWord = ({ verdict, report, command_id }: HostStepReport): boolean =>
  verdict !== 'done' && report === null && Boolean(command_id);
const saysNo = (answers: readonly HostStepReport[], step: string, host: string) =>
  answers.some((one) => takes(one) && one.step === step && one.instance_id === host && one.verdict === 'done');

function hasLost({ report }: HostStepReport): boolean {
  const { lost, integrity = 'ok', rows, keys } = report ?? {};
  return lost === true || integrity !== 'ok' || [rows, keys].some(moreRemoved);
}

/** Fewer is no loss: what was changed after its export stays where it is. */
function moreRemoved(counts: unknown): boolean {
  const { exported = 0, removed = 0 } = (counts ?? {}) as Record<string, unknown>;
  return Number(removed) > Number(exported);
}
