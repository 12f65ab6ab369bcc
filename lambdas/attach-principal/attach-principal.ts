import * as z from 'zod';
import { type Decision, principalOf, resolve } from '../../domain/question/resolution.ts';
import type { ExecutionStatus } from '../clients/execution-status.ts';
import type { GiveAnswerDeps } from '../operations/give-answer.ts';
import { decideNext } from '../stores/questions.ts';
import { appendSealed } from '../stores/seal.ts';

/**
 * Who started an execution, as CloudTrail tells EventBridge (Step Functions guide, "Logging Step Functions API calls with
 * AWS CloudTrail"; shape: EventBridge guide, "AWS service events via CloudTrail").
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
 * Attaches the verified principal to what its execution did: the rollback that it opened, or the answer that it gave.
 * The claim beside it stays as it was said.
 *
 * Throws while the execution runs and has written neither: CloudTrail was faster, and Lambda calls again after a minute.
 */
export async function attachPrincipal(deps: AttachPrincipalDeps, { detail }: Started): Promise<void> {
  const by = detail.responseElements?.executionArn;
  const principal = detail.userIdentity.arn ?? detail.userIdentity.invokedBy;
  if (!by || !principal) return; // it was refused, or nobody is named
  const attached = [await toAnswer(deps, by, principal), await toRollback(deps, by, principal)];
  if (!attached.includes(true) && (await deps.statusOf(by)) === 'RUNNING')
    throw new Error(`${by} has written nothing yet.`);
}

/** False: this execution opened no rollback. */
async function toRollback({ history, now }: AttachPrincipalDeps, by: string, principal: string): Promise<boolean> {
  const rollback = by.split(':').at(-1) ?? '';
  const [opening] = await history.events(rollback);
  if (opening?.detail['execution_arn'] !== by) return false;
  const at = new Date(now()).toISOString();
  await appendSealed(history, rollback, at, verified(by, principal, at));
  return true;
}

/** False: this execution gave no answer. Where two people must approve, the proof may be what settles the question. */
async function toAnswer(deps: AttachPrincipalDeps, by: string, principal: string): Promise<boolean> {
  const { questions, history, wake, now } = deps;
  const gave = ({ decisions }: { decisions: readonly Decision[] }) =>
    decisions.some((one) => one.type === 'answer' && one.by === by);
  const asked = (await questions.lately()).find(gave);
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
