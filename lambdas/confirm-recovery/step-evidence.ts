import { hostsDoneEarlier, passedStep } from '../../domain/history/begins-at.ts';
import type { VersionEvidence } from '../../domain/host/confirmation.ts';
import { commitIn, type TagReading } from '../../domain/host/target-commit.ts';
import type { HostCommand } from '../middleware/payload.ts';
import type { StoredVerdict } from '../stores/history.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

/** One phase of a rollback that is judged. */
export type ConfirmPart = {
  readonly steps: readonly string[];
  readonly target_version: string;
  readonly version: HostCommand;
};

/** The work of the steps of one phase, for the judgement of its version check. */
export type StepEvidence = Pick<VersionEvidence, 'done' | 'frozen' | 'target_version'>;

/**
 * Returns the instance ids of the hosts that have done each step of a phase, without those that a person skipped or that come
 * before the first one, and the
 * commit to which the steps restored each host. `verdicts`: those of all hosts on all steps of the rollback.
 *
 * A phase, or a host of it, that another rollback rolled back while this one waited has no step of this one to do.
 */
export function stepEvidence(
  { steps, target_version, version: { phase } }: ConfirmPart,
  { skipped = [], parts = [], begins_at }: RollbackScope,
  verdicts: readonly StoredVerdict[],
): StepEvidence {
  const { done_by, spared = [] } = parts.find((part) => part.phase === phase) ?? {};
  const done = new Map<string, ReadonlySet<string>>();
  const frozen: TagReading[] = [];
  if (done_by !== undefined) return { done, frozen, target_version };
  for (const step of steps) {
    if (skipped.some((one) => one.step === step) || passedStep(begins_at, step)) continue;
    const hosts = verdicts.filter((one) => one.step === step);
    const did = hosts.filter(({ verdict }) => verdict === 'done');
    const ids = [...did, ...spared].map(({ instance_id }) => instance_id);
    done.set(step, new Set([...ids, ...hostsDoneEarlier(begins_at, step)]));
    for (const host of hosts) {
      const commit = commitIn(host, target_version);
      if (commit !== null) frozen.push({ host: host.name, commit });
    }
  }
  return { done, frozen, target_version };
}
