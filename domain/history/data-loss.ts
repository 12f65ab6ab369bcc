import type { HostVerdict } from '../host/host-verdict.ts';

/** A host's report on one step, reduced to what data loss depends on. */
export type HostStepReport = Pick<HostVerdict, 'report' | 'verdict'> & {
  readonly step: string;
  readonly instance_id: string;
  /** Absent or null: no command went to the host. */
  readonly command_id?: HostVerdict['command_id'];
};

/**
 * Returns whether the rollback lost data (procedure, "Data Loss: Zero tolerance"), from the hosts' own reports; `hosts` are ids.
 *
 * Each step that removes data reports `lost`: it compares the kept data with the list that it made before the removal.
 * A step that removes rows also reports `integrity`, the result of SQLite's check of the database.
 *
 * True: a host reports a loss, or removed more than it exported.
 * False: every host has done every such step and reports no loss.
 * Null: a report is missing, or no such step ran. A script that ended without a report may have removed data too.
 */
export function dataLoss(reports: readonly HostStepReport[], hosts: readonly string[]): boolean | null {
  if (reports.some(reportsLoss)) return true;
  if (reports.some(endedWithoutReport)) return null;
  const steps = removingSteps(reports);
  const lossless = (step: string) => hosts.every((host) => reportsNoLoss(reports, step, host));
  return steps.length > 0 && steps.every(lossless) ? false : null;
}

/** Returns, for a person, the reason why data_loss is null: the step without a report and its number of hosts. */
export function whyDataLossUnknown(reports: readonly HostStepReport[], hosts: number): string {
  const ended = reports.find(endedWithoutReport);
  if (ended) {
    const count = reports.filter((one) => one.step === ended.step && endedWithoutReport(one)).length;
    return `not known: ${ended.step} ended without a report on ${count} of ${hosts} hosts`;
  }
  for (const step of removingSteps(reports)) {
    const missing = hosts - reports.filter((one) => reportsNoLoss([one], step, one.instance_id)).length;
    if (missing > 0) return `not known: ${step} has not reported that nothing is lost on ${missing} of ${hosts} hosts`;
  }
  return 'not known: no host reported a step that removes data';
}

/**
 * Returns whether a step took rows or keys away on a host and proved that it kept them all. Files alone do not count: a step
 * that copies a file before it changes it reports those too.
 */
export const keptWhatItTook = (report: HostVerdict['report']): boolean =>
  report?.['lost'] === false && (Boolean(report['rows']) || Boolean(report['keys'])) && !reportsLoss({ report });

const removesData = ({ report }: HostStepReport) => typeof report?.['lost'] === 'boolean';
const removingSteps = (reports: readonly HostStepReport[]) => [
  ...new Set(reports.filter(removesData).map(({ step }) => step)),
];
const endedWithoutReport = ({ verdict, report, command_id }: HostStepReport): boolean =>
  verdict !== 'done' && report === null && Boolean(command_id);
/** A host that reports a loss is found by reportsLoss() first, so a step that is done here lost nothing. */
const reportsNoLoss = (reports: readonly HostStepReport[], step: string, host: string) =>
  reports.some((one) => removesData(one) && one.step === step && one.instance_id === host && one.verdict === 'done');

function reportsLoss({ report }: Pick<HostStepReport, 'report'>): boolean {
  const { lost, integrity = 'ok', rows, keys } = report ?? {};
  return lost === true || integrity !== 'ok' || [rows, keys].some(moreRemoved);
}

/** Fewer removed than exported is no loss: data that changed after its export is left in place. */
function moreRemoved(counts: unknown): boolean {
  const { exported = 0, removed = 0 } = (counts ?? {}) as Record<string, unknown>;
  return Number(removed) > Number(exported);
}
