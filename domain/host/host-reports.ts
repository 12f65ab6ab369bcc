import { contentHash } from '../content-hash.ts';
import type { HostVerdict } from './host-verdict.ts';

/** A host's verdict on one step as it is kept; the latest attempt's. */
export type KeptVerdict = Pick<HostVerdict, 'verdict' | 'reason' | 'report' | 'command_id' | 'answered'> & {
  readonly step: string;
  readonly instance_id: string;
  readonly name: string;
};

/**
 * The hash of all that hosts reported on a step, which the step's event carries: a report that is changed afterwards shows.
 * SHA-256 over canonical JSON, hosts by instance id.
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
