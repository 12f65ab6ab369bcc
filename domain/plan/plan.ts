import { expectedMinutes, type Remaining } from '../decision/limits.ts';
import type { FlagValue } from '../flag.ts';
import { restoredCodeSentence } from '../history/restored-code.ts';
import type { Environment } from '../infra/environment.ts';
import { alsoUndone, flagsOf, type Runbook, type RunbookStep, stepId } from '../infra/runbook.ts';

/** What a rollback would do, for the people who are asked about it. */
export type Plan = {
  readonly hosts: readonly string[];
  readonly not_online: readonly string[];
  /** The deployment it undoes; null: none is on record. */
  readonly deployment: Deployed | null;
  /** The tag it goes back to. */
  readonly target_version: string;
  /** What of the code goes back to it; none: the version is a name for what the steps put back. */
  readonly paths: readonly string[];
  readonly steps: readonly string[];
  /** Flags it overrides. */
  readonly flags: Readonly<Record<string, FlagValue>>;
  /** Later phases whose code lies on what it restores: they go back with it. */
  readonly also_undoes: readonly string[];
  /** As long as each step took the last time; as long as it may take where that is not known. */
  readonly expected_minutes: number;
  /** If every step takes all of its time, and none has to be tried again. */
  readonly at_most_minutes: number;
  /** The newest rollback of the phase on the whole fleet that ended well; null: there is none to go by. */
  readonly last_time: Omit<LastTime, 'seconds'> | null;
};

export type LastTime = {
  readonly rollback: string;
  /** ISO 8601: when it was over. */
  readonly at: string;
  readonly minutes: number;
  /** How long each step took, by id. */
  readonly seconds: Readonly<Record<string, number>>;
};

/** What of a runbook a plan is made from. */
export type PlannedRunbook = Pick<Runbook, 'phase' | 'name'> & {
  readonly target: Pick<Runbook['target'], 'version' | 'paths'>;
  readonly steps: readonly Pick<RunbookStep, 'name' | 'timeout' | 'flags'>[];
};

type Deployed = { readonly version: string; readonly at: string };

/** How recovery is seen. */
type Looks = Pick<Environment['confirm'], 'in_a_row' | 'every'>;

/** The runbook's plan. */
export function planOf(
  runbook: PlannedRunbook,
  confirm: Looks,
  found: Pick<Plan, 'hosts' | 'not_online' | 'deployment'>,
  all: readonly PlannedRunbook[],
  last: LastTime | null = null,
): Plan {
  const { steps, target } = runbook;
  return {
    ...found,
    target_version: target.version,
    paths: target.paths,
    steps: steps.map(({ name }) => name),
    flags: flagsOf(runbook),
    also_undoes: all
      .filter(({ phase }) => alsoUndone(runbook, all).includes(phase))
      .map(({ phase, name }) => `phase ${phase} (${name})`),
    expected_minutes: expectedMinutes(remainingOf(runbook, confirm, [], last?.seconds)),
    at_most_minutes: expectedMinutes(remainingOf(runbook, confirm, [])),
    last_time: last && { rollback: last.rollback, at: last.at, minutes: last.minutes },
  };
}

/** What is still to be done once these steps (by id) are: the other steps, and seeing recovery. */
export function remainingOf(
  { steps }: Pick<PlannedRunbook, 'steps'>,
  { in_a_row, every }: Looks,
  done: readonly string[],
  usual: Readonly<Record<string, number>> = {},
): Remaining[] {
  return [
    ...steps
      .filter(({ name }) => !done.includes(stepId(name)))
      .map(({ name, timeout }) => ({ name, timeout, usual_seconds: usual[stepId(name)] })),
    { name: 'Confirm recovery', timeout: in_a_row * every, usual_seconds: usual['confirm-recovery'] },
  ];
}

/** Hosts of a fleet are hundreds; a phone shows ten. */
const mostNames = 10;

/** The plan in lines. */
export function planLines(plan: Plan): string[] {
  const { deployment, target_version, steps, flags, also_undoes, not_online } = plan;
  const overridden = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`);
  return [
    `Undo ${deployment ? `${deployment.version}, deployed at ${deployment.at},` : 'what runs now (no deployment is on record)'} and go back to ${target_version}: ${restoredCodeSentence(plan.paths)}`,
    `On ${plan.hosts.length} ${plan.hosts.length === 1 ? 'host' : 'hosts'}: ${names(plan.hosts)}`,
    ...(not_online.length > 0 ? [`Not online, so not rolled back: ${names(not_online)}`] : []),
    `Steps: ${steps.join('; ')}`,
    ...(overridden.length > 0 ? [`Flags: ${overridden.join(', ')}`] : []),
    ...(also_undoes.length > 0 ? [`Goes back with it, since its code does: ${also_undoes.join('; ')}`] : []),
    howLong(plan),
  ];
}

function howLong({ expected_minutes, at_most_minutes, last_time }: Plan): string {
  const most = `${Math.ceil(at_most_minutes)} minutes at most, if no step has to be tried again`;
  if (!last_time)
    return `Takes ${most}; how long it takes usually is not known: no rollback of this phase ended well yet`;
  const { rollback, at, minutes } = last_time;
  return `Takes about ${oneDecimal(expected_minutes)} minutes, ${most}; the last time ${oneDecimal(minutes)} minutes (${rollback}, over at ${at})`;
}

const oneDecimal = (minutes: number) => Math.round(minutes * 10) / 10;

const names = (all: readonly string[]) =>
  `${all.slice(0, mostNames).join(', ')}${all.length > mostNames ? ` and ${all.length - mostNames} more` : ''}`;
