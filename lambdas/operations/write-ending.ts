import { reviewDue } from '../../domain/afterwards/review.ts';
import { dataLoss } from '../../domain/history/data-loss.ts';
import type { Chain, Happened, RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { seal } from '../stores/seal.ts';
import type { CloseRequest, CloseResult, CloseRollbackDeps } from './close-rollback.ts';

/** Records how a rollback ended, and seals its history. `at`: when it ended, ISO 8601. A repeat changes nothing. */
export async function writeEnding(
  { history, scopes, deployments, reviewWithin }: CloseRollbackDeps,
  { rollback, fence, ending, problem, unsent }: CloseRequest,
  fleet: CloseResult['fleet'],
  at: string,
): Promise<Chain> {
  // The ending is written even if the scope cannot be read: data_loss is then null.
  const hosts = (await scopes.read(rollback.id).catch(() => undefined))?.hosts.map(({ instance_id }) => instance_id);
  const data_loss = hosts ? dataLoss(await history.everyHost(rollback.id), hosts) : null;
  const events = await history.events(rollback.id);
  const record = events.length > 0 ? recordOf(events) : undefined;
  const review_due = record && reviewDue(record, at, reviewWithin);
  const since = record?.start_time ?? at;
  const deployed_during = await deployments.between(rollback.phase, since, at).catch(() => []);
  const detail = {
    ...{ ending, problem, fence, fleet, data_loss },
    ...(review_due ? { review_due } : {}),
    ...(deployed_during.length > 0 ? { deployed_during } : {}),
  };
  const earlier = [
    ...(unsent && !wasSent(events, unsent) ? [notSent(unsent, at)] : []),
    ...settleOpenQuestions(record?.questions ?? [], at),
  ];
  await history.append(rollback.id, ...earlier, { id: 'rollback-closed', type: 'Rollback closed', at, detail });
  return seal(history, rollback.id, ending, at);
}

/** Returns an event per question that is still open: the ending settles it as void. */
const settleOpenQuestions = (questions: RollbackRecord['questions'], at: string): Happened[] =>
  questions
    .filter(({ outcome }) => outcome === null)
    .map(({ number }) => ({
      id: `question-settled/${number}`,
      type: 'Question settled',
      at,
      detail: { number, outcome: 'void', by: 'the rollback ended before anything was done about it' },
    }));

const wasSent = (events: readonly RollbackEvent[], message: string) =>
  events.some(({ type, detail }) => type === 'Message sent' && detail['message'] === message);

const notSent = (message: string, at: string): Happened => ({
  id: `message-not-sent/${message}`,
  type: 'Message not sent',
  at,
  detail: { message, why: 'Its function failed; the execution history says how.' },
});
