import type { BrakeEventType } from '../domain/history/brake-event.ts';
import type { RollbackEvent } from '../domain/history/event.ts';
import { brakeEventsIn, type Evidence } from './evidence.ts';
import { runsBesideIn } from './invariants/runs.ts';

type Strike = (evidence: Evidence) => boolean;

/** Whether a host of the story came into a state, and a rollback met that host in it: it was away, or lost on the way. */
const metInState =
  (...states: readonly string[]): Strike =>
  (evidence) => {
    const inState = evidence.story.when.flatMap(({ host }) =>
      host && 'state' in host && states.includes(host.state) ? [host.name] : [],
    );
    return inState.some((name) => awayFrom(evidence).has(name));
  };

/** Returns the hosts that a rollback found away, or lost on the way. */
const awayFrom = ({ rollbacks }: Evidence): ReadonlySet<string> =>
  new Set(rollbacks.flatMap(({ record }) => record?.hosts_not_online ?? []));

const isOn = (machine: string) => (arn: string) => arn.includes(`-${machine}:`);
const succeeded = ({ executions }: Evidence, machine: string): boolean =>
  executions.some(({ arn, status }) => isOn(machine)(arn) && status === 'SUCCEEDED');

const actionFailed =
  (...errors: readonly string[]): Strike =>
  (evidence) =>
    evidence.happened.some(({ event, error }) => event === 'ActionFailed' && errors.includes(String(error)));
const functionDid =
  (does: string): Strike =>
  (evidence) =>
    evidence.happened.some((one) => one.event === 'FunctionFailed' && one['does'] === does);
const braked =
  (type: BrakeEventType): Strike =>
  (evidence) =>
    brakeEventsIn(evidence).some((event) => event.type === type);
const ranOn = (happened: Evidence['happened'], name: string): boolean =>
  runsBesideIn({ happened }).some(({ step, line }) => step === name && line?.verdict === 'done');
const recorded =
  (type: RollbackEvent['type']): Strike =>
  (evidence) =>
    evidence.rollbacks.some(({ events }) => events.some((event) => event.type === type));
const ended =
  (ending: string): Strike =>
  (evidence) =>
    evidence.rollbacks.some(({ record }) => record?.ending === ending);

/**
 * Each trouble of an incident, with a test of whether it really struck. A trouble that was drawn was only tried: its moment may
 * never have come.
 */
export const strikes: Readonly<Record<string, Strike>> = {
  'a host that was unreachable was passed by': metInState('unreachable'),
  'a host that was stopped was passed by': metInState('stopped'),
  'a host that was terminated or deregistered was passed by': metInState('terminated', 'deregistered'),
  'a host that was untagged was passed by': metInState('untagged'),
  'a host got its tag back': (evidence) =>
    evidence.story.when.some(({ host }) => host && 'state' in host && host.state === 'tagged'),
  'a hybrid node ran a step': (evidence) =>
    evidence.happened.some(({ event, instance }) => event === 'InvocationEnded' && String(instance).startsWith('mi-')),
  'an AWS call failed': actionFailed('ThrottlingException', 'InternalServerError', 'AccessDeniedException'),
  'an AWS call hung': actionFailed('NoResponse'),
  'an AWS response was garbled': actionFailed('GarbledResponse'),
  'a function was throttled': functionDid('throttled'),
  'a function timed out': functionDid('times-out'),
  'a function crashed': functionDid('crashes'),
  'automation was paused': braked('Automation paused'),
  'a pause was ended': braked('Automation unpaused'),
  'deployments were frozen': braked('Deployments frozen'),
  'a version was blocked': braked('Version blocked'),
  'a budget was armed': braked('Budget reset'),
  'a host confirmed a halt of trading': ({ happened }) => ranOn(happened, 'halt'),
  'trading resumed on a host': ({ happened }) => ranOn(happened, 'resume'),
  'a person chose the row window': ({ story, happened }) => {
    const chosen = story.when.flatMap(({ start }) => (start?.input as { since?: string } | undefined)?.since ?? []);
    const sent = happened
      .filter(({ event }) => event === 'CommandSent')
      .map(({ parameters }) => JSON.stringify(parameters));
    return chosen.some((since) => sent.some((parameters) => parameters.includes(since)));
  },
  'a rollback waited for the fleet': recorded('Waiting for the fleet'),
  'a few ill hosts were rolled back alone': recorded('Narrowed to ill hosts'),
  'a person released the fleet': (evidence) => succeeded(evidence, 'release'),
  'an execution was stopped': (evidence) => evidence.executions.some(({ status }) => status === 'ABORTED'),
  'a rollback ended Rolled back': ended('Rolled back'),
  'a rollback ended Rolled back, unverified': ended('Rolled back, unverified'),
  'a rollback ended Needs a person': ended('Needs a person'),
};

/** Returns the names of what struck in an incident. */
export const struckIn = (evidence: Evidence): string[] =>
  Object.entries(strikes).flatMap(([name, strikes]) => (strikes(evidence) ? [name] : []));
