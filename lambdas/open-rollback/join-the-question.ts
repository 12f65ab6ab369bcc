import { effectOnOpenQuestion } from '../../domain/decision/decide.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { WorstAlarm } from '../../domain/decision/worst-alarm.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Asked } from '../../domain/question/answer-rules.ts';
import { type Decision, resolve } from '../../domain/question/resolution.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { Policy } from '../middleware/payload.ts';
import type { DecideRollbackDeps } from '../operations/decide-rollback.ts';
import { giveAnswer } from '../operations/give-answer.ts';
import { situationOf } from '../operations/read-situation.ts';
import { decideNext } from '../stores/questions.ts';

export type JoinTheQuestionDeps = DecideRollbackDeps & { readonly wake: Wake };

/** The execution that joins a rollback, and its cause. `by`: its ARN. */
type Joining = {
  readonly cause: RollbackCause;
  readonly judged: WorstAlarm;
  readonly policy: Policy;
  readonly by: string;
};

/** Returns the newest question of a live rollback; undefined if it has asked none. */
export async function newestQuestion(
  { questions }: Pick<JoinTheQuestionDeps, 'questions'>,
  { rollback_id, questions: asked }: RollbackRecord,
): Promise<Asked | undefined> {
  const newest = asked.at(-1);
  return newest && questions.read({ rollback: rollback_id, number: newest.number });
}

/**
 * Applies an execution that joins to the open question. A person's start of the phase is the answer `rollback`. A worse
 * alarm decides or replaces the question.
 */
export async function joinTheQuestion(
  deps: JoinTheQuestionDeps,
  rollback: { readonly id: string; readonly phase: number },
  asked: Asked,
  { cause, judged, policy, by }: Joining,
): Promise<void> {
  const { questions, now } = deps;
  const { operator, reason, alarm } = cause;
  if (alarm === null) {
    await giveAnswer(deps, asked, { answer: 'rollback', operator, reason }, by);
    return;
  }
  const means = effectOnOpenQuestion(
    asked.question,
    await situationOf(deps, { rollback, policy }, judged, { started_by: 'alarm', unanswered: null }),
  );
  if (means === null) return;
  const at = new Date(now()).toISOString();
  await decideNext(questions, asked, (one): Decision | undefined =>
    resolve(one.decisions, one.question, now()).state === 'decided'
      ? undefined
      : { type: 'alarm joined', alarm: alarm.name, severity: judged.severity, means, at },
  );
  await deps.wake(asked.question).catch(() => {}); // the alarm has joined even so; Reconcile wakes the machine later
}
