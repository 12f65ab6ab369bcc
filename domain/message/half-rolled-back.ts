import { type Block, blockOf } from '../brakes/brakes.ts';
import type { BrakeEvent } from '../history/brake-event.ts';
import { startCommandsForHosts } from '../history/phases-left.ts';
import type { Host } from '../host/host-verdict.ts';
import { isNamed } from '../host/inventory.ts';
import { type OfPhases, phasesOf, phaseWords } from '../phases.ts';
import type { DeployedVersion } from '../target/replaced-version.ts';
import { environmentWords } from './execution-place.ts';
import type { OwedReason } from './owed-before-resume.ts';
import { resumeCommand } from './resume-command.ts';

/** A rollback that stopped after it may have touched a host, and whose fleet a person released: no rollback has finished its work yet. */
export type HalfRolledBack = {
  readonly rollback: string;
  readonly execution_arn: string;
  /** The phases that no rollback has ended well since, the latest first. */
  readonly left: readonly number[];
  /** The hosts of a rollback of some, by name or instance id; null: the fleet. */
  readonly only_hosts: readonly string[] | null;
  readonly released_by: string;
  /** ISO 8601. */
  readonly released_at: string;
};

/** Returns what is left of a half rolled back fleet after a rollback that ended well: the same if it did nothing of it; null: nothing. */
export function leftAfter(
  half: HalfRolledBack,
  ended: OfPhases,
  { hosts, only_hosts }: { readonly hosts: readonly Host[]; readonly only_hosts: readonly string[] | null },
): HalfRolledBack | null {
  const did = (name: string) => hosts.some((host) => isNamed(host, [name]));
  if (only_hosts !== null && !half.only_hosts?.every(did)) return half;
  const left = half.left.filter((phase) => !phasesOf(ended).includes(phase));
  if (left.length === half.left.length) return half;
  return left.length === 0 ? null : { ...half, left };
}

/** Deployments since the release of a half rolled back fleet. `agreed_at`: the newest comparison in which every host was as deployed; null: the newest found otherwise. */
export type DeployedSince = {
  readonly deployed: readonly {
    readonly phase: number;
    /** The newest deployments, the newest first. */
    readonly recent: readonly DeployedVersion[];
    readonly blocks: readonly Block[];
  }[];
  readonly agreed_at: string | null;
};

/**
 * Returns what is left of a half rolled back fleet after deployments: the same if none put it right; null: nothing. A phase is right after
 * a deployment since the release that each of its hosts got, if its watch window passed without red, no rollback undid it, and every host
 * was found as deployed since. The version that the rollback was taking back puts nothing right, nor does a blocked one: a record of it may
 * have touched no host, and its watch window is quiet while trading is halted. What is not known is not right.
 */
export function leftAfterDeployed(half: HalfRolledBack, { deployed, agreed_at }: DeployedSince): HalfRolledBack | null {
  const reached = ({ hosts }: DeployedVersion) => !hosts || half.only_hosts?.every((name) => hosts.includes(name));
  const putsRight = (one: DeployedVersion) =>
    one.at > half.released_at &&
    one.watched?.verified === true &&
    one.rolled_back === undefined &&
    reached(one) &&
    agreed_at !== null &&
    agreed_at > one.at;
  const left = half.left.filter(
    (phase) =>
      !deployed.some((of) => of.phase === phase && of.recent.some((one) => putsRight(one) && !isBad(one, of, half))),
  );
  if (left.length === half.left.length) return half;
  return left.length === 0 ? null : { ...half, left };
}

function isBad(
  { version }: DeployedVersion,
  { phase, recent, blocks }: DeployedSince['deployed'][number],
  { released_at }: HalfRolledBack,
): boolean {
  const takenBack = recent.find(({ at }) => at <= released_at);
  return takenBack?.version === version || blockOf(blocks, { phase, version }) !== null;
}

/** Returns those after which nobody has resumed trading, knowing of them. `events`: the history of the environment. */
export function stillHalf(all: readonly HalfRolledBack[], events: readonly BrakeEvent[]): HalfRolledBack[] {
  const accepted = acceptedIn(events);
  return all.filter(({ rollback }) => !accepted.has(rollback));
}

/** Returns the rollbacks despite which people have resumed trading. */
const acceptedIn = (events: readonly BrakeEvent[]): ReadonlySet<string> =>
  new Set(events.flatMap(({ type, detail }) => (type === 'Trading resumed' ? (detail.despite ?? []) : [])));

/** Returns those reasons of which people have not resumed trading knowing all rollbacks. */
export function stillOwed(all: readonly OwedReason[], events: readonly BrakeEvent[]): OwedReason[] {
  const accepted = acceptedIn(events);
  return all.filter(({ rollbacks }) => !rollbacks.every((one) => accepted.has(one)));
}

/** Returns, in words, that a fleet is half rolled back, and the commands that finish it. */
export function halfWords({
  rollback,
  left,
  only_hosts,
  released_by,
  released_at,
  execution_arn,
}: HalfRolledBack): string {
  const words = environmentWords(execution_arn);
  const of = { phase: left.at(-1) ?? 0, phases: left };
  const starts = startCommandsForHosts(of, only_hosts ?? [], words);
  return `Rollback ${rollback} of ${phaseWords(of)} stopped half way, ${released_by} released its fleet at ${released_at}, and no rollback of ${phaseWords(of)} has ended well since. A later deployment of another version lifts this once it is verified and every host agrees. Otherwise roll back: ${starts.join(' , and right after it: ')}`;
}

/** Returns why trading must not resume: the hosts may be half rolled back. undefined: nothing is known against it, or the person knows of it. */
export function whyHalf(
  half: readonly HalfRolledBack[],
  owed: readonly OwedReason[],
  { despite, words }: { readonly despite: readonly string[]; readonly words: string },
): string | undefined {
  const reasons = [...half.map((one): OwedReason => ({ rollbacks: [one.rollback], words: halfWords(one) })), ...owed];
  const unknown = reasons.find(({ rollbacks }) => !rollbacks.every((one) => despite.includes(one)));
  if (!unknown) return undefined;
  const ids = [...new Set(reasons.flatMap(({ rollbacks }) => rollbacks))];
  return `Trading stays halted: hosts may run a bad version or be half rolled back. ${unknown.words} . If you have seen that every host is sound: ${resumeCommand(words, ids)}`;
}
