import type { UndoneVersion } from '../brakes/undone-versions.ts';
import type { BrakeEvent } from './brake-event.ts';
import type { RollbackEvent } from './event.ts';

/**
 * The versions that a rollback undid, by its own history, and when it ended (ISO 8601). Not certain: its closing could not read
 * what it undid, and the versions are those that it was to undo. `late`: parts of its history are missing yet.
 */
export type UndoneBy =
  | { readonly versions: readonly UndoneVersion[]; readonly at: string; readonly isCertain: boolean }
  | 'late';

/** Returns what the history of a rollback says that it undid; undefined: nothing. `waiting`: entries that it lacks yet. */
export function undoneIn(events: readonly RollbackEvent[], waiting: number): UndoneBy | undefined {
  if (waiting > 0) return 'late';
  const closed = events.find(({ type }) => type === 'Rollback closed');
  const versions = closed?.detail['undone'] as readonly UndoneVersion[] | null | undefined;
  if (!closed || versions === undefined) return undefined;
  return { versions: versions ?? toUndo(events), at: closed.at, isCertain: versions !== null };
}

type Frozen = { readonly deployment: Deployed | null; readonly parts?: readonly PhaseToUndo[] };
type PhaseToUndo = { readonly phase: number; readonly deployment: Deployed | null };
type Deployed = { readonly version: string; readonly at: string };

/** Returns the versions that a rollback was to undo: those of the deployments that it froze at its opening. */
function toUndo(events: readonly RollbackEvent[]): UndoneVersion[] {
  const phase = events[0]?.detail['phase'] as number;
  const frozen = events.find(({ type }) => type === 'Hosts frozen')?.detail as Frozen | undefined;
  const parts = frozen?.parts ?? [{ phase, deployment: frozen?.deployment ?? null }];
  return parts.flatMap((one) =>
    one.deployment ? [{ phase: one.phase, version: one.deployment.version, deployed_at: one.deployment.at }] : [],
  );
}

/** Reconcile records a rollback's block within a minute, and the rollbacks were read before the brakes. */
const graceMilliseconds = 10 * 60_000;

/**
 * Compares the blocks that rollbacks set, by the history of the brakes, with what each rollback's own history says that it undid.
 * Both are findings: a block of a version that its rollback did not undo, and an undone version that nobody ever blocked. A block
 * by a person in the same place counts, because a rollback's does not replace it.
 */
export function contradictedByRollbacks(
  events: readonly BrakeEvent[],
  undone: ReadonlyMap<string, UndoneBy>,
  now: number,
): string[] {
  const blocks = events.filter(({ type }) => type === 'Version blocked');
  const isOld = (at: string) => Date.parse(at) < now - graceMilliseconds;
  const invented = blocks.flatMap(({ sequence, at, detail: { rollback, version, phase } }) => {
    const by = rollback === undefined || !isOld(at) ? 'late' : undone.get(rollback);
    if (by === 'late' || by?.versions.some((one) => one.version === version && one.phase === phase)) return [];
    return [
      `INVENTED: event ${sequence} of the brakes: rollback ${rollback} undid no version ${version} of phase ${phase}`,
    ];
  });
  const unblocked = [...undone].flatMap(([rollback, by]) => {
    if (by === 'late' || !by.isCertain || !isOld(by.at)) return [];
    return by.versions
      .filter(
        ({ version, phase }) => !blocks.some(({ detail }) => detail.version === version && detail.phase === phase),
      )
      .map(
        ({ version, phase }) =>
          `DELETED: rollback ${rollback} undid version ${version} of phase ${phase}, and no event of the brakes blocked it`,
      );
  });
  return [...invented, ...unblocked];
}
