import { brakeSentence, heldKinds, heldOf, isOfPerson, rolledBackSentences } from '../../domain/brakes/brakes.ts';
import { namesOf, timeWords } from '../../domain/brakes/host-cap.ts';
import { counted } from '../../domain/counted.ts';
import { peopleText } from '../../domain/deployed-by.ts';
import { startCommandsForSkipped } from '../../domain/history/skipped-steps.ts';
import type { TradingNow } from '../../domain/history/trading-now.ts';
import { listed } from '../../domain/listed.ts';
import { environmentOption } from '../../domain/message/execution-place.ts';
import { halfWords } from '../../domain/message/half-rolled-back.ts';
import { resumeCommand } from '../../domain/message/resume-command.ts';
import { phaseWords } from '../../domain/phases.ts';
import { isOfDrill } from '../../domain/question/question.ts';
import { lineNames } from '../../domain/ready/readiness.ts';
import type { FleetTruth } from '../../domain/truth/fleet-truth.ts';
import type { HostCapStatus } from '../account/read-host-cap.ts';
import type { OpenQuestion } from '../account/read-open-questions.ts';
import type {
  AlarmStatus,
  BrakesWithPersons,
  BudgetOfPhase,
  DeployedVersion,
  FleetStatus,
  OwedHost,
  PreparedVersion,
  ShownReadiness,
  VerifiedVersion,
} from '../account/read-status.ts';

/** A part of the status: what was read, or why it could not be read. */
export type Part<Value> = { readonly read: Value } | { readonly unreadable: string };

/** The present state of an environment. */
export type Status = {
  readonly environment: string;
  readonly at: string;
  readonly trading: Part<TradingNow>;
  /** The sessions of the phases, in sentences. Absent: the environment names no venues. */
  readonly sessions?: Part<readonly string[]>;
  readonly brakes: Part<BrakesWithPersons>;
  readonly budgets: Part<readonly BudgetOfPhase[]>;
  /** Absent: the environment has no cap. */
  readonly hosts?: Part<HostCapStatus>;
  readonly fleet: Part<FleetStatus>;
  readonly questions: Part<readonly OpenQuestion[]>;
  readonly alarms: Part<readonly AlarmStatus[]>;
  readonly readiness: Part<readonly ShownReadiness[]>;
  readonly preparations: Part<readonly PreparedVersion[]>;
  readonly deployments: Part<readonly DeployedVersion[]>;
  readonly verified: Part<readonly VerifiedVersion[]>;
  readonly owed: Part<readonly OwedHost[]>;
  readonly truth: Part<FleetTruth | undefined>;
};

/** Returns the status as one screen. A part that could not be read is named in its place. */
export function statusText(status: Status): string {
  return [
    `Environment ${status.environment} at ${status.at}`,
    ...Object.keys(headings).flatMap((name) => section(name as PartName, status)),
  ].join('\n');
}

export type PartName = Exclude<keyof Status, 'environment' | 'at'>;
type Value<Name extends PartName> = Extract<NonNullable<Status[Name]>, { readonly read: unknown }>['read'];

const headings: Readonly<Record<PartName, string>> = {
  trading: 'TRADING',
  sessions: 'SESSIONS',
  brakes: 'BRAKES',
  budgets: 'BUDGET',
  hosts: 'CAP',
  fleet: 'FLEET',
  truth: 'HOSTS',
  questions: 'QUESTIONS',
  alarms: 'ALARMS',
  readiness: 'READINESS',
  preparations: 'PREPARED',
  deployments: 'DEPLOYED',
  verified: 'LAST VERIFIED',
  owed: 'LEFT BEHIND',
};

const linesOf: {
  readonly [Name in PartName]: (read: Value<Name>, environment: string) => readonly string[];
} = {
  trading: (now, environment) => tradingLines(now, environment),
  sessions: (lines) => lines,
  brakes: (brakes) => brakeLines(brakes),
  budgets: (all) => all.map(budgetLine),
  hosts: (cap) => hostCapLines(cap),
  fleet: (fleet) => fleetLines(fleet),
  truth: (truth) => truthLines(truth),
  questions: (all) => orNone(all.map(questionLine), 'No question is open.'),
  alarms: (all) => orNone(all.map(alarmLine), 'All are OK.'),
  readiness: (all) =>
    orNone(all.flatMap(readinessLines), 'No phase was checked yet: npm run rollback -- ready --phase N'),
  preparations: (all) => orNone(all.map(preparedLine), 'No deployment was prepared.'),
  deployments: (all) => all.map(deployedLine),
  verified: (all) => all.map(verifiedLine),
  owed: (all, environment) => orNone(owedLines(all, environment), 'No rollback left a host or a step behind.'),
};

/** Returns a part of the status in sentences, as `rollback status` prints them. */
export const partLines = <Name extends PartName>(
  name: Name,
  read: Value<Name>,
  environment: string,
): readonly string[] => linesOf[name](read, environment);

function section(name: PartName, status: Status): string[] {
  const part = status[name] as Part<never> | undefined;
  if (part === undefined) return []; // the environment has no cap, or no venues
  const lines =
    'read' in part
      ? partLines(name, part.read, status.environment)
      : `Could not be read: ${part.unreadable}`.split('\n');
  return [headings[name], ...lines.map((line) => `  ${line}`)];
}

const orNone = (lines: readonly string[], none: string) => (lines.length > 0 ? lines : [none]);

/** "Fleet" stands before a fleet's name, because a fleet may be called trading. */
function tradingLines({ halts, resumed_in_part, asked }: TradingNow, environment: string): string[] {
  if (halts.length === 0) return ['No halt is on record that was not resumed.'];
  const words = environmentOption(environment);
  return [
    ...halts.map(({ operator, reason, at, hosts, confirmed, not_confirmed, only, failed }) =>
      [
        `${failed ? 'A halt FAILED' : 'HALTED'}${only ? ` on ${only.join(', ')}` : ''}, by ${operator} at ${at}: ${reason}.`,
        `${confirmed} of ${hosts} hosts confirmed.`,
        ...(not_confirmed.length > 0
          ? [`Not confirmed, so these may trade: ${listed(not_confirmed.slice(0, 20), not_confirmed.length)}.`]
          : []),
      ].join(' '),
    ),
    ...resumed_in_part.map(
      ({ at, only }) => `Resumed at ${at} ${only ? `on ${only.join(', ')}` : 'on some of the hosts'}.`,
    ),
    ...asked.map(({ operator, at }) => `${operator} asked to resume at ${at}.`),
    `To resume: ${resumeCommand(words)}`,
  ];
}

/** Returns one line per brake, with the verified person of its execution if the history has one, and the versions rolled back. */
const brakeLines = (brakes: BrakesWithPersons) => [
  ...heldKinds.flatMap((kind) =>
    heldOf(brakes, kind)
      .filter(isOfPerson)
      .map((brake) => {
        const person = brakes.persons?.[brake.by ?? ''];
        return `${brakeSentence(kind, brake)}${person === undefined ? '' : ` Verified: ${person}.`}`;
      }),
  ),
  ...rolledBackSentences(brakes),
  ...(brakes.persons === null ? ['The verified persons could not be read: the history is not readable.'] : []),
  ...(brakes.pauses.length > 0 ? [] : ['Automation is not paused.']),
];

const budgetLine = ({ phase, spent, budget, reset_at, cool_down_until }: BudgetOfPhase) =>
  [
    `phase ${phase}  ${spent} of ${budget} rollbacks in 24 hours${spent >= budget ? ': spent, an alarm asks a permit' : ''}`,
    ...(reset_at === null ? [] : [`reset at ${reset_at}`]),
    ...(cool_down_until === null ? [] : [`cool-down until ${cool_down_until}`]),
  ].join(', ');

const hostCapLines = ({ most, within, touched }: HostCapStatus) => [
  `Automation has touched ${touched.length} of ${counted(most, 'host')} in ${timeWords(within)}: ${namesOf(touched)}.`,
  ...(touched.length >= most ? ['Spent: an alarm that needs any other host asks a permit.'] : []),
];

const fleetLines = ({ fleet, holder, waiters, half }: FleetStatus) => [
  holder
    ? `Fleet ${fleet} is held by ${holder.rollback} of ${phaseWords(holder)} since ${holder.taken_at}${holder.touched ? '' : '; it has touched no host'}`
    : `Fleet ${fleet} is free.`,
  ...waiters.map(
    ({ rollback, severity, opened, part, ...waiter }, index) =>
      `${index + 1}. ${severity} ${rollback} of ${phaseWords(waiter)} since ${opened}${waitsFor[part]}`,
  ),
  ...half.map(halfWords),
];
const waitsFor = {
  all: '',
  whole: ', for its steps that judge the whole host',
  person: ', stopped: the fleet is kept for it next, until a person releases it',
} as const;

const truthLines = (truth: FleetTruth | undefined): string[] => {
  if (!truth) return ['No host was compared yet.'];
  const { state, compared_at, since, differences, differing, not_compared, silent = [], unproved = [] } = truth;
  const left = differing - differences.length;
  const reported = silent.length > 0 ? 'Every host that reported' : 'Every host';
  return [
    ...(state === 'agree'
      ? [`${reported} is ${unproved.length > 0 ? 'like the others' : 'as deployed'}, since ${since}.`]
      : []),
    ...(silent.length > 0 ? [`Did not report: ${listed(silent.slice(0, 5), silent.length)}.`] : []),
    ...unproved.map(
      ({ phase, version }) =>
        `No host has a tag ${version}, so whether ${version} of phase ${phase} is there is not known; hosts are compared with each other.`,
    ),
    ...(state === 'unknown' ? ['What the hosts run is not known.'] : []),
    ...differences.map(({ name, what }) => `${name}: ${what}. Since ${since} or before.`),
    ...(left > 0 ? [`and ${counted(left, 'more host')}`] : []),
    not_compared === null
      ? `Compared at ${compared_at}.`
      : `The newest look compared nothing: ${not_compared} Last compared: ${compared_at ?? 'never'}.`,
  ];
};

const questionLine = ({ rollback, kind, severity, deadline, waiting = [], ...of }: OpenQuestion) =>
  `${isOfDrill(of) ? 'DRILL of ' : ''}${phaseWords(of)}  ${kind}, ${severity}, until ${deadline}  ${rollback}${waiting.length > 0 ? `; until then these starts wait: ${waiting.join(', ')}` : ''}`;

const alarmLine = ({ alarm, state, since }: AlarmStatus) =>
  `${state}  ${alarm}${since === null ? '' : `  since ${since}`}`;

const deployedLine = ({ phase, version, at, frozen, hosts, ...people }: DeployedVersion) =>
  `phase ${phase}  ${version === null ? 'no deployment is on record' : `${version}${peopleText(people)}  at ${at}${frozen ? ', despite a freeze' : ''}${hosts ? `, on the canary group alone: ${hosts.join(', ')}` : ''}`}`;

/** Returns whether a phase is ready, and the lines that are not, with what to do: those of one reason together. */
const readinessLines = ({ phase, version, state, at, lines, asked_about }: ShownReadiness): string[] => {
  const wrong = lines.filter(({ ready }) => !ready);
  return [
    `phase ${phase}  ${state === 'ready' ? 'READY' : 'NOT READY'}${version === null ? '' : ` for ${version}`}, checked at ${at}${asked_about ? ', because somebody asked: it is not the version that runs or was prepared last' : ''}`,
    ...[
      ...Map.groupBy(wrong, ({ evidence, todo }) => `${evidence}.${todo === null ? '' : `\n    -> ${todo}`}`),
    ].flatMap(([reason, same]) => `  ${same.map(({ id }) => lineNames[id]).join(', ')}: ${reason}`.split('\n')),
  ];
};

const preparedLine = ({ phase, version, begun_at, prepared_at, hosts }: PreparedVersion) =>
  `phase ${phase}  ${version}  ${prepared_at ? `on ${counted(hosts, 'host')} at ${prepared_at}` : `not complete, begun at ${begun_at}: prepare it again`}`;
const verifiedLine = ({ phase, version, at }: VerifiedVersion) =>
  `phase ${phase}  ${version === null ? 'none is known' : `${version}  deployed at ${at}`}`;

/**
 * Returns a line per host and phase, the latest phase first. A host that a person left out of several phases is started for all of
 * them together: alone, the first one would not be confirmed.
 */
function owedLines(owed: readonly OwedHost[], environment: string): string[] {
  const lines = owed.toSorted((a, b) => b.phase - a.phase).map(owedLine(environment));
  const leftOut = owed.filter(({ left_out }) => left_out).map(({ name }) => name);
  if (new Set(leftOut).size === leftOut.length) return lines;
  return [
    ...lines,
    'Start the phases of one host right after one another, in this order, with --no-wait: the last one judges them all.',
  ];
}

const owedLine =
  (environment: string) =>
  ({ phase, name, step, rollback, since, left_out }: OwedHost): string => {
    const ended = `rollback ${rollback}, which ended at ${since}`;
    if (step !== undefined)
      return `phase ${phase}  every host  a person skipped ${step} in ${ended}; once its cause is mended: ${startCommandsForSkipped([{ phase, step }], environmentOption(environment)).join('')}`;
    if (!left_out)
      return `phase ${phase}  ${name}  could not be reached by ${ended}; Reconcile rolls it back when it returns`;
    const place = environmentOption(environment);
    return `phase ${phase}  ${name}  a person left it out of ${ended}; once it is in order: npm run rollback -- start --phase ${phase} --only-hosts ${name}${place}`;
  };
