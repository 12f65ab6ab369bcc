import { counted } from '../counted.ts';
import type { Host } from '../host/host-verdict.ts';
import type { Environment } from '../infra/environment.ts';

/** The most hosts that automation may touch within a time, in seconds. */
export type HostCap = NonNullable<Environment['brakes']['hosts']>;

/** `person`: a person started the rollback, or answered its question with `rollback`. `automation`: nobody did. */
export type BegunBy = 'automation' | 'person';

/** A rollback that began to act. Times are ISO 8601. */
export type BegunRollback = {
  readonly rollback: string;
  readonly start_time: string;
  /** null until it has ended. */
  readonly ended_at: string | null;
  /** Absent: an older version stored it, so it counts as automation's. */
  readonly by?: BegunBy;
  /** The hosts that it was about to touch when it began. Absent: no cap counted them then. */
  readonly hosts?: readonly Host[];
};

/** The hosts under the cap, each once. */
export type CappedHosts = {
  /** Hosts that automation's other rollbacks may have touched within the cap's time. */
  readonly before: readonly Host[];
  /** Hosts that this rollback would touch. */
  readonly now: readonly Host[];
};

/**
 * A rollback is stored under its alarm's instant, and may act for hours after that: it waits for an answer, for the fleet, or
 * for an operator after a failed step. So many milliseconds before the cap's time are read too.
 */
const longestMilliseconds = 24 * 3600_000;

/** Returns the earliest start_time (ISO 8601) of a rollback that can count. `now` is in milliseconds since 1970. */
export const readFrom = ({ within }: HostCap, now: number): string =>
  new Date(now - within * 1000 - longestMilliseconds).toISOString();

/**
 * Returns whether a rollback counts for the cap: it began by itself, and acted within the cap's time. It counts until so long
 * after its end, because it may touch hosts until then.
 */
export const countsFor = (
  { within }: HostCap,
  { by, ended_at }: Pick<BegunRollback, 'by' | 'ended_at'>,
  now: number,
): boolean => by !== 'person' && (ended_at === null || Date.parse(ended_at) >= now - within * 1000);

/**
 * Returns the hosts that a rollback may touch or has touched: those that it stored when it began, and those of its frozen scope,
 * because an opening that was tried again may have found more hosts online. Those that were lost or left out may have been
 * touched before. undefined: neither is known.
 */
export function hostsIn(
  begun: { readonly hosts?: readonly Host[] },
  scope:
    | { readonly hosts: readonly Host[]; readonly lost?: readonly Host[]; readonly left_out?: readonly Host[] }
    | undefined,
): Host[] | undefined {
  if (!scope && !begun.hosts) return undefined;
  const { hosts = [], lost = [], left_out = [] } = scope ?? {};
  return [...(begun.hosts ?? []), ...hosts, ...lost, ...left_out].map(({ instance_id, name }) => ({
    instance_id,
    name,
  }));
}

/** Returns the hosts of all these rollbacks, each once. */
export const hostsOf = (all: readonly (readonly Host[])[]): Host[] =>
  each(all.flat()).toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));

const each = (hosts: readonly Host[]): Host[] => [...new Map(hosts.map((host) => [host.instance_id, host])).values()];

/** Returns the objection to a rollback with which automation would touch more hosts than the cap allows; none if it allows them. */
export function capObjection({ most, within }: HostCap, { before, now }: CappedHosts): string[] {
  const together = each([...before, ...now]).length;
  if (together <= most) return [];
  return [
    `With this rollback automation would touch ${counted(together, 'host')} within ${timeWords(within)}; its cap is ${most} (brakes.hosts). Touched so far: ${namesOf(before)}. This rollback: ${namesOf(now)}.`,
  ];
}

/** "60 minutes", or seconds if it is no whole number of minutes. */
export const timeWords = (seconds: number): string =>
  seconds % 60 === 0 ? counted(seconds / 60, 'minute') : counted(seconds, 'second');

/** A sentence on a phone; `show` and `status` have the same. */
const mostNames = 10;

/** Returns the names of hosts in a sentence: "none", "host-1, host-2", or the first ten and the number of the others. */
export const namesOf = (hosts: readonly Host[]): string =>
  hosts.length === 0
    ? 'none'
    : `${hosts
        .slice(0, mostNames)
        .map(({ name }) => name)
        .join(', ')}${hosts.length > mostNames ? ` and ${hosts.length - mostNames} more` : ''}`;
