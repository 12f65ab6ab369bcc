import { isEvent, parseAlarmEvent } from '../alarm/alarm-event.ts';
import { contentHash } from '../content-hash.ts';
import { parseReleaseRequest } from '../decision/release-request.ts';
import { parseRollbackRequest } from '../decision/rollback-request.ts';
import { rollingMachines } from '../phases.ts';
import { type AnswerInput, parseAnswer } from '../question/answer.ts';
import type { Question } from '../question/question.ts';
import type { Decision, GivenAnswer } from '../question/resolution.ts';
import type { Severity } from '../severity.ts';

/** An execution as Step Functions describes it. Instants are in milliseconds since 1970. */
export type SeenExecution =
  | 'missing'
  /** Step Functions did not respond, or refused. */
  | 'unreadable'
  | {
      readonly status: string;
      readonly input: unknown;
      /** undefined: it has none, because it runs or failed. */
      readonly output: unknown;
      readonly started_at: number;
      readonly stopped_at: number | null;
    };
type Described = Exclude<SeenExecution, string>;

/** The fields of DescribeExecution's response that are read. */
type Description = {
  readonly status?: string | undefined;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
};

/** Returns an execution from DescribeExecution's response. */
export function seenExecution({ status = '', startDate, stopDate, input, output }: Description): SeenExecution {
  // Without its input (a key that the caller may not use) an execution proves nothing, and contradicts nothing.
  if (startDate === undefined || input === undefined) return 'unreadable';
  if (status === 'SUCCEEDED' && output === undefined) return 'unreadable';
  return {
    status,
    input: parsed(input),
    output: output === undefined ? undefined : parsed(output),
    started_at: startDate.getTime(),
    stopped_at: stopDate?.getTime() ?? null,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type ProofRules = {
  /** The beginning of the ARN of every execution of this environment's machines: `arn:…:execution:rollback-local-`. */
  readonly executions: string;
  /** The severity of each trigger in triggers.yaml. */
  readonly severityOf: Readonly<Record<string, Severity>>;
};

type Given = Extract<Decision, { type: 'answer' | 'alarm joined' | 'critical waits' }>;
type Judgement = 'counts' | 'unknown' | { readonly passedOver: string };
const not = (passedOver: string): Judgement => ({ passedOver });

/**
 * Returns whether the execution that an answer or an alarm names gave it. `unknown`: it may have, but has not ended, or
 * cannot be seen.
 *
 * Only an execution that ended well counts: until then the person may still read that the answer is refused. Its input is
 * fixed from the start, so an item that contradicts it is passed over at once.
 *
 * A rollback that waits for the fleet gives no answer and still runs. That it waited as CRITICAL is not proved: the item
 * can only make the time for an answer shorter.
 */
export function judgeByExecution(
  question: Question,
  given: Given,
  {
    rules,
    seen,
    final,
  }: { readonly rules: ProofRules; readonly seen: ReadonlyMap<string, SeenExecution>; readonly final: boolean },
): Judgement {
  const [machine = '', name = '', ...more] = given.by.slice(rules.executions.length).split(':');
  const witness = witnessOf(question, given, machine);
  if (!witness || name === '' || more.length > 0 || name === question.rollback)
    return not(`${given.by} is no execution that answers this question.`);
  const execution = seen.get(given.by) ?? 'unreadable';
  if (execution === 'unreadable') return 'unknown';
  if (execution === 'missing') return final ? not(`Step Functions knows no execution ${given.by}.`) : 'unknown';
  const wrong = witness.byInput(execution, rules);
  if (wrong) return not(`${given.by} did not give it: ${wrong}.`);
  if (given.type === 'critical waits') return 'counts';
  if (['RUNNING', 'PENDING_REDRIVE'].includes(execution.status)) return 'unknown';
  if (execution.status !== 'SUCCEEDED') return not(`${given.by} ended ${execution.status}, so it gave no answer.`);
  const other = witness.byOutput(execution);
  return other ? not(`${given.by} did not give it: ${other}.`) : 'counts';
}

/** Checks that compare an execution's input and output with the decision; each returns the difference, or undefined. */
type Witness = {
  readonly byInput: (execution: Described, rules: ProofRules) => string | undefined;
  readonly byOutput: (execution: Described) => string | undefined;
};

const rollingMachine = new RegExp(`^${rollingMachines}$`);

/** Returns how a machine's executions are checked; undefined if it gives no such decision on this question. */
function witnessOf(question: Question, given: Given, machine: string): Witness | undefined {
  const nothing = () => undefined;
  if (given.type === 'critical waits')
    return question.kind === 'hand-over' && rollingMachine.test(machine)
      ? { byInput: (one) => didNotWait(question, given, one), byOutput: nothing }
      : undefined;
  if (machine === 'decide')
    return {
      byInput: (one) => otherAnswer(question, given, one),
      byOutput: (one) => otherQuestion(question, given, one),
    };
  if (machine === 'release' && question.kind === 'hand-over' && given.type === 'answer')
    return { byInput: (one) => otherRelease(question, given, one), byOutput: (one) => releasedOther(question, one) };
  if (machine !== `phase-${question.phase}`) return undefined;
  return {
    byInput: (one, rules) => otherStart(question, given, one, rules),
    byOutput: (one) => didNotJoin(question, one),
  };
}

/** A release during a hand-over is its answer `abort`. Returns what its input has otherwise; undefined if they agree. */
function otherRelease({ rollback }: Question, given: GivenAnswer, { input }: Described): string | undefined {
  if (given.answer !== 'abort') return 'a release answers abort only';
  try {
    const asked = parseReleaseRequest(input);
    if (asked.rollback !== undefined && asked.rollback !== rollback)
      return `its input names rollback ${asked.rollback}`;
    const same = asked.operator === given.operator && asked.reason === given.reason;
    return same ? undefined : 'its input is another release';
  } catch {
    return 'its input is refused';
  }
}

const releasedOther = ({ rollback }: Question, { output }: Described): string | undefined =>
  (output as { released?: unknown } | undefined)?.released === rollback ? undefined : 'it released another rollback';

const didNotWait = ({ asked_at }: Question, { at }: Given, { started_at, stopped_at }: Described) =>
  started_at <= Date.parse(at) && (stopped_at ?? Number.POSITIVE_INFINITY) >= Date.parse(asked_at)
    ? undefined
    : 'it did not run while the question was open';

/** Returns what the input of an execution of decide has otherwise than the answer; undefined if they agree. */
function otherAnswer({ rollback, number }: Question, given: Given, { input }: Described): string | undefined {
  const parsed = given.type === 'answer' ? parseAnswer(input) : { refused: 'no answer' };
  if (given.type !== 'answer' || 'refused' in parsed) return 'its input is no such answer';
  if (parsed.rollback !== null && parsed.rollback !== rollback) return `its input names rollback ${parsed.rollback}`;
  if (parsed.question !== null && parsed.question !== number) return `its input names question ${parsed.question}`;
  const names = ['answer', 'operator', 'reason', 'hosts'] as const satisfies readonly (keyof AnswerInput)[];
  const name = names.find((one) => contentHash(parsed[one] ?? null) !== contentHash(given[one] ?? null));
  return name && `its input has the ${name} ${JSON.stringify(parsed[name])}`;
}

/** Returns what the output of an execution of decide has otherwise than the question; undefined if they agree. */
function otherQuestion({ rollback, number }: Question, given: Given, { output }: Described): string | undefined {
  const answered = (output ?? {}) as { rollback?: unknown; number?: unknown; answer?: unknown };
  const same =
    answered.rollback === rollback &&
    answered.number === number &&
    given.type === 'answer' &&
    answered.answer === given.answer;
  return same ? undefined : 'its output names another question or answer';
}

/** Returns what the input of a phase's execution has otherwise than the answer or alarm; undefined if they agree. */
function otherStart(
  question: Question,
  given: Exclude<Given, { type: 'critical waits' }>,
  { input }: Described,
  { severityOf }: ProofRules,
): string | undefined {
  try {
    if (given.type === 'alarm joined') {
      const { alarm, trigger } = parseAlarmEvent(input, question.phase);
      if (alarm !== given.alarm) return `its alarm is ${alarm}`;
      // Only CRITICAL is rolled back without a question, and no measurement makes a trigger CRITICAL.
      const acts = given.severity === 'CRITICAL' && severityOf[trigger] === 'CRITICAL';
      return given.means === 'rollback' && !acts ? `${trigger} is not CRITICAL` : undefined;
    }
    if (isEvent(input)) return 'an alarm started it';
    const { operator, reason, mode } = parseRollbackRequest(input);
    const same =
      given.answer === 'rollback' && mode === 'live' && operator === given.operator && reason === given.reason;
    return same ? undefined : 'its input is another start';
  } catch {
    return 'its input is refused';
  }
}

/**
 * Returns why a phase's execution cannot have joined the rollback while the question was open; undefined if it can. The
 * phase's only live rollback was the one that asked, so an execution that joined one then joined this one.
 */
function didNotJoin(
  { asked_at, deadline }: Question,
  { output, started_at, stopped_at }: Described,
): string | undefined {
  const { decision } = (output ?? {}) as { decision?: unknown };
  if (decision !== 'Joined the active rollback') return 'it joined no rollback';
  const open = started_at <= Date.parse(deadline) && (stopped_at ?? 0) >= Date.parse(asked_at);
  return open ? undefined : 'it ran while the question was not open';
}
