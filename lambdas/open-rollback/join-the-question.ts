import { effectOnOpenQuestion } from '../../domain/decision/decide.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { WorstAlarm } from '../../domain/decision/worst-alarm.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';
import type { Asked } from '../../domain/question/answer-rules.ts';
import { type Decision, resolve } from '../../domain/question/resolution.ts';
import type { Wake } from '../clients/wake-machine.ts';
import type { Policy } from '../middleware/payload.ts';
import type { DecidingDeps } from '../operations/decide-rollback.ts';
import { giveAnswer } from '../operations/give-answer.ts';
import { situationOf } from '../operations/read-situation.ts';
import { decideNext } from '../stores/questions.ts';

export type JoiningDeps = DecidingDeps & { readonly wake: Wake };

/** Who joins a rollback, why, and by which execution. */
type Joining = {
  readonly cause: RollbackCause;
  readonly judged: WorstAlarm;
  readonly policy: Policy;
  readonly by: string;
};

/** The newest question of a live rollback; undefined where it has asked none. */
export async function newestQuestion(
  { questions }: Pick<JoiningDeps, 'questions'>,
  { rollback_id, questions: asked }: RollbackRecord,
): Promise<Asked | undefined> {
  const newest = asked.at(-1);
  return newest && questions.read({ rollback: rollback_id, number: newest.number });
}

/**
 * What an execution that joins means for the open question: a worse alarm answers or replaces it, a person who starts the
 * phase has answered it.
 */
export async function joinTheQuestion(
  deps: JoiningDeps,
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
    await situationOf(deps, { rollback, policy }, judged, 'alarm', null),
  );
  if (means === null) return;
  const at = new Date(now()).toISOString();
  await decideNext(questions, asked, (one): Decision | undefined =>
    resolve(one.decisions, one.question, now()).state === 'decided'
      ? undefined
      : { type: 'alarm joined', alarm: alarm.name, severity: judged.severity, means, at },
  );
  await deps.wake(asked.question).catch(() => {}); // Reconcile wakes it: the alarm has joined all the same
}
