import { counted } from '../counted.ts';
import { expectedMinutes, type Remaining } from '../decision/limits.ts';
import type { FlagValue } from '../flag.ts';
import { restoredCodeSentence } from '../history/restored-code.ts';
import type { Environment } from '../infra/environment.ts';
import type { Runbook, RunbookStep } from '../infra/runbook.ts';
import { alsoUndone, flagsOf, stepId } from '../infra/runbook-steps.ts';
import { listed } from '../listed.ts';
import type { UsualMinutes } from '../statistics/usual-minutes.ts';
import { flipSeconds } from './attempt-time.ts';

/** The effect that a rollback would have, for the people who decide about it. */
export type Plan = {
  readonly hosts: readonly string[];
  readonly not_online: readonly string[];
  /** The deployment that the rollback undoes; null: none is on record. */
  readonly deployment: Deployed | null;
  /** The phases of a rollback of several, the latest first, each with the deployment that it undoes. Absent: one phase. */
  readonly phases?: readonly { readonly phase: number; readonly deployment: Deployed | null }[];
  /** The tag to which the code goes back. */
  readonly target_version: string;
  /** Why it goes back to that version, one sentence per phase that restores code. Absent: no phase does. */
  readonly targets_why?: readonly string[];
  /** The paths that are restored; none: the version is only a name for the state that the steps restore. */
  readonly paths: readonly string[];
  readonly steps: readonly string[];
  /** Flags that the rollback overrides. */
  readonly flags: Readonly<Record<string, FlagValue>>;
  /** Later phases that are undone too, because their code lies on the restored paths. */
  readonly also_undoes: readonly string[];
  /** The sum of each step's duration in the previous rollback; a step without one counts its timeout. */
  readonly expected_minutes: number;
  /** The sum of the steps' timeouts and of the waits for flags to reach the hosts, without retries. */
  readonly at_most_minutes: number;
  /** The newest rollback of the phase on the whole fleet that ended well; null: there is none. */
  readonly last_time: Omit<LastTime, 'seconds'> | null;
  /** The whole time that rollbacks of the phase and severity usually take. Absent: too few are known. */
  readonly measured?: UsualMinutes;
};

/** The duration of the previous rollback of a phase. */
export type LastTime = {
  readonly rollback: string;
  /** ISO 8601: the end of the rollback. */
  readonly at: string;
  readonly minutes: number;
  /** Seconds that each step took, by its id. */
  readonly seconds: Readonly<Record<string, number>>;
};

/** The part of a runbook that a plan needs. */
export type PlannedRunbook = Pick<Runbook, 'phase' | 'name'> & {
  readonly target: Pick<Runbook['target'], 'version' | 'paths'>;
  readonly steps: readonly Pick<RunbookStep, 'name' | 'timeout' | 'flags'>[];
};

type Deployed = { readonly version: string; readonly at: string };

/** The checks that confirm recovery: how many in a row, and the seconds between two. */
type ConfirmTimes = Pick<Environment['confirm'], 'in_a_row' | 'every'>;

/** The files and settings that a plan is made from. */
type PlanSources = {
  readonly runbook: PlannedRunbook;
  /** The runbooks of all phases: code of other phases may go back with this one's. */
  readonly all: readonly PlannedRunbook[];
  readonly confirm: ConfirmTimes;
};

/**
 * Returns the plan of a runbook for the hosts and the deployment that were found.
 *
 * `last` is the previous rollback of the phase; without one the expected duration is the longest.
 */
export function planOf(
  { runbook, all, confirm }: PlanSources,
  found: Pick<Plan, 'hosts' | 'not_online' | 'deployment'>,
  last: LastTime | null = null,
): Plan {
  const { steps, target } = runbook;
  return {
    ...found,
    target_version: target.version,
    paths: target.paths,
    steps: steps.map(({ name }) => name),
    flags: flagsOf(runbook),
    also_undoes: all.filter(({ phase }) => alsoUndone(runbook, all).includes(phase)).map(phaseName),
    expected_minutes: expectedMinutes(remainingOf(runbook, confirm, [], last?.seconds)),
    at_most_minutes: expectedMinutes(remainingOf(runbook, confirm, [])),
    last_time: last && { rollback: last.rollback, at: last.at, minutes: last.minutes },
  };
}

export const phaseName = ({ phase, name }: Pick<PlannedRunbook, 'phase' | 'name'>): string =>
  `phase ${phase} (${name})`;

/**
 * Returns the remaining steps of a rollback: all but `done` (ids), and the confirmation of recovery. The wait for hosts to read
 * a flag is part of its step.
 *
 * `usual` has the seconds that each step took in the previous rollback, by id.
 */
export function remainingOf(
  { steps }: Pick<PlannedRunbook, 'steps'>,
  { in_a_row, every }: ConfirmTimes,
  done: readonly string[],
  usual: Readonly<Record<string, number>> = {},
): Remaining[] {
  return [
    ...steps
      .filter(({ name }) => !done.includes(stepId(name)))
      .map(({ name, timeout, flags }) => ({
        name,
        timeout: timeout + (flags ? flipSeconds : 0),
        usual_seconds: usual[stepId(name)],
      })),
    { name: 'Confirm recovery', timeout: in_a_row * every, usual_seconds: usual['confirm-recovery'] },
  ];
}

/** A fleet has hundreds of hosts; the screen of a phone shows ten. */
const mostNames = 10;

/** Returns the plan as lines of text for messages and terminals. */
export function planLines(plan: Plan): string[] {
  return [
    ...versionLines(plan),
    `On ${counted(plan.hosts.length, 'host')}: ${names(plan.hosts)}`,
    ...awayLines(plan),
    `Steps: ${plan.steps.join('; ')}`,
    ...flagLines(plan),
    ...otherPhases(plan),
    durationLine(plan),
  ];
}

/** Returns the lines of a plan for a reader who sees its hosts and steps beside them. */
export const effectLines = (plan: Plan): string[] => [
  ...versionLines(plan),
  ...otherPhases(plan),
  ...flagLines(plan),
  ...awayLines(plan),
  `Takes ${atMost(plan)}`,
];

function versionLines({ deployment, target_version, phases, paths, targets_why = [] }: Plan): string[] {
  const undone = phases?.map((one) => `phase ${one.phase}: ${undoneWords(one.deployment)}`).join('; ');
  return [
    `Undo ${undone ?? `${undoneWords(deployment)}${deployment ? ',' : ''}`} and go back to ${target_version}: ${restoredCodeSentence(paths)}`,
    ...targets_why,
  ];
}

const awayLines = ({ not_online }: Plan) =>
  not_online.length > 0 ? [`Not online, so not rolled back: ${names(not_online)}`] : [];

function flagLines({ flags }: Plan): string[] {
  const overridden = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`);
  return overridden.length > 0 ? [`Flags: ${overridden.join(', ')}`] : [];
}

const otherPhases = ({ also_undoes }: Plan) =>
  also_undoes.length > 0 ? [`Also undone, because their code goes back too: ${also_undoes.join('; ')}`] : [];

const undoneWords = (deployment: Deployed | null) =>
  deployment
    ? `${deployment.version}, deployed at ${deployment.at}`
    : 'the running version (no deployment is on record)';

const atMost = ({ at_most_minutes }: Plan) =>
  `at most ${counted(Math.ceil(at_most_minutes), 'minute')} if no step is retried`;

function durationLine(plan: Plan): string {
  const { expected_minutes, last_time, measured } = plan;
  const most = atMost(plan);
  if (measured)
    return `Takes about ${counted(oneDecimal(measured.p50), 'minute')}, and in 95 % of cases at most ${oneDecimal(measured.p95)}, as measured over ${counted(measured.rollbacks, 'such rollback')}; ${most}`;
  if (!last_time)
    return `Takes ${most}; the usual duration is unknown, because no rollback of this phase has ended well yet`;
  const { rollback, at, minutes } = last_time;
  return `Takes about ${counted(oneDecimal(expected_minutes), 'minute')}, ${most}; the last one took ${counted(oneDecimal(minutes), 'minute')} (${rollback}, ended at ${at})`;
}

const oneDecimal = (minutes: number) => Math.round(minutes * 10) / 10;

const names = (all: readonly string[]) => listed(all.slice(0, mostNames), all.length);
