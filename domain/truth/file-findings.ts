import type { Host } from '../host/host-verdict.ts';
import type { FleetHost } from '../host/inventory.ts';
import { type Difference, differInFiles, type Reported } from './compare-hosts.ts';

/** A host whose files were not those of most hosts when all of them were read. `commit`: the host's then; null: it could not read them all. */
export type FileFinding = Difference & { readonly commit: string | null };

/** A host's report, or the reason why there is none. */
export type FilesRead = Reported | { readonly host: Host; readonly reason: string };

/** The result of the newest check that read every tracked file of every host. */
export type FileFindings = {
  /** The number of times the fleet was taken when the check began. Another number later: a rollback worked on files since. */
  readonly fence: number;
  /** ISO 8601; null: the check has begun. */
  readonly read_at: string | null;
  /** At most `mostFindings`. */
  readonly findings: readonly FileFinding[];
};

/** As many as a comparison keeps. */
const mostFindings = 20;

/** Returns the hosts whose files differ or could not be read, by a check of all files. */
export function fileFindings(read: readonly FilesRead[], at: string): FileFinding[] {
  const differing = [...differInFiles(read.filter((one) => 'report' in one))].map(([{ host, report }, what]) => ({
    ...identity(host),
    ...{ commit: report.commit, what: `${what} (all files were read at ${at})` },
    key: `${host.instance_id} ${what} in full`, // without the instant, which changes by itself
  }));
  const unread = read
    .filter((one) => 'reason' in one)
    .map(({ host, reason }) => ({
      ...identity(host),
      ...{ commit: null, what: `at ${at} its files could not all be read: ${reason}` },
      key: `${host.instance_id} unread files`,
    }));
  return [...differing, ...unread].slice(0, mostFindings);
}

const identity = ({ instance_id, name }: Host) => ({ instance_id, name });

/**
 * Returns the findings that still hold: no rollback took the fleet since, and the host is at the same commit. The look of every two minutes does not
 * see what hides from git, so a finding holds until all files are read again.
 */
export function holding(
  files: FileFindings | null,
  fence: number,
  hosts: readonly FleetHost[],
  reported: readonly Reported[],
): Difference[] {
  if (!files || files.fence !== fence) return [];
  const commitNow = (id: string) => reported.find(({ host }) => host.instance_id === id)?.report.commit;
  return files.findings
    .filter(({ instance_id }) => hosts.some((host) => host.instance_id === instance_id))
    .filter(({ instance_id, commit }) => commit === null || (commitNow(instance_id) ?? commit) === commit)
    .map(({ commit, ...difference }) => difference);
}
