import type { Host } from '../../domain/host/host-verdict.ts';
import { nameWithReason } from '../../domain/host/inventory.ts';
import { type OfPhases, phaseWords } from '../../domain/phases.ts';
import type { AwayHost, RollbackScope, ScopePart } from '../stores/rollback-scope.ts';

type Hosts = Pick<RollbackScope, 'hosts'>;
type Left = Hosts & Pick<RollbackScope, 'not_online' | 'done_before' | 'parts'>;
type Asking = Left & Pick<RollbackScope, 'undone_with' | 'undone_on'>;

/**
 * Whether nothing is left to do in one phase of a rollback of several: another rollback did the phase while this one waited, or
 * others did it on each host that is online.
 */
export const isDone = ({ hosts }: Hosts, { done_by, spared = [] }: ScopePart): boolean =>
  done_by !== undefined || (hosts.length > 0 && hosts.every((host) => spared.some(isSame(host))));

const isSame =
  ({ instance_id }: { readonly instance_id: string }) =>
  (one: { readonly instance_id: string }) =>
    one.instance_id === instance_id;

/** Returns the rollbacks that did one phase, on all hosts or on some. */
export const doneByOf = ({ done_by, spared = [] }: ScopePart): readonly string[] =>
  done_by === undefined ? spared.map(({ by }) => by) : [done_by];

/**
 * Returns, in words, which rollbacks did all the work of a rollback while it waited, for the fleet or for an answer; null:
 * something is left to do, or nobody else did anything.
 */
export function doneByOthers(rollback: OfPhases, scope: Left | undefined): string | null {
  const done = doneOnline(rollback, scope);
  return done === null || done.away.length > 0 ? null : done.why;
}

/**
 * Returns the same, but for the hosts that are online: a rollback to which no other host is left can act on none. `away`: its
 * other hosts, on which nobody did anything.
 */
export function doneOnline(
  rollback: OfPhases,
  scope: Left | undefined,
): { readonly why: string; readonly away: readonly AwayHost[] } | null {
  const { hosts = [], not_online = [], done_before = [], parts = [] } = scope ?? {};
  const partsDone = parts.length > 0 && parts.every((part) => isDone({ hosts }, part));
  const hostsDone = done_before.length > 0 && hosts.length === 0;
  if (!hostsDone && !partsDone) return null;
  const away = parts.length > 0 && parts.every(({ done_by }) => done_by !== undefined) ? [] : not_online;
  const by = new Set([...done_before.map((one) => one.by), ...parts.flatMap(doneByOf)]);
  const what = hostsDone ? 'every host' : phaseWords(rollback);
  const was = hostsDone || parts.length === 1 ? 'was' : 'were';
  return { why: `While it waited, ${what}${onlineOnly(away)} ${was} rolled back by ${[...by].join(', ')}`, away };
}

const onlineOnly = (away: readonly AwayHost[]) => (away.length === 0 ? '' : ' that is online');

/** Returns the sentence about hosts on which nobody did anything, because they were away. */
export const notOnline = (away: readonly AwayHost[]): string =>
  `Not online, so not rolled back: ${away.slice(0, 20).map(nameWithReason).join(', ')}${away.length > 20 ? ` and ${away.length - 20} more` : ''}.`;

/**
 * Returns the same for a rollback that asks whether to begin. The code of its phase may also have gone back with an earlier
 * phase, or the few hosts about which it asks (`ill`) may have been rolled back, by its phase or by an earlier one: its other work is not done then, but there is
 * nothing left to ask about once its alarms are green.
 */
export function doneWhileAsking(
  rollback: OfPhases,
  scope: Asking | undefined,
  ill: readonly Host[] = [],
): string | null {
  const done = doneByOthers(rollback, scope) ?? illDone(scope, ill);
  if (done !== null || !scope?.undone_with) return done;
  return `While it waited, the code of ${phaseWords(rollback)} went back with rollback ${scope.undone_with}`;
}

function illDone(scope: Asking | undefined, ill: readonly Host[]): string | null {
  const all = [...(scope?.done_before ?? []), ...(scope?.undone_on ?? [])];
  const done = ill.map((host) => all.find(isSame(host))).filter((one) => one !== undefined);
  if (ill.length === 0 || done.length < ill.length) return null;
  const names = ill.map(({ name }) => name).join(', ');
  const by = [...new Set(done.map((one) => one.by))].join(', ');
  return `While it waited, the only ill ${ill.length === 1 ? 'host' : 'hosts'}, ${names}, ${ill.length === 1 ? 'was' : 'were'} rolled back by ${by}`;
}
