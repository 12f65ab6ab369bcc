/** The hosts on which a rollback acts, by name or instance id. */
export type Coverage = {
  /** null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /** Hosts of the fleet that the rollback could not reach. */
  readonly away: readonly string[];
};

/**
 * Returns whether a rollback of the phase acts on everything that an alarm or a start asks for (`asked`; null: the phase on
 * every host). Only then may the alarm or the start join it.
 *
 * An alarm watches the whole fleet, so a rollback of a few hosts never answers it. Hosts are compared as they were named: a
 * name and the instance id of the same host count as different, and the start then waits instead of being lost.
 */
export function covers({ only_hosts, away }: Coverage, asked: readonly string[] | null): boolean {
  if (asked === null) return only_hosts === null;
  return asked.every((host) => !away.includes(host) && (only_hosts === null || only_hosts.includes(host)));
}
