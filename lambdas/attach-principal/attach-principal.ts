import * as z from 'zod';
import { type Decision, principalOf, resolve } from '../../domain/question/resolution.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import type { GiveAnswerDeps } from '../operations/give-answer.ts';
import { decideNext } from '../stores/questions.ts';
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
};

/**
 * Attaches the verified principal to the rollback that its execution opened, or to the answer that it gave. The name
 * that the person gave stays beside it.
 *
 * Throws while the execution runs and has stored neither: CloudTrail was faster, and Lambda retries after a minute.
 */
export async function attachPrincipal(deps: AttachPrincipalDeps, { detail }: Started): Promise<void> {
  const by = detail.responseElements?.executionArn;
  const principal = detail.userIdentity.arn ?? detail.userIdentity.invokedBy;
  if (!by || !principal) return; // the start was refused, or the event names no principal
  const attached = [await toAnswer(deps, by, principal), await toRollback(deps, by, principal)];
  if (!attached.includes(true) && (await deps.statusOf(by)) === 'RUNNING')
    throw new Error(`${by} has stored neither a rollback nor an answer yet; Lambda retries.`);
}

/** Attaches the principal to the rollback that the execution opened. False: it opened none. */
async function toRollback({ history, now }: AttachPrincipalDeps, by: string, principal: string): Promise<boolean> {
  const rollback = by.split(':').at(-1) ?? '';
  const [opening] = await history.events(rollback);
  if (opening?.detail['execution_arn'] !== by) return false;
  const at = new Date(now()).toISOString();
  await appendSealed(history, rollback, at, verified(by, principal, at));
  return true;
}

/**
 * Attaches the principal to the answer that the execution gave. False: it gave none.
 *
 * If two people must approve, this proof may settle the question.
 */
async function toAnswer(deps: AttachPrincipalDeps, by: string, principal: string): Promise<boolean> {
  const { questions, history, wake, now } = deps;
  const gave = ({ decisions }: { decisions: readonly Decision[] }) =>
    decisions.some((one) => one.type === 'answer' && one.by === by);
  const asked = (await questions.newest()).find(gave);
  if (!asked) return false;
  const at = new Date(now()).toISOString();
  const before = resolve(asked.decisions, asked.question, now()).state;
  const after = await decideNext(questions, asked, ({ decisions }) =>
    principalOf(decisions, by) === null ? { type: 'verified', by, principal, at } : undefined,
  );
  await appendSealed(history, asked.question.rollback, at, verified(by, principal, at));
  if (before !== 'decided' && resolve(after.decisions, after.question, now()).state === 'decided')
    await wake(asked.question);
  return true;
}

const verified = (by: string, principal: string, at: string) => ({
  id: `principal-verified/${by}`,
  type: 'Principal verified' as const,
  at,
  detail: { by, principal },
});
