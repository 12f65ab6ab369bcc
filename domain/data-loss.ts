import type { HostVerdict } from './host-verdict.ts';

/**
 * Whether the rollback lost data (seed, "Data Loss: Zero tolerance"), by the hosts' own reports: each step that takes
 * something away says `lost`, after it has compared what it kept with what it noted before the removal, and `integrity`,
 * what SQLite says of a database it has removed rows from.
 *
 * True if any host says so. False only if reports were made and all of them say no; null if none was made.
 */
export function dataLoss(answers: readonly Pick<HostVerdict, 'report' | 'verdict'>[]): boolean | null {
  const said = answers.map(({ report }) => report?.['lost']).filter((lost) => typeof lost === 'boolean');
  if (said.some((lost) => lost)) return true;
  if (answers.some(({ report }) => (report?.['integrity'] ?? 'ok') !== 'ok')) return true;
  return said.length > 0 ? false : null;
}
