import type { HostVerdict } from './host-verdict.ts';

/**
 * Whether the rollback lost data (seed, "Data Loss: Zero tolerance"), by the hosts' own reports: each step that takes
 * something away says `lost`, after it has compared what it exported with what it removed.
 *
 * True if any host says so. False only if reports were made and all of them say no; null if none was made.
 */
export function dataLoss(answers: readonly Pick<HostVerdict, 'report' | 'verdict'>[]): boolean | null {
  const said = answers.map(({ report }) => report?.['lost']).filter((lost) => typeof lost === 'boolean');
  if (said.some((lost) => lost)) return true;
  return said.length > 0 ? false : null;
}
