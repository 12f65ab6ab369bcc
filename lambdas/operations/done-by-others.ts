import { type OfPhases, phaseWords } from '../../domain/phases.ts';
import type { RollbackScope, ScopePart } from '../stores/rollback-scope.ts';

/** A phase that another rollback rolled back while this one waited. */
export type DonePart = ScopePart & { readonly done_by: string };
export const isDone = (part: ScopePart): part is DonePart => part.done_by !== undefined;

type Left = Pick<RollbackScope, 'hosts' | 'not_online' | 'done_before' | 'parts'>;
type Asking = Left & Pick<RollbackScope, 'undone_with'>;

/**
 * Returns, in words, which rollbacks did all the work of a rollback while it waited, for the fleet or for an answer; null:
 * something is left to do, or nobody else did anything.
 */
export function doneByOthers(rollback: OfPhases, scope: Left | undefined): string | null {
  const { hosts = [], not_online = [], done_before = [], parts = [] } = scope ?? {};
  const done = parts.filter(isDone);
  const hostsDone = done_before.length > 0 && hosts.length + not_online.length === 0;
  if (!hostsDone && (parts.length === 0 || done.length < parts.length)) return null;
  const by = new Set([...done_before.map((one) => one.by), ...done.map(({ done_by }) => done_by)]);
  return `While it waited, ${hostsDone ? 'every host' : phaseWords(rollback)} was rolled back by ${[...by].join(', ')}`;
}

/**
 * Returns the same for a rollback that asks whether to begin. The code of its phase may also have gone back with an earlier
 * phase: its own steps are not done then, but there is nothing left to ask about once its alarms are green.
 */
export function doneWhileAsking(rollback: OfPhases, scope: Asking | undefined): string | null {
  const done = doneByOthers(rollback, scope);
  if (done !== null || !scope?.undone_with) return done;
  return `While it waited, the code of ${phaseWords(rollback)} went back with rollback ${scope.undone_with}`;
}
