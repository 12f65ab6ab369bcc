import { recordOf } from '../../domain/history/record.ts';
import { answerBy, questionValues } from '../../domain/message/question-values.ts';
import { type Plan, type PlannedRunbook, planOf } from '../../domain/plan/plan.ts';
import type { Contacts } from '../../domain/question/contact.ts';
import { messageOf, type Question } from '../../domain/question/question.ts';
import { resolve } from '../../domain/question/resolution.ts';
import type { PreviousRollback } from '../clients/previous-rollback.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { Rollback } from '../middleware/payload.ts';
import { checkNotActed } from '../operations/check-open.ts';
import { type CheckedQuestionDeps, readQuestion } from '../operations/checked-question.ts';
import type { DecisionSettings } from '../operations/read-situation.ts';
import { type SendMessageDeps, sendMessage } from '../operations/send-message.ts';
import type { Endings } from '../stores/endings.ts';
import type { QuestionId } from '../stores/questions.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';

export type AskRequest = {
  readonly rollback: Rollback;
  readonly question: Pick<QuestionId, 'number'>;
  /** Task token that wakes the machine. */
  readonly token: string;
  /** The texts of a question before the rollback, and of one in the middle of it. Absent: its machine asks nothing before. */
  readonly templates: { readonly question?: string | undefined; readonly hand_over: string };
  /** The runbooks of all phases: some of the other phases' code may go back with this phase's. */
  readonly runbooks: readonly PlannedRunbook[];
};

export type AskAPersonDeps = SendMessageDeps &
  CheckedQuestionDeps & {
    readonly scopes: RollbackScopes;
    readonly endings: Endings;
    readonly wake: Wake;
    readonly environment: string;
    readonly settings: Pick<DecisionSettings, 'confirm'>;
    readonly contacts: Contacts;
    readonly previousRollback: PreviousRollback;
  };

/**
 * Stores the machine's task token and asks people, with plan, assessment, deadline, and the command to paste as an
 * answer.
 *
 * Calling it again sends no second message. If the question is decided already, wakes the machine at once. A message
 * that cannot be sent stops nothing: an alarm reports it, Reconcile sends it later, and the deadline stays.
 */
export async function askAPerson(
  deps: AskAPersonDeps,
  { rollback, question: { number }, token, templates, runbooks }: AskRequest,
): Promise<void> {
  const { questions, now } = deps;
  await checkNotActed(deps, rollback);
  await questions.keepToken({ rollback: rollback.id, number }, token);
  const asked = await readQuestion(deps, { rollback: rollback.id, number });
  if (!asked) throw new Error(`Rollback ${rollback.id} has no question ${number}.`);
  if (resolve(asked.decisions, asked.question, now()).state === 'decided') return deps.wake(asked.question);
  const handsOver = asked.question.kind === 'hand-over';
  const values = handsOver
    ? questionValues(asked.question, { plan: null, assessment: null, impact: '' }, deps)
    : await valuesBefore(deps, rollback, asked.question, runbooks);
  const template = handsOver ? templates.hand_over : templates.question;
  if (template === undefined) throw new Error(`The machine of ${rollback.id} asks nothing before it acts.`);
  const message = { name: messageOf('question', number), template };
  await sendMessage(deps, { rollback, message, values }).catch(() => {});
}

/** Returns the values of a question that is asked before the rollback begins, with the plan. */
async function valuesBefore(
  deps: AskAPersonDeps,
  rollback: Rollback,
  question: Question,
  runbooks: readonly PlannedRunbook[],
) {
  const { assessment, trigger, reason } = recordOf(await deps.history.events(rollback.id));
  const plan = await planned(deps, rollback, runbooks);
  const about = { plan, assessment, impact: reason ?? trigger };
  return {
    ...questionValues(question, about, deps),
    answer_by: answerBy(question, rollback.deadline, plan.at_most_minutes),
  };
}

async function planned(
  { scopes, settings, previousRollback }: AskAPersonDeps,
  { id, phase, execution_arn }: Rollback,
  runbooks: readonly PlannedRunbook[],
): Promise<Plan> {
  const { hosts = [], not_online = [], deployment = null } = (await scopes.read(id)) ?? {};
  const runbook = runbooks.find((one) => one.phase === phase);
  if (!runbook) throw new Error(`There is no runbook of phase ${phase} to plan.`);
  const names = { hosts: hosts.map(({ name }) => name), not_online: not_online.map(({ name }) => name), deployment };
  // The previous duration helps people to decide; they are asked even if it cannot be read.
  const last = await previousRollback(execution_arn).catch(() => null);
  return planOf({ runbook, all: runbooks, confirm: settings.confirm }, names, last);
}
