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
  contentHash(inOrder(kept).map((one) => ({ ...covered(one), ...(one.answered ? { answered: one.answered } : {}) })));

/** Whether these are the reports of a hash. An earlier version of the product left `answered` out. */
export const areReportsOf = (hash: unknown, kept: readonly KeptVerdict[]): boolean =>
  hash === reportsHash(kept) || hash === contentHash(inOrder(kept).map(covered));

const inOrder = (kept: readonly KeptVerdict[]) => kept.toSorted((a, b) => (a.instance_id < b.instance_id ? -1 : 1));

const covered = ({ step, instance_id, name, verdict, reason, report, command_id }: KeptVerdict) => ({
  step,
  instance_id,
  name,
  verdict,
  reason,
  report,
  command_id,
});
