import type { Host } from '../host/host-verdict.ts';

/** The hosts of a rollback. */
export type Coverage = {
  /** The hosts to roll back, by name or instance id, as they were named; null: the whole fleet. */
  readonly only_hosts: readonly string[] | null;
  /**
   * The hosts on which it acts. A host that was away, has left the fleet, was left out by a person, was rolled back by another
   * rollback, or came after the opening is none of them.
   */
  readonly hosts: readonly Host[];
};

/**
 * Returns whether a rollback of the phase acts on everything that an alarm or a start asks for (`asked`; null: the phase on
 * every host). Only then may the alarm or the start join it.
 *
 * An alarm watches the whole fleet, so a rollback of a few hosts never answers it.
 */
export function covers({ only_hosts, hosts }: Coverage, asked: readonly string[] | null): boolean {
  if (asked === null) return only_hosts === null;
  return asked.every((host) => hosts.some(({ name, instance_id }) => host === name || host === instance_id));
}

/** Returns whether a rollback of these hosts touches a host that a start does not name (`asked`). */
export const touchesMore = (hosts: readonly Host[], asked: readonly string[]): boolean =>
  hosts.some(({ name, instance_id }) => !asked.includes(name) && !asked.includes(instance_id));
