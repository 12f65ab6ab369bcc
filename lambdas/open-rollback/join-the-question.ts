import { effectOnOpenQuestion } from '../../domain/decision/decide.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { unprovedHosts, type WorstAlarm } from '../../domain/decision/worst-alarm.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { type Decision, resolve } from '../../domain/question/resolution.ts';
import { isWorse } from '../../domain/severity.ts';
import { actsOnlyOn } from '../../domain/witness/host-witness.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { Policy } from '../middleware/payload.ts';
import {
  type CheckedQuestion,
  type CheckedQuestionDeps,
  decideNext,
  readQuestion,
} from '../operations/checked-question.ts';
import { cutShort } from '../operations/cut-short.ts';
import type { DecideRollbackDeps } from '../operations/decide-rollback.ts';
import { giveAnswer } from '../operations/give-answer.ts';
import { situationOf } from '../operations/read-situation.ts';

export type JoinTheQuestionDeps = DecideRollbackDeps & CheckedQuestionDeps & { readonly wake: Wake };

/** The execution that joins a rollback, and its cause. `by`: its ARN. */
type Joining = {
  readonly cause: RollbackCause;
  readonly judged: WorstAlarm;
  readonly policy: Policy;
  readonly by: string;
};

/**
 * Returns the newest question of a live rollback, as an execution sees it that joins; undefined if the rollback has asked
 * none.
 */
export async function newestQuestion(
  deps: CheckedQuestionDeps,
  { rollback_id, questions: asked }: RollbackRecord,
  { cause, by }: Pick<Joining, 'cause' | 'by'>,
): Promise<CheckedQuestion | undefined> {
  const newest = asked.at(-1);
  return newest && readQuestion(deps, { rollback: rollback_id, number: newest.number }, { own: isGivenBy(by, cause) });
}

/** Recognizes what the joining execution has stored itself: it still runs, so nobody else believes it yet. */
const isGivenBy =
  (by: string, { operator, reason, alarm }: RollbackCause) =>
  (decision: Decision): boolean => {
    if (decision.type === 'alarm joined') return decision.by === by && decision.alarm === alarm?.name;
    if (decision.type !== 'answer' || decision.by !== by || alarm !== null) return false;
    return decision.answer === 'rollback' && decision.operator === operator && decision.reason === reason;
  };

/**
 * Applies an execution that joins to the open question. A person's start of the phase is the answer `rollback`: it names
 * every host that the rollback would touch (live-rollbacks.ts). A worse alarm decides or replaces the question; a
 * CRITICAL one leaves five minutes for a hand-over.
 */
export async function joinTheQuestion(
  deps: JoinTheQuestionDeps,
  rollback: { readonly id: string; readonly phase: number },
  asked: CheckedQuestion,
  { cause, judged, policy, by }: Joining,
): Promise<void> {
  const { now } = deps;
  const { operator, reason, alarm } = cause;
  if (alarm === null) {
    await giveAnswer(deps, asked, { answer: 'rollback', operator, reason }, by);
    return;
  }
  if (asked.question.kind === 'hand-over') {
    // No alarm decides it. But the rollback's limit is that of a CRITICAL now, and the question must not outlive it.
    const worse = isWorse(judged.severity, asked.question.severity);
    if (worse && judged.severity === 'CRITICAL') await cutShort(deps, asked.question, by);
    return;
  }
  if (!isWorse(judged.severity, asked.question.severity) && (await leavesUnproved(deps, rollback, judged))) return;
  const means = effectOnOpenQuestion(
    asked.question,
    await situationOf(deps, { rollback: { ...rollback, execution_arn: null }, policy }, judged, {
      started_by: 'alarm',
      only_hosts: null, // no alarm joins a rollback of a few hosts
      unanswered: null,
    }),
  );
  if (means === null) return;
  const at = new Date(now()).toISOString();
  await decideNext(deps, asked, (one): Decision | undefined =>
    one.own || resolve(one.decisions, one.question, now()).state === 'decided'
      ? undefined
      : { type: 'alarm joined', by, alarm: alarm.name, severity: judged.severity, means, at },
  );
  await deps.wake(asked.question).catch(() => {}); // the alarm has joined even so; Reconcile wakes the machine later
}

/**
 * Whether an alarm that would act on its own few hosts alone says nothing of other ill hosts, about which the open question asks: it does
 * not decide that question.
 */
async function leavesUnproved(
  { history, settings }: JoinTheQuestionDeps,
  { id }: { readonly id: string },
  { witness }: WorstAlarm,
): Promise<boolean> {
  const { few_ill = 'ask' } = settings.brakes;
  if (!actsOnlyOn(witness, few_ill)) return false;
  return unprovedHosts(recordOf(await history.events(id)), few_ill).length > 0;
}
