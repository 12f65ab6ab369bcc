import { listed } from '../listed.ts';
import { failureSentence, type Host, type HostVerdict } from './host-verdict.ts';
import { ourselves } from './ourselves.ts';
import { commitIn, type TagReading, targetCommitProblem } from './target-commit.ts';

/** The result of the version check over the fleet. */
export type Confirmation = {
  /** UNVERIFIED: PASS on every host that it acted on, and hosts were not online, left the fleet, or a person left something out. */
  readonly verdict: 'PASS' | 'UNVERIFIED' | 'FAIL' | 'INCONCLUSIVE';
  /** The reason why the verdict is not PASS, as a sentence; null for PASS. */
  readonly problem: string | null;
  /** Number of hosts that were seen at the target version. */
  readonly at_target: number;
};

/** The facts from which confirmation() derives its verdict. */
export type VersionEvidence = {
  readonly hosts: readonly Host[];
  /** Names of tagged hosts that were not online, so they could not be checked, each with its reason if one is known. */
  readonly notOnline: readonly string[];
  /** Names of hosts that left the fleet while the rollback ran. */
  readonly lost: readonly string[];
  /** Sentences about the hosts and steps that a person left out during a hand-over. */
  readonly leftOut: readonly string[];
  /** Each host's report of its version (infra/host-scripts/version-at-target.py). */
  readonly checks: readonly HostVerdict[];
  /** Per step, the ids of the hosts that have done it. */
  readonly done: ReadonlyMap<string, ReadonlySet<string>>;
  /** The commit to which the steps restored each host's tree. */
  readonly frozen: readonly TagReading[];
  readonly target_version: string;
};

/**
 * Checks that every step is done on every host, and that every host runs the target version.
 *
 * FAIL: a host is known to miss a step or to run another version, or the target's tag does not name one commit.
 * INCONCLUSIVE: a host's version could not be read. Missing data is never PASS.
 * UNVERIFIED: every checked host passes, but hosts that were not online at the opening, or left later, were not
 * rolled back.
 */
export function confirmation(evidence: VersionEvidence): Confirmation {
  const { checks, target_version } = evidence;
  const at_target = checks.filter((check) => check.verdict === 'done' && atTarget(check, target_version)).length;
  return { ...verdictOf(evidence), at_target };
}

/**
 * Returns the verdict on the version of a rollback of several phases: the worst of its phases' verdicts, which are about the
 * same hosts.
 */
export function worstOf(all: readonly Confirmation[]): Confirmation {
  const order: readonly Confirmation['verdict'][] = ['FAIL', 'INCONCLUSIVE', 'UNVERIFIED', 'PASS'];
  const worst = order.flatMap((verdict) => all.filter((one) => one.verdict === verdict))[0];
  if (!worst) return { verdict: 'INCONCLUSIVE', problem: 'No phase was checked.', at_target: 0 };
  return { ...worst, at_target: Math.min(...all.map(({ at_target }) => at_target)) };
}

function verdictOf({
  hosts,
  notOnline,
  lost,
  leftOut,
  checks,
  done,
  frozen,
  target_version,
}: VersionEvidence): Omit<Confirmation, 'at_target'> {
  for (const [step, ids] of done) {
    const missing = hosts.filter(({ instance_id }) => !ids.has(instance_id));
    if (missing.length > 0) return { verdict: 'FAIL', problem: `${step} is not done on ${names(missing)}.` };
  }
  // First, because a host whose tag moved also differs from it: the tag is the cause.
  const moved = targetCommitProblem(target_version, { frozen, now: readings(checks, target_version) });
  if (moved !== null) return { verdict: 'FAIL', problem: moved };
  const elsewhere = checks.filter((check) => check.verdict === 'done' && !atTarget(check, target_version));
  if (elsewhere.length > 0)
    return {
      verdict: 'FAIL',
      problem: `Not at ${target_version}: ${elsewhere.slice(0, 5).map(versionSentence).join('; ')}.${
        leftOut.length === 0 && elsewhere.some(isMoved(target_version)) ? putBackBy(elsewhere) : ''
      }`,
    };
  if (hosts.length === 0) return { verdict: 'INCONCLUSIVE', problem: 'The fleet has no host to check.' };
  const silent = hosts.map((host) => checkOf(host, checks)).filter(({ verdict }) => verdict !== 'done');
  if (silent.length > 0)
    return {
      verdict: 'INCONCLUSIVE',
      problem: `The version could not be read on ${failureSentence(silent, hosts.length)}.`,
    };
  const unreached = [
    ...(notOnline.length > 0 ? [`Not online when the rollback opened, so not rolled back: ${named(notOnline)}.`] : []),
    ...(lost.length > 0 ? [leftTheFleet(lost)] : []),
    ...leftOut,
  ];
  if (unreached.length > 0) return { verdict: 'UNVERIFIED', problem: unreached.join(' ') };
  return { verdict: 'PASS', problem: null };
}

const isMoved =
  (target: string) =>
  ({ report }: HostVerdict): boolean =>
    typeof report?.['version'] === 'string' && report['version'] !== target;

/**
 * Returns what a person does about hosts at another version although every step is done, and who moved it there, as far as git's logs say.
 * The comparison of hosts, which names that too, waits until no rollback holds the fleet.
 */
export function putBackBy(elsewhere: readonly HostVerdict[]): string {
  const movers = new Map<string, string[]>();
  for (const { host, report } of elsewhere) {
    const mover = report?.['moved_by'];
    if (typeof mover === 'string' && mover !== ourselves) movers.set(mover, [...(movers.get(mover) ?? []), host.name]);
  }
  const by = [...movers].slice(0, 3).map(([mover, hosts]) => `${mover}, as git's log on ${named(hosts)} says`);
  const found =
    by.length > 0
      ? `and that version was put back since: undone by ${by.join('; by ')}.`
      : "so something has put that version back since, such as a pipeline (git's log on the host names nobody), or a step reported success wrongly.";
  return ` Every step was done there, ${found} Stop it first. A retry only looks again: to restore once more, abort, release the fleet and start the rollback again.`;
}

/** The sentence about hosts that left the fleet while the rollback ran. */
export const leftTheFleet = (lost: readonly string[]) =>
  `Left the fleet during the rollback, so not known to be rolled back: ${named(lost)}.`;

const readings = (checks: readonly HostVerdict[], target: string): TagReading[] =>
  checks.flatMap((check) => {
    const commit = commitIn(check, target);
    return commit === null ? [] : [{ host: check.host.name, commit }];
  });

const atTarget = ({ report }: HostVerdict, target: string) =>
  report?.['at_target'] === true && report['version'] === target;

const checkOf = (host: Host, checks: readonly HostVerdict[]): HostVerdict =>
  checks.find((check) => check.host.instance_id === host.instance_id) ?? {
    host,
    verdict: 'waiting',
    reason: null,
    report: null,
    command_id: null,
  };

/** "host-2 is at v2, 7 paths differ", and the flags and services that are not as they should be. */
function versionSentence({ host, report }: HostVerdict): string {
  const differing = String(report?.['different'] ?? 'an unknown number of');
  return `${host.name} is at ${String(report?.['version'])}, ${differing} paths differ${besidesPaths(report)}`;
}

/** Returns the flags, the services and the process of a version check that are not as they should be, each after a comma. */
export const besidesPaths = (report: HostVerdict['report']): string =>
  [report?.['flags'], report?.['services'], report?.['running']]
    .flatMap((found): unknown[] => (Array.isArray(found) ? found : []))
    .map((one) => `, ${String(one)}`)
    .join('');

const names = (hosts: readonly Host[]) =>
  hosts
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ');

const named = (hosts: readonly string[]) => listed(hosts.slice(0, 20), hosts.length);
