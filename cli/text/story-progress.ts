import { errorSentence } from '../account/error-sentence.ts';

type Happening = Readonly<Record<string, unknown>>;

/**
 * What a person sees while a story is told: the account's time since the story's start, states as they are entered,
 * each host's verdict as it arrives. Undefined: not worth a line.
 */
export function storyProgress(): (happening: Happening) => string | undefined {
  let start: number | undefined;
  const numbers = new Map<unknown, number>();
  const last = new Map<unknown, string>();
  /** Which AWS actions have failed how, since a state was last entered: an outage answers hundreds of times. */
  const failing = new Set<string>();
  return (happening) => {
    const { at, event, execution, machine } = happening;
    start ??= Date.parse(String(at)); // the teller's own StoryBegan comes first
    if (event === 'ExecutionStarted' && String(machine).includes('-phase-')) numbers.set(execution, numbers.size + 1);
    const text = line(happening);
    // A wait tells the same again and again; once is news.
    if (text === undefined || (event === 'TaskFailed' && last.get(execution) === text)) return undefined;
    if (execution) last.set(execution, text);
    if (event === 'TaskStateEntered') failing.clear();
    if (event === 'ActionFailed' && failing.has(text)) return undefined;
    if (event === 'ActionFailed') failing.add(text);
    const number = numbers.size > 1 ? numbers.get(execution) : undefined;
    return `${clock(Date.parse(String(at)) - start)}  ${number ? `#${number} ` : ''}${text}`;
  };
}

function line(happening: Happening): string | undefined {
  const { event, name, cause, error, state, status } = happening;
  switch (event) {
    case 'AlarmStateChanged':
      return `alarm ${String(happening['alarm'])} is ${String(happening['to'])}`;
    case 'Published':
      return `    message  ${String(happening['subject'])}`;
    case 'DEPLOYMENT_STARTED':
    case 'DEPLOYMENT_COMPLETED':
      return `    flags    ${String(happening['environment'])}: version ${String(happening['version'])} of ${String(happening['profile'])} ${event === 'DEPLOYMENT_STARTED' ? 'begins to roll out' : 'is rolled out'}`;
    case 'EventLost':
      return `    an event of ${String(happening['source'])} is lost`;
    case 'ExecutionStarted':
      return `started ${String(happening['machine'])}`;
    case 'TaskStateEntered':
      return `${String(name)}`;
    case 'TaskFailed':
      return `${String(state)}: ${errorSentence(error, cause)}`;
    case 'InvocationEnded':
      return `    ${String(name).padEnd(8)} ${verdict(happening)}`;
    case 'ActionFailed':
      return `    ${String(happening['action'])} answers ${String(error)}`;
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

function verdict({ output, status, details, responseCode }: Happening): string {
  const said = parsed(String(output));
  if (!said) return `failed   ${String(details ?? status)}, exit ${String(responseCode)}, no verdict`;
  const reason = said['reason'] ? ` ${String(said['reason'])}` : '';
  return `${String(said['verdict']).padEnd(8)}${reason} ${summary(said['report'])}`.trimEnd();
}

/** A report's figures and names in one line, cut where the line would break; hashes and folders are for the record. */
function summary(report: unknown): string {
  const all = figures(report);
  return all.length <= widest ? all : `${all.slice(0, widest - 1)}…`;
}

const widest = 90;

/** Hashes, folders and how to undo it are for the record; what is as it should be goes without saying. */
const silent = ['sha256', 'commit', 'quarantine', 'restore', 'bytes', 'failed', 'now'];
const asItShouldBe: Readonly<Record<string, unknown>> = {
  as_expected: true,
  lost: false,
  integrity: 'ok',
  different: 0,
};

function figures(report: unknown, path = ''): string {
  if (typeof report !== 'object' || report === null) return '';
  const entries = Object.entries(report).filter(([key, value]) => !silent.includes(key) && asItShouldBe[key] !== value);
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
