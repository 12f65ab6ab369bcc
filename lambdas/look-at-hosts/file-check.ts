import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { truthReport } from '../../domain/truth/compare-hosts.ts';
import { fileFindings } from '../../domain/truth/file-findings.ts';
import type { FileFindingsStore, FleetHold } from '../stores/fleet-truth.ts';

export type FileCheckDeps = {
  readonly files: FileFindingsStore;
  readonly hold: (fleet: string) => Promise<FleetHold>;
  /** Paths whose files differ from host to host by design. */
  readonly own: readonly string[];
  readonly now: () => number;
};

/** Stores that a check of all files has begun, and which rollbacks came before it. What was found before holds until it ends. */
export async function beginFileCheck({ files, hold }: FileCheckDeps, fleet: string): Promise<void> {
  const [{ fence }, before] = await Promise.all([hold(fleet), files.read()]);
  const findings = before?.fence === fence ? before.findings : [];
  await files.put({ fence, read_at: null, findings });
}

/**
 * Stores which hosts' files differ, for the comparison of hosts, which tells people. If a rollback took the fleet meanwhile, stores nothing: files
 * differ because of it.
 */
export async function keepFindings(
  { files, hold, now }: FileCheckDeps,
  fleet: string,
  /** Of the hosts that were asked. One that is away is named by every comparison of hosts. */
  verdicts: readonly HostVerdict[],
): Promise<void> {
  const [{ holder, fence }, begun] = await Promise.all([hold(fleet), files.read()]);
  if (holder !== null || begun?.fence !== fence) return;
  const read = verdicts.map(({ host, reason, report }) => {
    const { success, data } = truthReport.safeParse(report);
    return success ? { host, report: data } : { host, reason: reason ?? 'its report is not readable' };
  });
  const read_at = `${new Date(now()).toISOString().slice(0, 19)}Z`;
  await files.put({ fence, read_at, findings: fileFindings(read, read_at) });
}
