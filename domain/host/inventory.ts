import type { HostSoftware } from '../witness/other-changes.ts';
import type { Host } from './host-verdict.ts';

/** A host with the fleet's tag, as Systems Manager lists it: an instance (`i-…`), or a hybrid node outside EC2 (`mi-…`). */
export type ManagedHost = Host & {
  readonly online: boolean;
  /** Version of the SSM agent, such as `3.3.2746.0`; empty if Systems Manager does not list the host. */
  readonly agent_version: string;
  /** The operating system with its version, such as `Amazon Linux 2023`. Absent: Systems Manager does not report it. */
  readonly platform?: string;
};

/** An instance with the fleet's tag, as EC2 lists it. Systems Manager does not list one that is stopped. */
export type Ec2Instance = Host & { readonly state: 'pending' | 'running' | 'stopping' | 'stopped' };

/** A host that was in the inventory at an instant, ISO 8601. */
export type SeenHost = Host & {
  readonly seen_at: string;
  /** The agent and the operating system, as Systems Manager reported them then. Absent: it did not report them. */
  readonly software?: HostSoftware;
  /** The newest change of these, in words, and when it was first seen. Absent: none was seen. */
  readonly changed?: { readonly at: string; readonly what: string };
};

/** A host of the fleet, online or not. */
export type FleetHost = ManagedHost & {
  /** The reason why the host is not online, for a person. Absent: online, or only Systems Manager knows that it is not. */
  readonly away?: string;
  /** Neither EC2 nor Systems Manager lists the host under the fleet's tag any more; it was seen before. */
  readonly missing?: true;
};

export type Inventory = {
  /** By instance id. */
  readonly hosts: readonly FleetHost[];
  /** The ids of seen hosts that are no more: their instances were terminated. */
  readonly gone: readonly string[];
  /** Whether EC2 returned its instances. Without them, a host may be absent here that has not gone. */
  readonly complete: boolean;
};

export type Views = {
  readonly managed: readonly ManagedHost[];
  /** null: EC2 did not respond, or refused. */
  readonly instances: readonly Ec2Instance[] | null;
  /** EC2's reaction if there are no instances, such as `EC2 refused (UnauthorizedOperation)`. Absent: it did not respond. */
  readonly without_ec2?: string;
  readonly seen: readonly SeenHost[];
  /** The ids, of the hosts that unlistedHosts() returns, of those that exist without the fleet's tag. */
  readonly untagged: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
};

type Lists = Omit<Views, 'untagged' | 'now'>;

const isInstance = ({ instance_id }: Host) => instance_id.startsWith('i-');

const day = 24 * 3600_000;

/**
 * A host that nobody has seen for a week is no longer missed: every rollback would go on naming hosts that were taken out
 * of the fleet. One without its tag is missed for a day, because people remove the tag to take a host out.
 */
const missedFor = { vanished: 7 * day, untagged: day } as const;

/** Returns the minute, ISO 8601, until which a host without its tag belongs to the fleet. */
const until = (seenAt: string) => `${new Date(Date.parse(seenAt) + missedFor.untagged).toISOString().slice(0, 16)}Z`;

/** Returns whether a seen host that no list has under the fleet's tag still belongs to the fleet. */
export const isMissed = ({ seen_at }: SeenHost, now: number, why: keyof typeof missedFor = 'vanished') =>
  now - Date.parse(seen_at) <= missedFor[why];

/** Returns the seen hosts that are in no list under the fleet's tag: deregistered, terminated, or without their tag. */
export function unlistedHosts(views: Lists): SeenHost[] {
  const listed = new Set(listedHosts(views).map(({ instance_id }) => instance_id));
  return views.seen.filter(({ instance_id }) => !listed.has(instance_id));
}

/**
 * Joins the views of EC2 and Systems Manager, and compares them with the hosts that were seen.
 *
 * EC2 knows whether an instance exists and runs; Systems Manager knows whether its agent responds, and is the only one to
 * know hybrid nodes. The agent's last ping may be five minutes old, so an instance that EC2 stops is not online.
 */
export function inventoryOf(views: Views): Inventory {
  const { instances, untagged, now, without_ec2 = 'EC2 did not respond' } = views;
  const unlisted = unlistedHosts(views);
  const gone = instances === null ? [] : unlisted.filter((host) => isInstance(host) && !untagged.has(host.instance_id));
  const missing = unlisted
    .filter((host) => !gone.includes(host))
    .filter((host) => isMissed(host, now, untagged.has(host.instance_id) ? 'untagged' : 'vanished'))
    .map(({ instance_id, name, seen_at }): FleetHost => {
      const away = untagged.has(instance_id)
        ? `it no longer carries the fleet's tag; it is missed until ${until(seen_at)}`
        : isInstance({ instance_id, name })
          ? `Systems Manager does not list it, and ${without_ec2}`
          : 'it was deregistered from Systems Manager';
      return { instance_id, name, online: false, agent_version: '', away, missing: true };
    });
  return {
    hosts: [...listedHosts(views), ...missing].toSorted((a, b) => (a.instance_id < b.instance_id ? -1 : 1)),
    gone: gone.map(({ instance_id }) => instance_id),
    complete: instances !== null,
  };
}

function listedHosts({ managed, instances, seen }: Lists): FleetHost[] {
  const inEc2 = new Map((instances ?? []).map((one) => [one.instance_id, one]));
  const known = new Map(seen.map(({ instance_id, name }) => [instance_id, name]));
  const managedIds = new Set(managed.map(({ instance_id }) => instance_id));
  // Systems Manager still lists a terminated instance for a while, and EC2 no more.
  const exists = (host: ManagedHost) =>
    host.online || instances === null || !isInstance(host) || inEc2.has(host.instance_id);
  return [
    ...managed.filter(exists).map((host) => withState(host, inEc2.get(host.instance_id)?.state)),
    ...(instances ?? [])
      .filter(({ instance_id }) => !managedIds.has(instance_id))
      .map(({ instance_id, name, state }) => {
        const host = { instance_id, name: known.get(instance_id) ?? name, online: false, agent_version: '' };
        return { ...host, away: state === 'running' ? 'Systems Manager does not list it' : instanceIs(state) };
      }),
  ];
}

/** Returns a managed host with the state of its instance; undefined: a hybrid node, or EC2 does not list the instance. */
const withState = (host: ManagedHost, state: Ec2Instance['state'] | undefined): FleetHost =>
  state === undefined || state === 'running' || (state === 'pending' && host.online)
    ? host
    : { ...host, online: false, away: instanceIs(state) };

const instanceIs = (state: Ec2Instance['state']) => `its instance is ${state}`;

/** Returns whether somebody or something stopped the host's instance, or is stopping it. */
export const isStopped = ({ away }: { readonly away?: string }): boolean =>
  away === instanceIs('stopped') || away === instanceIs('stopping');

/** Returns whether a list of names or instance ids has this host. */
export const isNamed = ({ name, instance_id }: Host, names: readonly string[]) =>
  names.includes(name) || names.includes(instance_id);

/** Returns the hosts that a rollback touches: of the named ones (null: of all), those that are online. */
export const onlineOf = <One extends FleetHost>(all: readonly One[], only: readonly string[] | null): One[] =>
  all.filter((host) => host.online && (only === null || isNamed(host, only)));

/** Returns a host's name with the reason why it is away, if one is known: `host-2 (its instance is stopped)`. */
export const nameWithReason = ({ name, away }: Host & { readonly away?: string }) =>
  away === undefined ? name : `${name} (${away})`;
