import { type OfPhases, phasesOf } from '../phases.ts';

/** `hosts`: names of the canary group, which alone got it. Absent: every host did. */
type Deployed = { readonly version: string; readonly at: string; readonly hosts?: readonly string[] };

/** The part of what a rollback acts on that tells which versions it undoes (lambdas/stores/rollback-scope.ts). */
type Undoing = {
  readonly only_hosts: readonly string[] | null;
  readonly deployment: Deployed | null;
  readonly targets?: readonly { readonly phase: number; readonly version: string; readonly deployed_as?: string }[];
  readonly parts?: readonly {
    readonly phase: number;
    readonly deployment: Deployed | null;
    readonly done_by?: string;
  }[];
};

/** A version that a rollback undid. `deployed_at`: when it was deployed, ISO 8601. */
export type UndoneVersion = { readonly phase: number; readonly version: string; readonly deployed_at: string };

/**
 * Returns the versions that a rollback undid, at most one per phase: those of the deployments that it rolled back.
 *
 * A rollback of a few hosts undoes no version, because the others keep it or another rollback has undone it there; that of the whole canary group
 * does, if no other host got the version. Nor does a
 * phase that another rollback has done: that one undid it. A version that is also the target is what the rollback went back to.
 */
export function undoneVersions(
  rollback: OfPhases,
  { only_hosts, deployment, targets = [], parts }: Undoing,
): UndoneVersion[] {
  const canary = deployment?.hosts;
  if (only_hosts !== null && !canary?.every((name) => only_hosts.includes(name))) return [];
  const undone = parts ?? phasesOf(rollback).map((phase) => ({ phase, deployment, done_by: undefined }));
  return undone.flatMap(({ phase, deployment: of, done_by }) => {
    if (of === null || done_by !== undefined) return [];
    const isTarget = targets.some((one) => one.phase === phase && [one.version, one.deployed_as].includes(of.version));
    return isTarget ? [] : [{ phase, version: of.version, deployed_at: of.at }];
  });
}
