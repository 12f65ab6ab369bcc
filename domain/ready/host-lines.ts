import * as z from 'zod';
import { counted } from '../counted.ts';
import type { FlagValue } from '../flag.ts';
import { flagValue } from '../flag.ts';
import type { Host } from '../host/host-verdict.ts';
import { isNamed } from '../host/inventory.ts';
import { type ForbiddenPair, type PairStep, reachable, reachableSentence } from '../plan/forbidden-pairs.ts';
import type { Preparation } from '../prepare/preparation.ts';
import { bad, good, type HostProblem, type Line, type LineId } from './readiness.ts';

/** The report of infra/host-scripts/ready.py. */
export const readyReport = z.object({
  /** Seconds since 1970 by the host's clock, at the beginning of the script and at its end. */
  began: z.number(),
  ended: z.number(),
  version: z.string(),
  /** The commit that is checked out. */
  commit: z.string(),
  /** The commit that the preparation's tag names; null: there is no such tag. */
  tagged: z.string().nullable(),
  /** The same of the tag that a rollback restores; absent: it restores no code. */
  target: z.string().nullable().optional(),
  /** Why the commit of either tag cannot be restored from the host's repository; null: all its objects are there. */
  lacks: z.object({ tagged: z.string().nullable(), target: z.string().nullable() }).partial().default({}),
  /** SHA-256 of the preparation's manifest; null: there is none. */
  manifest: z.string().nullable(),
  /** `ok`, or why the copies of databases cannot be restored. */
  backup: z.string(),
  databases: z.object({ count: z.int(), rows: z.int() }),
  /** `ok`, or why the copies of the configuration cannot be restored. */
  configuration: z.string(),
  files: z.int(),
  free_bytes: z.number(),
  needed_bytes: z.number(),
  /** The effective value of each flag of a forbidden pair; null: no layer sets it. */
  flags: z.record(z.string(), flagValue.nullable()).default({}),
});
export type ReadyReport = z.infer<typeof readyReport>;

/** A host of the fleet, with what it reported. */
export type CheckedHost = Host & {
  /** null: it did not report; `reason` is why. */
  readonly report: ReadyReport | null;
  readonly reason: string | null;
  /** Milliseconds since 1970, by the control plane's clock: the host began after `sent`, and had ended before `seen`. */
  readonly sent: number;
  readonly seen: number;
};

/** The facts with which the hosts are compared. */
export type Expected = {
  readonly phase: number;
  /** The version whose rollback is judged; null: none was prepared or deployed yet. */
  readonly version: string | null;
  readonly preparation: Preparation | undefined;
  /** Whether the version was deployed after it was prepared: hosts then run it, and no longer the prepared commit. */
  readonly deployed: boolean;
  /** Names of the canary group, which alone got that deployment. Absent: every host did. */
  readonly canary?: readonly string[];
  /** A rollback took that deployment back since: hosts may run the prepared commit again. */
  readonly taken_back?: boolean;
  /** The tag that a rollback restores; null: it restores no code. */
  readonly target: string | null;
  readonly forbidden: readonly ForbiddenPair[];
  readonly steps: readonly PairStep[];
};

/** Returns the lines that the hosts' reports answer. */
export const hostLines = (hosts: readonly CheckedHost[], expected: Expected): Line[] => [
  tagLine(hosts, expected),
  backupLine(hosts, expected),
  configurationLine(hosts, expected),
  clocksLine(hosts),
  diskLine(hosts),
  targetLine(hosts, expected),
  pairsLine(hosts, expected),
];

/** The ids of these lines: a light check uses them again. */
export const hostLineIds: readonly LineId[] = ['tag', 'backup', 'configuration', 'clocks', 'disk', 'target', 'pairs'];

const hostsOf = (count: number) => counted(count, 'host');

type Judged = {
  readonly problem: (report: ReadyReport, host: CheckedHost) => string | undefined;
  readonly evidence: string;
  readonly todo: string;
};

/** Returns a line about every host: ready if each of them has reported, and has no problem. */
function everyHost(id: LineId, hosts: readonly CheckedHost[], { problem, evidence, todo }: Judged): Line {
  if (hosts.length === 0) return bad(id, 'The fleet has no host', 'Tag the hosts with the fleet’s tag: docs/deploy.md');
  const found = hosts.flatMap((host): HostProblem[] => {
    const wrong = host.report ? problem(host.report, host) : `not checked: ${host.reason ?? 'no report'}`;
    return wrong === undefined ? [] : [{ name: host.name, found: wrong }];
  });
  if (found.length === 0) return good(id, evidence);
  const [first] = found;
  const others = found.length > 1 ? ` and ${found.length - 1} more` : '';
  return bad(id, `Wrong on ${found.length} of ${hostsOf(hosts.length)}: ${first?.name}${others}`, todo, found);
}

const prepareCommand = ({ phase, version }: Expected) =>
  `npm run rollback -- prepare --phase ${phase} --version ${version ?? 'VERSION'}`;

/** Returns the line of a phase's version that is not prepared; undefined: it is. */
function unprepared(id: LineId, expected: Expected): Line | undefined {
  const { version, preparation } = expected;
  if (version === null)
    return bad(id, 'No version was prepared yet', `Before the deployment: ${prepareCommand(expected)}`);
  if (!preparation)
    return bad(
      id,
      `${version} was not prepared`,
      `Before its deployment: ${prepareCommand(expected)}. If it is deployed already, prepare the next version`,
    );
  if (preparation.state !== 'prepared')
    return bad(id, `The preparation of ${version} is not complete`, prepareCommand(expected));
  return preparation.superseded
    ? bad(id, `The copies of ${version} were removed, because later versions were deployed`, prepareCommand(expected))
    : undefined;
}

/** A host that joined the fleet after the preparation has neither tag nor copies. */
const isNew = ({ preparation }: Expected, { instance_id }: Host) =>
  !preparation?.hosts.some((one) => one.instance_id === instance_id);
const joined = 'it was not in the fleet when the version was prepared';
const short = (commit: string) => commit.slice(0, 12);

const tagLine = (hosts: readonly CheckedHost[], expected: Expected): Line => {
  const { tag = '', commit = '' } = expected.preparation ?? {};
  const never = neverArrived(expected);
  const got = gotBy(expected);
  const arrived = hosts.filter((host) => host.report && got(host) && !never(host.report));
  const deployed = { commit: mostOf(arrived) || commit, as: expected.canary ? 'on the canary group' : 'on most hosts' };
  const running = (host: CheckedHost) => (got(host) ? deployed : { commit, as: 'prepared' });
  return (
    unprepared('tag', expected) ??
    everyHost('tag', hosts, {
      problem: (report, host) => {
        const { tagged, commit: runs, lacks } = report;
        if (isNew(expected, host)) return joined;
        if (tagged === null) return `there is no tag ${tag}`;
        if (tagged !== commit) return `${tag} names ${short(tagged)}, expected ${short(commit)}`;
        const early =
          !got(host) && expected.deployed && !expected.taken_back && runs === deployed.commit && runs !== commit;
        if (early) return `it runs ${short(runs)}, the commit of the canary group, which is to be on no other host yet`;
        return lacks.tagged ?? (got(host) ? never(report) : undefined) ?? otherCode(runs, running(host));
      },
      evidence: `${tag} names ${short(commit)} on ${hostsOf(hosts.length)}`,
      todo: expected.deployed
        ? deployAgain(expected, deployed.commit)
        : `Delete a wrong tag on that host, bring the host to ${short(commit)}, then: ${prepareCommand(expected)}. If ${expected.version} is deployed, record that: npm run rollback -- deployed --phase ${expected.phase} --version ${expected.version}. If other code is right, prepare under another name`,
    })
  );
};

/** Returns a function that returns whether a host got the deployment, as it is on record. */
const gotBy =
  ({ deployed, canary }: Expected) =>
  (host: Host): boolean =>
    deployed && (!canary || isNamed(host, canary));

/**
 * Returns a function that returns why a host did not get the deployment; undefined: it may have. The prepared commit is the version
 * before, so a host that still runs it was missed, unless the phase has no code, or the customer's own tag of the version names that commit.
 */
const neverArrived =
  ({ version, preparation, deployed, taken_back, target }: Expected) =>
  (report: ReadyReport): string | undefined =>
    deployed && !taken_back && target !== null && report.commit === preparation?.commit && report.version !== version
      ? `it still runs ${short(report.commit)}, which was prepared as the version before ${version}: ${version} never arrived there`
      : undefined;

const deployAgain = ({ phase, version, preparation, canary, taken_back }: Expected, commit: string): string => {
  if (canary && !taken_back && commit !== preparation?.commit)
    return `Bring the canary group (${canary.join(', ')}) to ${short(commit)} and every other host to ${short(preparation?.commit ?? '')}, delete a wrong tag there, then check again. If the group has passed and the other hosts get ${version} now, deploy it to all of them and record that: npm run rollback -- deployed --phase ${phase} --version ${version}`;
  return commit === preparation?.commit
    ? `Deploy ${version} there, then check again. If ${version} changes no code, tag ${short(commit)} as ${version} on every host: a rollback of it then restores the runbook’s tag`
    : `Bring that host to ${short(commit)}, delete a wrong tag there, then check again`;
};

/** Returns the commit that most hosts run. */
function mostOf(hosts: readonly CheckedHost[]): string {
  const groups = [
    ...Map.groupBy(
      hosts.flatMap(({ report }) => report?.commit ?? []),
      (one) => one,
    ),
  ];
  return groups.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? '';
}

/** Returns a sentence if a host runs another commit than the expected one. */
const otherCode = (runs: string, { commit, as }: { readonly commit: string; readonly as: string }) =>
  runs === commit ? undefined : `it runs ${short(runs)}, expected ${short(commit)} as ${as}`;

/** Returns why a host's manifest is not the one that was registered; undefined: it is. */
function otherManifest(expected: Expected, { manifest }: ReadyReport, host: CheckedHost): string | undefined {
  if (isNew(expected, host)) return joined;
  if (manifest === null) return 'its copies have no manifest: they are missing, or not complete';
  const registered = expected.preparation?.hosts.find(({ instance_id }) => instance_id === host.instance_id)?.manifest;
  return manifest === registered
    ? undefined
    : `its manifest has the hash ${short(manifest)}, expected ${short(registered ?? 'none')}: somebody changed the copies`;
}

const backupLine = (hosts: readonly CheckedHost[], expected: Expected): Line => {
  const databases = hosts.map(({ report }) => report?.databases ?? { count: 0, rows: 0 });
  const [count, rows] = (['count', 'rows'] as const).map((key) => databases.reduce((sum, one) => sum + one[key], 0));
  return (
    unprepared('backup', expected) ??
    everyHost('backup', hosts, {
      problem: (report, host) =>
        otherManifest(expected, report, host) ?? (report.backup === 'ok' ? undefined : report.backup),
      evidence: `${counted(count, 'copy', 'copies')} of databases on ${hostsOf(hosts.length)} ${count === 1 ? 'was' : 'were'} opened and checked: hashes and ${counted(rows, 'row')} as registered on ${expected.preparation?.begun_at}`,
      todo: `Copy again: ${prepareCommand(expected)}`,
    })
  );
};

const configurationLine = (hosts: readonly CheckedHost[], expected: Expected): Line => {
  const files = hosts.reduce((sum, { report }) => sum + (report?.files ?? 0), 0);
  return (
    unprepared('configuration', expected) ??
    everyHost('configuration', hosts, {
      problem: (report, host) =>
        otherManifest(expected, report, host) ?? (report.configuration === 'ok' ? undefined : report.configuration),
      evidence: `${counted(files, 'file')} on ${hostsOf(hosts.length)} ${files === 1 ? 'has' : 'have'} the registered hashes`,
      todo: `Copy again: ${prepareCommand(expected)}`,
    })
  );
};

/** NTP keeps hosts within milliseconds. So many seconds allow for whole seconds in between, and are far below a metric's period. */
const mostSkew = 5;

/**
 * Returns the seconds by which a clock is ahead at least, negative if it is behind; 0: it may be right.
 *
 * The host's instants are compared with the control plane's before and after them, so a slow delivery hides a small skew and
 * never makes one up.
 */
export function leastSkew({ report, sent, seen }: CheckedHost): number {
  if (!report) return 0;
  const [behind, ahead] = [sent / 1000 - report.began, report.ended - seen / 1000];
  if (behind > 0) return -Math.round(behind);
  return ahead > 0 ? Math.round(ahead) : 0;
}

const clocksLine = (hosts: readonly CheckedHost[]): Line =>
  everyHost('clocks', hosts, {
    problem: (_, host) => {
      const skew = leastSkew(host);
      if (Math.abs(skew) <= mostSkew) return undefined;
      return `its clock is at least ${Math.abs(skew)} s ${skew < 0 ? 'behind' : 'ahead'}`;
    },
    evidence: `No clock of ${hostsOf(hosts.length)} is off by more than ${mostSkew} s`,
    todo: 'Start time synchronization on that host (chronyc tracking, timedatectl), then check again',
  });

const megabytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MB`;

const diskLine = (hosts: readonly CheckedHost[]): Line => {
  const spare = hosts.flatMap(({ report }) => (report ? [report.free_bytes - report.needed_bytes] : []));
  return everyHost('disk', hosts, {
    problem: ({ free_bytes, needed_bytes }) =>
      free_bytes >= needed_bytes
        ? undefined
        : `${megabytes(free_bytes)} free for the quarantine, ${megabytes(needed_bytes)} needed`,
    evidence: `Every host has room for what a rollback copies first, and at least ${megabytes(Math.min(...spare))} more`,
    todo: 'Free disk where host.state of the environment is, then check again',
  });
};

const targetLine = (hosts: readonly CheckedHost[], { target }: Expected): Line => {
  if (target === null) return good('target', 'A rollback of this phase restores no code');
  const commits = hosts.flatMap(({ report }) => report?.target ?? []);
  const most = [...Map.groupBy(commits, (one) => one)].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? '';
  return everyHost('target', hosts, {
    problem: ({ target: found, lacks }) => {
      if (!found) return `there is no tag ${target}`;
      return found === most
        ? (lacks.target ?? undefined)
        : `${target} names ${short(found)}, expected ${short(most)} as on most hosts`;
    },
    evidence: `${target} names ${short(most)} on ${hostsOf(hosts.length)}`,
    todo: `Fetch the tag ${target} and missing objects there, or move it back, then check again`,
  });
};

const pairsLine = (hosts: readonly CheckedHost[], { target, forbidden, steps }: Expected): Line => {
  if (forbidden.length === 0) return good('pairs', 'The runbook declares no forbidden pair of code and flag');
  return everyHost('pairs', hosts, {
    problem: ({ version, flags }) => {
      const starts = ({ flag }: ForbiddenPair) => [
        {
          before: ['before', version],
          target: ['target', ...(target === null ? [] : [target])],
          flag: flagIn(flags, flag),
        },
      ];
      const [first] = reachable(forbidden, steps, starts);
      return first && reachableSentence(first);
    },
    evidence: `None of ${forbidden.length} forbidden pairs can be reached from the version and the flags of ${hostsOf(hosts.length)}`,
    todo: 'Change the flag first, or the runbook: docs/decisions/forbidden-pairs.md',
  });
};

const flagIn = (flags: ReadyReport['flags'], flag: string): FlagValue | null => flags[flag] ?? null;
