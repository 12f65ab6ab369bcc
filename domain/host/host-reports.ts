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

/**
 * Whether these are the reports of a hash. `withoutAnswered`: an earlier version of the product may have made the hash, which
 * left `answered` out; no version ever wrote `answered` to the report of a step that is done.
 */
export const areReportsOf = (
  hash: unknown,
  kept: readonly KeptVerdict[],
  { withoutAnswered }: { readonly withoutAnswered: boolean },
): boolean =>
  hash === reportsHash(kept) ||
  (withoutAnswered &&
    !kept.some(({ verdict, answered }) => verdict === 'done' && answered !== undefined) &&
    hash === contentHash(inOrder(kept).map(covered)));

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
