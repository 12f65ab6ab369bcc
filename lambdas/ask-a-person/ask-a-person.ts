import { recordOf } from '../../domain/history/record.ts';
import { answerBy, questionValues } from '../../domain/message/question-values.ts';
import { type Plan, type PlannedRunbook, planOf } from '../../domain/plan/plan.ts';
import type { Contacts } from '../../domain/question/contact.ts';
import { messageOf } from '../../domain/question/question.ts';
import { resolve } from '../../domain/question/resolution.ts';
import type { LastTimeOf } from '../clients/previous-rollback.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { Rollback } from '../middleware/payload.ts';
import type { Settings } from '../operations/decide-rollback.ts';
import { type SendingDeps, sendMessage } from '../send-message/send-message.ts';
import type { QuestionId, Questions } from '../stores/questions.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';

export type AskRequest = {
  readonly rollback: Rollback;
  readonly question: Pick<QuestionId, 'number'>;
  /** What wakes the machine. */
  readonly token: string;
  readonly template: string;
  /** All of them: some of the others' code may go back with this phase's. */
  readonly runbooks: readonly PlannedRunbook[];
};

export type AskingDeps = SendingDeps & {
  readonly questions: Questions;
  readonly frozen: RollbackScopes;
  readonly wake: Wake;
  readonly environment: string;
  readonly settings: Pick<Settings, 'confirm'>;
  readonly people: Contacts;
  readonly lastTime: LastTimeOf;
};

/**
 * Remembers what wakes the machine, and asks people: plan, assessment, deadline, and what to paste to answer.
 *
 * Calling it again asks nobody twice. Where it was decided already, the machine is woken at once. A message that cannot be
 * sent stops nothing: it turns an alarm red, Reconcile sends it, and the deadline stands.
 */
export async function askAPerson(
  deps: AskingDeps,
  { rollback, question: { number }, token, template, runbooks }: AskRequest,
): Promise<void> {
  const { questions, history, now } = deps;
  await questions.keepToken({ rollback: rollback.id, number }, token);
  const asked = await questions.read({ rollback: rollback.id, number });
  if (!asked) throw new Error(`Rollback ${rollback.id} has no question ${number}.`);
  if (resolve(asked.decisions, asked.question, now()).state === 'decided') return deps.wake(asked.question);
  const { assessment, trigger, reason } = recordOf(await history.events(rollback.id));
  const plan = await planned(deps, rollback, runbooks);
  const about = { plan, assessment, impact: reason ?? trigger };
  const values = {
    ...questionValues(asked.question, about, { environment: deps.environment, contacts: deps.people }),
    answer_by: answerBy(asked.question, rollback.deadline, plan.at_most_minutes),
  };
  const message = { name: messageOf('question', number), template };
  await sendMessage(deps, { rollback, message, values }).catch(() => {});
}

async function planned(
  { frozen, settings, lastTime }: AskingDeps,
  { id, phase, execution_arn }: Rollback,
  runbooks: readonly PlannedRunbook[],
): Promise<Plan> {
  const { hosts = [], not_online = [], deployment = null } = (await frozen.read(id)) ?? {};
  const runbook = runbooks.find((one) => one.phase === phase);
  if (!runbook) throw new Error(`There is no runbook of phase ${phase} to plan.`);
  const names = { hosts: hosts.map(({ name }) => name), not_online: not_online.map(({ name }) => name), deployment };
  // How long it took before helps to decide; not knowing it must not keep people from being asked.
  const last = await lastTime(execution_arn).catch(() => null);
  return planOf({ runbook, all: runbooks, confirm: settings.confirm }, names, last);
}
