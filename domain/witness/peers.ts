import { listed } from '../listed.ts';
import { type HostWitness, mostFew } from './host-witness.ts';
import type { SeenHost } from './ill-hosts.ts';

/** The hosts that run one commit, by instance id. `version`: its name, as git has it. */
export type RunningCommit = { readonly commit: string; readonly version: string; readonly hosts: readonly string[] };

/** The commits that hosts run, as they reported them. `at`: ISO 8601, when they were asked. */
export type Running = { readonly at: string; readonly commits: readonly RunningCommit[] };

/** Hosts are asked every two minutes, and their answers are read by the next run. One lost run makes it six minutes. */
const oldestMilliseconds = 10 * 60_000;

/**
 * `changed`: the newest deployment of any phase, ISO 8601, because phases share one tree; undefined: none is on record. `unread`: what
 * could not be read, as the subject of a sentence; absent: nothing.
 */
type Asked = {
  readonly running: Running | undefined;
  readonly changed: string | undefined;
  readonly now: number;
  readonly unread?: string | undefined;
};

/**
 * Returns a witness that found few ill hosts, with what their peers prove. A lone host on a new version that is ill among well hosts
 * on the old one is no broken host: the new version may be the fault.
 *
 * Only what hosts reported after the newest deployment, and in the last ten minutes, is known.
 */
export function withPeers(witness: HostWitness, seen: readonly SeenHost[], asked: Asked): HostWitness {
  const { only } = witness;
  if (!only) return witness;
  const why = notKnown(asked);
  const groups = why === undefined ? (asked.running?.commits ?? []) : [];
  const ill = only.map((host) => ({ host, group: groups.find(({ hosts }) => hosts.includes(host.instance_id)) }));
  const silent = ill.flatMap(({ host, group }) => (group ? [] : [host.name]));
  if (silent.length > 0) {
    const reason = why ?? `${listed(silent.slice(0, 5), silent.length)} reported no version at ${asked.running?.at}`;
    return { ...witness, peers: 'unknown', says: [...witness.says, unknownSays(witness, reason)] };
  }
  const alone = ill.filter(({ group }) => group && !provesVersion(group, seen));
  if (alone.length === 0)
    return { ...witness, peers: 'same', says: [...witness.says, 'Well hosts run the same version.'] };
  const named = alone.map(
    ({ host, group }) => `${host.name} runs ${group?.version} (commit ${group?.commit.slice(0, 12)})`,
  );
  return { ...witness, peers: 'other', says: [...witness.says, otherSays(named)] };
}

/** Whether the hosts that run a commit show that it works: of these alone, too, only few are ill and one is well. */
function provesVersion({ hosts }: RunningCommit, seen: readonly SeenHost[]): boolean {
  const own = seen.filter(({ instance_id }) => hosts.includes(instance_id));
  const ill = own.filter(({ state }) => state === 'ill').length;
  return own.some(({ state }) => state === 'well') && ill <= mostFew(own.length);
}

/** Returns why nothing is known of what hosts run now; undefined: it is known of each host that reported. */
function notKnown({ running, changed, now, unread }: Asked): string | undefined {
  if (unread !== undefined) return `${unread} could not be read`;
  if (running === undefined) return 'the hosts were not compared yet';
  if (changed !== undefined && running.at <= changed)
    return `the hosts were not compared since the newest deployment, at ${changed}`;
  return now - Date.parse(running.at) > oldestMilliseconds
    ? `the hosts were last compared at ${running.at}, more than ten minutes ago`
    : undefined;
}

const unknownSays = ({ ill }: HostWitness, why: string) =>
  `Whether well hosts run the same version as the ill ${ill === 1 ? 'one' : 'ones'} is not known: ${why}.`;

const otherSays = (named: readonly string[]) =>
  `${listed(named.slice(0, 5), named.length)}, and well hosts do not show that this version works: it may be the fault.`;
