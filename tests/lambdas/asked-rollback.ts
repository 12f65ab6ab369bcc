import { recordOf } from '../../domain/history/record.ts';
import { newQuestion, type Question } from '../../domain/question/question.ts';
import { type TakeTheAnswerDeps, takeTheAnswer } from '../../lambdas/take-the-answer/take-the-answer.ts';
import { type fakeStepFunctions, ofDecide } from '../domain/proof/fake-step-functions.ts';
import { decidingStores, settings } from './deciding-stores.ts';
import { emptyTables } from './tables.ts';

export const alarmName = 'rollback-test-phase-1-cascade_failure';
export const start_time = '2026-03-02T09:00:00.000Z';

/** Rollback r-1, as its machine passes it to a function. */
export const rollback = {
  id: 'r-1',
  execution_arn: 'arn:r-1',
  phase: 1,
  fleet: 'trading',
  alarm: alarmName,
  deadline: '2026-03-02T10:00:00.000Z',
};

/** Rollback r-1 of a HIGH alarm. It asked people at 09:00:05 whether to act; the deadline is 09:15:05. */
export async function askedRollback(changes: Partial<Question> = {}) {
  const { db } = await emptyTables();
  const stores = decidingStores(db);
  await stores.deployments.record(1, { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' });
  await stores.claims.claimPhase(1, { rollback: 'r-1', execution_arn: 'arn:r-1' });
  const alarm = { name: alarmName, changed_at: start_time, state: 'ALARM' };
  const detail = {
    phase: 1,
    trigger: 'cascade_failure',
    severity: 'HIGH',
    start_time,
    execution_arn: 'arn:r-1',
    alarm,
  };
  const question = {
    ...newQuestion(
      {
        rollback: 'r-1',
        number: 1,
        phase: 1,
        kind: 'confirm',
        severity: 'HIGH',
        why: ['HIGH is rolled back after assessment.'],
        asked_at: '2026-03-02T09:00:05.000Z',
        approvers: 1,
        limit: '2026-03-02T10:00:00.000Z',
        expected_minutes: 10,
      },
      settings.questions,
    ),
    ...changes,
  };
  const at = question.asked_at;
  const decided = { number: 1, decision: `ask ${question.kind}`, why: question.why };
  await stores.history.append(
    'r-1',
    { id: 'rollback-opened', type: 'Rollback opened', at: start_time, detail },
    { id: 'decided/1', type: 'Decided', at, detail: decided },
    { id: 'question-asked/1', type: 'Question asked', at, detail: question },
  );
  await stores.questions.ask(question);
  const events = () => stores.history.events('r-1');
  return { db, stores, question, events, record: async () => recordOf(await events()) };
}

/**
 * Answers r-1's question as an execution of decide does: `by`, its name, ends with the answer's result or its refusal.
 */
export const answered = (
  stores: Omit<TakeTheAnswerDeps, 'now'> & { readonly stepFunctions: ReturnType<typeof fakeStepFunctions> },
  input: unknown,
  { by = 'a', time = '09:03:00' } = {},
) => {
  const [now, arn] = [at(time), ofDecide(by)];
  return stores.stepFunctions.run({ arn, input, at: now() }, () =>
    takeTheAnswer({ ...stores, now }, { execution: { id: arn, input } }),
  );
};

export const at = (time: string) => () => Date.parse(`2026-03-02T${time}.000Z`);
