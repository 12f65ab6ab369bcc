import { contentHash } from '../content-hash.ts';
import type { HostVerdict } from './host-verdict.ts';

/** A host's stored verdict on one step, from the latest attempt. */
export type KeptVerdict = Pick<HostVerdict, 'verdict' | 'reason' | 'report' | 'command_id' | 'answered'> & {
  readonly step: string;
  readonly instance_id: string;
  readonly name: string;
};

/**
 * Returns the hash of all hosts' reports on a step: SHA-256 over canonical JSON, sorted by instance id.
 * The step's event carries it, so a report that is changed afterwards is found.
 */
export const reportsHash = (kept: readonly KeptVerdict[]): string =>
  contentHash(
    kept
      .toSorted((a, b) => (a.instance_id < b.instance_id ? -1 : 1))
      .map(({ step, instance_id, name, verdict, reason, report, command_id }) => ({
        step,
        instance_id,
        name,
        verdict,
        reason,
        report,
        command_id,
      })),
  );
