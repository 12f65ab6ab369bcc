import * as z from 'zod';
import { openReviewOf } from '../../domain/afterwards/review.ts';
import { type EventType, principalEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { executionsOfBrakes } from '../../domain/history/verify-brakes.ts';
import { type Decision, resolve } from '../../domain/question/resolution.ts';
import type { ExecutionInput } from '../clients/execution-input.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import { checkQuestion, decideNext } from '../operations/checked-question.ts';
import type { GiveAnswerDeps } from '../operations/give-answer.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';
import type { StoredQuestion } from '../stores/questions.ts';
import type { Reviews } from '../stores/reviews.ts';
import { appendSealed } from '../stores/seal.ts';

/**
 * The start of an execution with its principal, as CloudTrail sends it to EventBridge (Step Functions guide, "Logging
 * Step Functions API calls with AWS CloudTrail"; shape: EventBridge guide, "AWS service events via CloudTrail").
 */
export const startedSchema = z.object({
  'detail-type': z.literal('AWS API Call via CloudTrail'),
  detail: z.object({
    eventSource: z.literal('states.amazonaws.com'),
    eventName: z.literal('StartExecution'),
    userIdentity: z.object({ arn: z.string().optional(), invokedBy: z.string().optional() }),
    responseElements: z.object({ executionArn: z.string() }).nullish(),
  }),
});
export type Started = z.infer<typeof startedSchema>;

export type AttachPrincipalDeps = GiveAnswerDeps & {
  readonly statusOf: ExecutionStatus;
  readonly inputOf: ExecutionInput;
  readonly reviews: Reviews;
  readonly brakesHistory: Pick<BrakesHistory, 'events' | 'append' | 'link'>;
};

/**
 * Attaches the verified principal to what its execution stored: a rollback, an answer, an acknowledgement, an annotation, a review,
 * a change of a task or of the brakes. The name that the person gave stays beside it.
 *
 * Throws while the execution runs and has stored nothing: CloudTrail was faster, and Lambda retries after a minute.
 */
export async function attachPrincipal(deps: AttachPrincipalDeps, { detail }: Started): Promise<void> {
  const by = detail.responseElements?.executionArn;
  const principal = detail.userIdentity.arn ?? detail.userIdentity.invokedBy;
  if (!by || !principal) return; // the start was refused, or the event names no principal
  const attached = await attachTo(deps, by, principal);
  if (!attached.includes(true) && (await deps.statusOf(by, undefined)) === 'RUNNING')
    throw new Error(`${by} has stored nothing that a principal belongs to yet; Lambda retries.`);
}

async function attachTo(deps: AttachPrincipalDeps, by: string, principal: string): Promise<boolean[]> {
  if (isAfterwards(by)) return [await toFinding(deps, by, principal)];
  if (/-(brakes|change-flag|halt|resume):[^:]+$/.test(by)) return [await toBrakes(deps, by, principal)];
  return [await toAnswer(deps, by, principal), await toRollback(deps, by, principal)];
}

/** Attaches the principal to the change of the brakes or of a flag that the execution made. False: it has made none. */
async function toBrakes(
  { brakesHistory: brakes, now }: AttachPrincipalDeps,
  by: string,
  principal: string,
): Promise<boolean> {
  if (!executionsOfBrakes(await brakes.events()).includes(by)) return false;
  const at = new Date(now()).toISOString();
  await brakes.append(principalEvent(by, principal, at));
  await brakes.link(at);
  return true;
}

/** Attaches the principal to the rollback that the execution opened. False: it opened none. */
async function toRollback(deps: AttachPrincipalDeps, by: string, principal: string): Promise<boolean> {
  const { history } = deps;
  const rollback = by.split(':').at(-1) ?? '';
  const [opening] = await history.events(rollback);
  if (opening?.detail['execution_arn'] !== by) return false;
  await attach(deps, rollback, by, principal);
  return true;
}

/** Whether an execution is one of the machines by which people acknowledge, annotate and review, and work on tasks. */
const isAfterwards = (execution: string) => /-(annotate|review|change-task):[^:]+$/.test(execution);

/** The events by which people add to a rollback beside its answers. */
const given: ReadonlySet<EventType> = new Set([
  ...(['Acknowledged', 'Annotated', 'Reviewed'] as const),
  ...(['Task opened', 'Task assigned', 'Task completed', 'Report accepted'] as const),
]);

/**
 * Attaches the principal to the acknowledgement, the annotation, the review or the change of a task that the execution gave. False: it gave
 * none.
 *
 * CloudTrail hides the execution's input, so Step Functions is asked for it: it names the rollback.
 */
async function toFinding(deps: AttachPrincipalDeps, by: string, principal: string): Promise<boolean> {
  const rollback = (await deps.inputOf(by))['rollback'];
  if (typeof rollback !== 'string') return false;
  const gave = (await deps.history.events(rollback.trim())).some(
    ({ type, detail }) => given.has(type) && detail['by'] === by,
  );
  if (gave) await attach(deps, rollback.trim(), by, principal);
  return gave;
}

/** Adds the proof to a rollback's history. A review that does not count because of it is open again, for Reconcile. */
async function attach(
  { history, reviews, now }: AttachPrincipalDeps,
  rollback: string,
  by: string,
  principal: string,
): Promise<void> {
  const at = new Date(now()).toISOString();
  await appendSealed(history, rollback, at, principalEvent(by, principal, at));
  const open = openReviewOf(recordOf(await history.events(rollback)));
  if (open) await reviews.open(open);
}

/**
 * Attaches the principal to the answer that the execution gave. False: it gave none.
 *
 * If two people must approve, this proof may settle the question.
 */
async function toAnswer(deps: AttachPrincipalDeps, by: string, principal: string): Promise<boolean> {
  // An item that was written by hand may name the execution too; the answer itself must be among those found.
  const found = (await deps.questions.newest()).filter(({ stored }) =>
    stored.some(({ item }) => item['type'] === 'answer' && item['by'] === by),
  );
  for (const one of found) await toQuestion(deps, one, by, principal);
  return found.length > 0;
}

async function toQuestion(
  deps: AttachPrincipalDeps,
  found: StoredQuestion,
  by: string,
  principal: string,
): Promise<void> {
  const { history, wake, now } = deps;
  const at = new Date(now()).toISOString();
  // First into the history: a principal that only the state table has does not count.
  await appendSealed(history, found.question.rollback, at, principalEvent(by, principal, at));
  const own = (one: Decision) => one.type === 'verified' && one.by === by && one.principal === principal;
  const asked = await checkQuestion(deps, found, { own });
  const before = resolve(asked.decisions, asked.question, now()).state;
  const after = await decideNext(deps, asked, (one) => (one.own ? undefined : { type: 'verified', by, principal, at }));
  if (before !== 'decided' && resolve(after.decisions, after.question, now()).state === 'decided')
    await wake(asked.question);
}
