import { contentHash } from '../content-hash.ts';
import type { Host } from '../host/host-verdict.ts';
import type { FleetHost } from '../host/inventory.ts';
import type { Running, RunningCommit } from '../witness/peers.ts';
import { absentFrom, compareHosts, type Difference, type Reported, type TruthReport } from './compare-hosts.ts';
import type { ExpectedVersion } from './expected-versions.ts';
import { keyOf, type SeenOfTakenBack, type TakenBack, tookBackElsewhere, undoneOn } from './undone.ts';
import { type WithdrawnVersion, withdrawnOn } from './withdrawn.ts';

/** A look that was sent to the hosts and is read by the next run. */
export type FleetLook = {
  /** The id under which hosts report. */
  readonly id: string;
  /** ISO 8601. */
  readonly sent_at: string;
  readonly commands: readonly string[];
  /** Hosts to which Systems Manager refused to send, each with its reason. */
  readonly refused: readonly (Host & { readonly reason: string })[];
  /** The number of times the fleet was taken when the look was sent. Another number later: a rollback worked on hosts since. */
  readonly fence: number;
  readonly expected: readonly ExpectedVersion[];
  /** The versions that rollbacks took back. Absent in a look of an older version: none was asked for. */
  readonly taken?: readonly TakenBack[];
};

/** The finding of the newest run, as the state table has it. */
export type FleetTruth = {
  readonly state: 'agree' | 'differ' | 'unknown';
  /** ISO 8601: the newest comparison; null: there was none yet. */
  readonly compared_at: string | null;
  /** ISO 8601: when the state or a difference last changed. */
  readonly since: string;
  /** At most `mostStored`. */
  readonly differences: readonly Difference[];
  /** Number of hosts that differ. */
  readonly differing: number;
  /** A hash of the differences of which people were told; empty: that all agree, or nothing. */
  readonly told: string;
  /** Ids of hosts that did not report, or were away, in the newest comparison. */
  readonly silent: readonly string[];
  /** The hosts that never confirmed a halt that holds, by name, each with the instant of that halt. Absent: none. */
  readonly unhalted?: Readonly<Record<string, string>>;
  /** Ids of hosts whose process is not known to run the code on the disk, in the newest comparison. Absent: none. */
  readonly stale?: readonly string[];
  /** Ids of hosts on which a rollback still held deployments, in the newest comparison. Absent: none. */
  readonly held?: readonly string[];
  /** Versions on record of which no host has a tag, so that nothing shows whether they are there. Absent: none. */
  readonly unproved?: readonly Pick<ExpectedVersion, 'phase' | 'version'>[];
  /** Versions on record that at least one host did not have in the newest comparison. Absent: none. */
  readonly absent?: readonly Pick<ExpectedVersion, 'phase' | 'version'>[];
  /** The commits that the hosts run, by the newest comparison. Absent: nothing was compared yet, or by an older version. */
  readonly running?: Running;
  /** Sightings of versions that rollbacks took back. Absent: nothing was seen yet. */
  readonly taken_back?: SeenOfTakenBack;
  /** The reason why the newest run compared nothing; null: it did. */
  readonly not_compared: string | null;
  readonly look: FleetLook | null;
};

export const noTruth: FleetTruth = {
  state: 'unknown',
  compared_at: null,
  since: '',
  differences: [],
  differing: 0,
  told: '',
  silent: [],
  not_compared: 'No look was sent yet.',
  look: null,
};

/** An item of DynamoDB has 400 KB, and a message is read on a phone. */
const mostStored = 20;

/** A host's report, or why there is none. `unasked`: it came to the fleet after the look was sent. */
export type Seen = { readonly report: TruthReport } | { readonly reason: string } | 'unasked';

/** All that one comparison is made from. */
export type Comparison = {
  readonly hosts: readonly FleetHost[];
  readonly seen: (host: FleetHost) => Seen;
  readonly tooOld: (agentVersion: string) => boolean;
  readonly expected: readonly ExpectedVersion[];
  readonly taken: readonly TakenBack[];
  /** The versions that no host should run, because their records were taken back. Absent: none. */
  readonly withdrawn?: readonly WithdrawnVersion[];
  /** A deployment of flags was on its way to the hosts when they were asked. */
  readonly moving: boolean;
  /** The hosts that never confirmed a halt that holds, by name, each with the instant of that halt. */
  readonly unhalted: Readonly<Record<string, string>>;
  /** The findings of the newest check that read all files, as far as they still hold. */
  readonly files?: (reported: readonly Reported[]) => readonly Difference[];
  /** The market is closed, or opened less than five minutes ago: hosts may be shut down. Absent: it is open. */
  readonly closed?: boolean;
  /** ISO 8601: when the hosts were asked. */
  readonly asked_at: string;
  /** ISO 8601. */
  readonly at: string;
  /** The rollback that holds the fleet although it has ended. It still holds deployments, on purpose. Absent or null: none does. */
  readonly holder?: string | null;
};

/**
 * Compares the hosts of the fleet, and returns what is known of them now.
 *
 * A host that is away or does not report is named from the second run in a row: a new host boots for a minute or two, and an
 * agent may miss one command. One that differed before is named at once: its silence must not read as agreement. While the
 * market is closed only the hosts that report are compared, and what was known of the others stays known.
 */
export function compared(
  before: FleetTruth,
  {
    hosts,
    seen,
    tooOld,
    expected,
    taken,
    withdrawn = [],
    moving,
    unhalted,
    files,
    closed = false,
    asked_at,
    at,
    holder = null,
  }: Comparison,
): FleetTruth {
  const silences = closed ? [] : hosts.flatMap((host) => silenceOf(host, seen(host), tooOld));
  const reported = reportedBy(hosts, seen);
  const undone = undoneIn(reported, taken, before);
  const held = heldOf(reported, holder);
  const known = [...before.silent, ...before.differences.map(({ instance_id }) => instance_id)];
  const named = silences.filter(({ instance_id }) => known.includes(instance_id));
  const unasked = hosts.filter((host) => host.online && seen(host) === 'unasked');
  const kept = before.differences.filter(isStillUnseen(closed ? hosts : unasked, reported));
  const found = [
    ...undone.differences,
    ...staleOf(reported).filter(({ instance_id }) => before.stale?.includes(instance_id)),
    ...held.filter(({ instance_id }) => before.held?.includes(instance_id)),
    ...unhaltedOf(hosts, unhalted),
    ...compareHosts(reported, expected, { moving, aside: undone.differences }),
    ...withdrawnOn(reported, withdrawn, asked_at),
    ...(files?.(reported) ?? []),
    ...named,
  ].filter((one) => !kept.some(({ instance_id, key }) => instance_id === one.instance_id && key.includes(one.key)));
  const all = together([...found, ...kept]).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const differences = all.map(withoutHost);
  const state = all.length > 0 ? 'differ' : reported.length > 0 ? 'agree' : 'unknown';
  const isSame = state === before.state && hashOf(differences.slice(0, mostStored)) === hashOf(before.differences);
  return {
    state,
    compared_at: at,
    since: isSame ? before.since : at,
    differences: differences.slice(0, mostStored),
    differing: all.length,
    told: before.told,
    silent: silences.map(({ instance_id }) => instance_id),
    ...(Object.keys(unhalted).length > 0 ? { unhalted } : {}),
    ...(staleOf(reported).length > 0 ? { stale: staleOf(reported).map(({ instance_id }) => instance_id) } : {}),
    ...(held.length > 0 ? { held: held.map(({ instance_id }) => instance_id) } : {}),
    ...unprovedIn(reported, expected),
    ...absentIn(reported, expected),
    running: { at: asked_at, commits: runningIn(reported) },
    ...(Object.keys(undone.seen).length > 0 ? { taken_back: undone.seen } : {}),
    not_compared: null,
    look: null,
  };
}

/**
 * Returns whether the host of a difference is one of those and did not report. That it is shut down for the night does not mend it, nor
 * that it came back after the others were asked.
 */
const isStillUnseen =
  (hosts: readonly FleetHost[], reported: readonly Reported[]) =>
  ({ instance_id }: Difference): boolean =>
    hosts.some((host) => host.instance_id === instance_id) &&
    !reported.some(({ host }) => host.instance_id === instance_id);

/** Returns the versions on record that no host's report can prove. */
function unprovedIn(reported: readonly Reported[], expected: readonly ExpectedVersion[]): Pick<FleetTruth, 'unproved'> {
  const unproved = expected.flatMap(({ phase, version, announced }, i) =>
    announced || reported.length === 0 || reported.some(({ report }) => typeof report.has[i] === 'boolean')
      ? []
      : [{ phase, version }],
  );
  return unproved.length > 0 ? { unproved } : {};
}

/** Returns the hosts that reported, by the commit that they run. */
const runningIn = (reported: readonly Reported[]): RunningCommit[] =>
  [...Map.groupBy(reported, ({ report }) => report.commit)].map(([commit, of]) => ({
    commit,
    version: of[0]?.report.version ?? '',
    hosts: of.map(({ host }) => host.instance_id),
  }));

function absentIn(reported: readonly Reported[], expected: readonly ExpectedVersion[]): Pick<FleetTruth, 'absent'> {
  const absent = absentFrom(reported, expected);
  return absent.length > 0 ? { absent } : {};
}

/** Named from the second run in a row: a deployment checks out first, and then starts the process again. */
const staleOf = (reported: readonly Reported[]): Difference[] =>
  reported.flatMap(({ host: { instance_id, name }, report: { process } }) =>
    process ? [{ instance_id, name, what: process, key: `${instance_id} ${process}` }] : [],
  );

/** Named from the second run in a row: after the first one, watch-the-fleet lets go. */
const heldOf = (reported: readonly Reported[], holder: string | null): Difference[] =>
  reported.flatMap(({ host: { instance_id, name }, report: { held } }) => {
    if (held === null || held === holder) return [];
    const what = `deployments are still held there by rollback ${held}, which is over`;
    return [{ instance_id, name, what, key: `${instance_id} ${what}` }];
  });

/** Returns one difference per host that has a version which a rollback took back, there or on other hosts, and what was seen. */
function undoneIn(reported: readonly Reported[], taken: readonly TakenBack[], before: FleetTruth) {
  const looked = reported.map(({ host: { instance_id }, report: { back, moved_by } }) => ({
    ...{ instance_id, back, moved_by },
  }));
  const { found, seen } = undoneOn({ taken, reported: looked, before: before.taken_back ?? {} });
  const others = tookBackElsewhere(taken, looked);
  const differences = reported.flatMap(({ host: { instance_id, name }, report: { back } }): Difference[] => {
    const what = found.get(instance_id)?.join('; ');
    const elsewhere = others.get(instance_id)?.join('; ');
    if (what === undefined)
      return elsewhere === undefined
        ? []
        : [{ instance_id, name, what: elsewhere, key: `${instance_id} ${elsewhere}` }];
    const which = taken.filter((_, i) => back[i] === true);
    // Without who and when: a pipeline that does it again every half hour is told of once.
    const key = `${instance_id} undone ${which.map(keyOf).join(', ')}`;
    return [{ instance_id, name, what, key, undone: which[0]?.rollback ?? '' }];
  });
  return { differences, seen };
}

/** A host that never confirmed a halt may trade, whatever it reports, and also if it was not asked yet. */
const unhaltedOf = (hosts: readonly FleetHost[], unhalted: Comparison['unhalted']): Difference[] =>
  hosts.flatMap(({ instance_id, name }) => {
    const since = unhalted[name];
    if (since === undefined) return [];
    const what = `it never confirmed the halt of ${since}, so it may trade: halt again`;
    return [{ instance_id, name, what, key: `${instance_id} ${what}` }];
  });

/** Returns a difference without what else the inventory has of its host. */
const withoutHost = ({ instance_id, name, what, key, undone }: Difference): Difference => ({
  ...{ instance_id, name, what, key },
  ...(undone === undefined ? {} : { undone }),
});

/** Returns one difference per host. */
const together = (all: readonly Difference[]): Difference[] =>
  [...Map.groupBy(all, ({ instance_id }) => instance_id).values()].map((of) => ({
    ...(of[0] as Difference),
    what: of.map(({ what }) => what).join('; '),
    key: of.map(({ key }) => key).join('; '),
  }));

/** Returns the hosts that are online and reported. */
export const reportedBy = (hosts: readonly FleetHost[], seen: Comparison['seen']): Reported[] =>
  hosts.flatMap((host) => {
    const one = host.online ? seen(host) : 'unasked';
    return one !== 'unasked' && 'report' in one ? [{ host, report: one.report }] : [];
  });

/** Returns why nothing is known of a host; an empty list if it reported, or was not asked. */
function silenceOf(host: FleetHost, seen: Seen, tooOld: Comparison['tooOld']): Difference[] {
  const { instance_id, name } = host;
  const because = (kind: string, what: string) => [{ instance_id, name, what, key: `${instance_id} ${kind}` }];
  if (!host.online)
    return because('away', `its version is unknown: ${host.away ?? 'it is not online in Systems Manager'}`);
  if (tooOld(host.agent_version))
    return because('agent', `its version is unknown: its SSM agent ${host.agent_version} is too old`);
  if (seen === 'unasked' || 'report' in seen) return [];
  return because('silent', `its version is unknown: ${seen.reason}`);
}

const hashOf = (differences: readonly Difference[]): string =>
  differences.length === 0 ? '' : contentHash(differences.map(({ key }) => key)).slice(0, 16);

/** Returns the hash of what people must be told; undefined: they know it, or nothing is known. */
export function untold({ state, differences, told }: FleetTruth): string | undefined {
  if (state === 'unknown') return undefined;
  const hash = hashOf(differences);
  return hash === told ? undefined : hash;
}
