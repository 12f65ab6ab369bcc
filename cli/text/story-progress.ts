import { targetCheckId } from '../../domain/infra/runbook-steps.ts';
import { errorSentence } from '../account/error-sentence.ts';
import { asWait, attempts, type RetriesOf } from '../account/retries.ts';

/** An event of the embedded account: a state entered, a command's result, a message, … */
type AccountEvent = Readonly<Record<string, unknown>>;

/**
 * Returns a function that turns each event of the account into a progress line: the account's time since the story's start,
 * each state that is entered, each host's verdict. It returns undefined for an event that is not worth a line.
 */
export function storyProgress(retriesOf?: RetriesOf): (event: AccountEvent) => string | undefined {
  let start: number | undefined;
  /** Numbers of the executions of phases, by start. */
  const numbers = new Map<unknown, number>();
  const last = new Map<unknown, string>();
  const machines = new Map<unknown, string>();
  // Hosts' results name no execution. One rollback at a time acts on hosts, and it entered its state last.
  const trying = attempts(retriesOf);
  /** Failures of AWS actions since a state was last entered: an outage repeats the same failure hundreds of times. */
  const failing = new Set<string>();
  return (accountEvent) => {
    const { at, event, execution, machine } = accountEvent;
    start ??= Date.parse(String(at)); // the first event is StoryBegan, which runStoryOn() adds
    if (event === 'ExecutionStarted' && String(machine).includes('-phase-')) numbers.set(execution, numbers.size + 1);
    if (event === 'ExecutionStarted') machines.set(execution, String(machine));
    if (event === 'TaskStateEntered') trying.enter(machines.get(execution) ?? '', String(accountEvent['name']));
    const text = line(accountEvent, trying.isRetried());
    if (event === 'TaskFailed') trying.fail(accountEvent['error']);
    // A state that waits fails on each retry with the same sentence; print it once.
    if (text === undefined || (event === 'TaskFailed' && last.get(execution) === text)) return undefined;
    if (execution) last.set(execution, text);
    if (event === 'TaskStateEntered') failing.clear();
    if (event === 'ActionFailed' && failing.has(text)) return undefined;
    if (event === 'ActionFailed') failing.add(text);
    const number = numbers.size > 1 ? numbers.get(execution) : undefined;
    return `${clock(Date.parse(String(at)) - start)}  ${number ? `#${number} ` : ''}${text}`;
  };
}

/** `isRetried`: the machine tries again if the step fails now, so its failure reads as a wait. */
function line(accountEvent: AccountEvent, isRetried: boolean): string | undefined {
  const { event, name, cause, error, state, status } = accountEvent;
  switch (event) {
    case 'AlarmStateChanged':
      return `alarm ${String(accountEvent['alarm'])} is ${String(accountEvent['to'])}`;
    case 'Published':
      return `    message  ${String(accountEvent['subject'])}`;
    case 'DEPLOYMENT_STARTED':
    case 'DEPLOYMENT_COMPLETED':
      return `    flags    ${String(accountEvent['environment'])}: version ${String(accountEvent['version'])} of ${String(accountEvent['profile'])} ${event === 'DEPLOYMENT_STARTED' ? 'starts to roll out' : 'is rolled out'}`;
    case 'EventLost':
      return `    an event of ${String(accountEvent['source'])} is lost`;
    case 'ExecutionStarted':
      return `started ${String(accountEvent['machine'])}`;
    case 'TaskStateEntered':
      return `${String(name)}`;
    case 'TaskFailed':
      return `${String(state)}: ${error === 'StepFailed' && isRetried ? asWait(errorSentence(error, cause)) : errorSentence(error, cause)}`;
    case 'InvocationEnded':
      return `    ${String(name).padEnd(8)} ${verdict(accountEvent, isRetried)}`;
    case 'ActionFailed':
      return `    ${String(accountEvent['action'])} fails with ${String(error)}`;
    case 'ExecutionSucceeded':
      return `ended: SUCCEEDED`;
    case 'ExecutionFailed':
    case 'ExecutionAborted':
    case 'ExecutionTimedOut':
      return `ended: ${String(status ?? event)
        .replace('Execution', '')
        .toUpperCase()}. ${errorSentence(error, cause)}`;
    default:
      return undefined;
  }
}

function verdict({ output, status, details, responseCode }: AccountEvent, isRetried: boolean): string {
  const printed = parsed(String(output));
  if (!printed) return `failed   ${String(details ?? status)}, exit ${String(responseCode)}, no verdict`;
  const reason = printed['reason'] ? ` ${String(printed['reason'])}` : '';
  // In a rollback of several phases the step's name begins with its phase.
  const isCheck = String(printed['step']).endsWith(targetCheckId);
  const word = wordFor(String(printed['verdict']), { isRetried, isCheck });
  return `${word.padEnd(8)}${reason} ${summary(printed['report'])}`.trimEnd();
}

/** A host that was only asked for the target's commit has restored nothing: `done` would say that it had. */
function wordFor(verdict: string, { isRetried, isCheck }: Readonly<Record<'isRetried' | 'isCheck', boolean>>): string {
  if (verdict === 'failed' && isRetried) return 'waits';
  return verdict === 'done' && isCheck ? 'checked' : verdict;
}

/** Returns a report's figures and names in one line, cut to the width of a terminal. */
function summary(report: unknown): string {
  const all = figures(report);
  return all.length <= widest ? all : `${all.slice(0, widest - 1)}…`;
}

const widest = 90;

/** Fields that only the record needs: hashes, folders and how to undo the step. */
const recordOnly = ['sha256', 'commit', 'quarantine', 'restore', 'bytes', 'failed', 'now'];
/** Values that mean success, so that they need no mention. */
const asExpected: Readonly<Record<string, unknown>> = {
  as_expected: true,
  lost: false,
  integrity: 'ok',
  different: 0,
};

function figures(report: unknown, path = ''): string {
  if (typeof report !== 'object' || report === null) return '';
  const entries = Object.entries(report).filter(
    ([key, value]) => !recordOnly.includes(key) && asExpected[key] !== value,
  );
  const plain = entries.filter(([, value]) => typeof value !== 'object' && value !== 0);
  const nested = entries.filter(([, value]) => typeof value === 'object' && !Array.isArray(value));
  return [
    ...plain.map(([key, value]) => `${path}${key} ${String(value)}`),
    ...nested.map(([key, value]) => figures(value, `${path}${key} `)),
  ]
    .filter(Boolean)
    .join(', ');
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `+0:07` */
function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `+${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`.padStart(7);
}
