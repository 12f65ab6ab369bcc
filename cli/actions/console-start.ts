import type { Fields } from '../../console/backend.ts';
import { counted } from '../../domain/counted.ts';
import { parseRollbackRequest } from '../../domain/decision/rollback-request.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { phasesOf, phaseWords } from '../../domain/phases.ts';
import { effectLines } from '../../domain/plan/plan.ts';
import type { PlanReport } from '../../domain/plan/plan-report.ts';
import type { Connected } from '../account/clients.ts';
import { phaseRollback } from '../account/live-rollbacks.ts';
import { changedFacts, type PlanFacts, readPlanFacts } from '../account/plan-facts.ts';
import { readEvents, readHosts } from '../account/read-history.ts';
import { type OpenQuestion, readOpenQuestions } from '../account/read-open-questions.ts';
import { seeDecision } from '../account/see-opening.ts';
import { phaseNumbers } from '../text/known-names.ts';
import { otherRollback } from '../text/other-rollback.ts';
import { plannedText } from '../text/planned-text.ts';
import { begun, endOf, phaseIn } from './console-machine.ts';

/** A plan counts as read for this long: hosts and flags change. */
const planMinutes = 15;
/** Hosts, steps and rows of a start cannot be seen to be right in two clicks. */
const startKeys = ['severity', 'operator', 'reason'] as const;

type Start = {
  readonly phase: number;
  readonly fields: Fields;
  /** The plan that was read; undefined: there is none, or an earlier start has used it up. */
  readonly made: Made | undefined;
  readonly now: number;
};
/** `at`: epoch milliseconds, by the account's clock. `facts`: what it was made from. */
type Made = { readonly at: number; readonly facts: PlanFacts };

/** Returns why the console does not start a rollback; undefined if it does. */
export function startRefusal({ phase, fields, made, now }: Start): string | undefined {
  const unknown = Object.keys(fields).find((key) => !startKeys.some((one) => one === key));
  if (unknown !== undefined)
    return `A start from the console takes no ${unknown}, only ${startKeys.join(', ')}. Start it by the command line. Nothing was started.`;
  const missing = (['operator', 'reason'] as const).find((key) => (fields[key] ?? null) === null);
  if (missing)
    return `${missing} is missing: a start from the console has your name and your reason. Nothing was started.`;
  const age = now - (made?.at ?? Number.NaN);
  if (age >= 0 && age <= planMinutes * 60_000) return undefined;
  return `Make the plan of phase ${phase} first: each start needs one that is at most ${planMinutes} minutes old. Nothing was started.`;
}

type Asking = Pick<OpenQuestion, 'rollback' | 'number' | 'phase' | 'phases' | 'why'>;

/**
 * Returns why a phase with an open question is not started: a start would answer the question with `rollback`, or wait behind a hand-over, and its reader has not seen
 * what is against it. Undefined: no question of the phase is open.
 */
export function askingRefusal(phase: number, questions: readonly Asking[]): string | undefined {
  const open = questions.find((one) => phasesOf(one).includes(phase));
  if (!open) return undefined;
  return [
    `Rollback ${open.rollback} of ${phaseWords(open)} asks question ${open.number}: a start would answer it with "rollback", or wait for its answer. Read the question and answer it. Nothing was started.`,
    ...open.why,
  ].join('\n');
}

/** Returns why a plan is not true any more; undefined if it is. */
export function staleRefusal(phase: number, before: PlanFacts, now: PlanFacts): string | undefined {
  const changed = changedFacts(before, now);
  if (changed.length === 0) return undefined;
  return [
    `The plan of phase ${phase} is not true any more. Plan again and read it. Nothing was started.`,
    ...changed,
  ].join('\n');
}

/**
 * Returns the acts that plan a rollback and start it. A start needs a plan of its phase that this console has made in the last quarter of an
 * hour and that is still true, and uses it up: the rollback changes what every plan says.
 */
export function startActs(connection: Connected, now: () => number) {
  const plans = new Map<number, Made>();
  return {
    plan: async (fields: Fields) => {
      const phase = phaseIn(fields);
      const facts = await readPlanFacts(connection, phaseNumbers()); // before the plan: what changes meanwhile makes it stale
      const made = await planned(connection, phase);
      plans.set(phase, { at: now(), facts });
      return made;
    },
    start: async ({ phase: named, ...fields }: Fields) => {
      const phase = phaseIn({ phase: named });
      const made = plans.get(phase);
      const refusal = startRefusal({ phase, fields, made, now: now() });
      if (refusal !== undefined || !made) throw new InvalidInput(refusal ?? '');
      parseRollbackRequest(fields);
      await refuseAsking(connection, phase, now());
      const stale = staleRefusal(phase, made.facts, await readPlanFacts(connection, phaseNumbers()));
      if (stale !== undefined) throw new InvalidInput(stale);
      if (plans.get(phase) !== made)
        throw new InvalidInput(startRefusal({ phase, fields, made: undefined, now: now() }) ?? '');
      plans.clear();
      return started(connection, phase, fields);
    },
  };
}

async function refuseAsking(connection: Connected, phase: number, now: number): Promise<void> {
  const refusal = askingRefusal(phase, await readOpenQuestions(connection, now));
  if (refusal !== undefined) throw new InvalidInput(refusal);
}

async function planned(connection: Connected, phase: number) {
  const executionArn = await begun(connection, `phase-${phase}`, { mode: 'plan' });
  const id = executionArn.split(':').at(-1) ?? '';
  const end = await endOf(connection, executionArn);
  const detail = (await readEvents(connection, id)).find(({ type }) => type === 'Planned')?.detail;
  if (end.status !== 'SUCCEEDED' || !detail)
    throw new Error(end.cause ?? `No plan was made: execution ${executionArn}. Nothing was changed.`);
  const report = detail as unknown as PlanReport;
  const text = plannedText(report, await readHosts(connection, id), id);
  const hosts = report.plan.hosts.length;
  const effect = [...effectLines(report.plan), `On ${counted(hosts, 'host')}`];
  const others = await otherRollback(connection, { phase }, id);
  return { says: `The plan of phase ${phase} is made. Nothing was changed.`, plan: text, effect, others };
}

async function started(connection: Connected, phase: number, input: Fields) {
  const executionArn = await begun(connection, `phase-${phase}`, input);
  const rollback = executionArn.split(':').at(-1) ?? '';
  const opened = await seeDecision(connection, executionArn);
  if ('status' in opened && opened.status !== 'SUCCEEDED')
    throw new Error(opened.cause ?? `The rollback was not opened: its execution ended ${opened.status}.`);
  const decision = 'decision' in opened ? opened.decision : undefined;
  const others = await otherRollback(connection, { phase }, rollback);
  const joined = decision === 'Joined the active rollback' ? await joinedBy(connection, phase) : undefined;
  return { says: [startedWords(phase, rollback, decision), ...others].join('\n'), rollback: joined ?? rollback };
}

const joinedBy = (connection: Connected, phase: number): Promise<string | undefined> =>
  phaseRollback(connection, phase).then(
    (open) => open?.rollback,
    () => undefined, // a comfort: the start's own record names the rollback too
  );

/** Returns what became of a start. `decision`: as its opening decided; undefined: it has not yet. */
export function startedWords(phase: number, rollback: string, decision: string | undefined): string {
  const words: Readonly<Record<string, string>> = {
    act: `Started the rollback of phase ${phase}: ${rollback}. It is opened.`,
    ask: `Started the rollback of phase ${phase}: ${rollback}. It asks a question before it begins.`,
  };
  if (decision === undefined)
    return `Started the rollback of phase ${phase}: ${rollback}. It is not decided yet whether it begins, so it may still be refused.`;
  return words[decision] ?? `Rollback ${rollback} of phase ${phase} begins nothing of its own: ${decision}.`;
}
