import {
  type AcknowledgementInput,
  acknowledgedEvent,
  acknowledgementRefusal,
  isAcknowledgement,
  parseAcknowledgement,
} from '../../domain/afterwards/acknowledgement.ts';
import { annotatedEvent, annotationRefusal, parseAnnotation } from '../../domain/afterwards/annotation.ts';
import { AnnotationRefused } from '../../domain/errors.ts';
import type { Chain } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { pagingOf } from '../../domain/reconcile/paging.ts';
import type { History } from '../stores/history.ts';
import { appendSealed } from '../stores/seal.ts';

export type AnnotateTheRollbackDeps = { readonly history: History; readonly now: () => number };
export type AnnotateRequest = {
  readonly execution: { readonly id: string; readonly input: unknown };
};
/** The record's values after the annotation. */
export type AnnotateResult = Pick<RollbackRecord, 'root_cause' | 'prevention_measures' | 'annotation'> & {
  readonly rollback: string;
  readonly chain: Chain;
};

/** The person's word that they have heard the page. */
export type AcknowledgeResult = AcknowledgementInput & { readonly at: string; readonly chain: Chain };

/**
 * Adds a person's findings to the history of an ended rollback, and seals it again. Or adds that a person has heard the page of
 * a rollback, which stops the calls. A repeat by the same execution adds nothing.
 *
 * Throws AnnotationRefused with what is wrong; nothing is changed then.
 */
export async function annotateTheRollback(
  deps: AnnotateTheRollbackDeps,
  { execution }: AnnotateRequest,
): Promise<AnnotateResult | AcknowledgeResult> {
  const { history, now } = deps;
  if (isAcknowledgement(execution.input)) return acknowledge(deps, execution);
  const input = parseAnnotation(execution.input);
  const { rollback } = input;
  const before = await history.events(rollback);
  const why = annotationRefusal(rollback, before.length > 0 ? recordOf(before) : undefined);
  if (why !== undefined) throw new AnnotationRefused(why);
  const at = new Date(now()).toISOString();
  const chain = await appendSealed(history, rollback, at, annotatedEvent(input, execution.id, at));
  const { root_cause, prevention_measures, annotation } = recordOf(await history.events(rollback));
  return { rollback, root_cause, prevention_measures, annotation, chain };
}

async function acknowledge(
  { history, now }: AnnotateTheRollbackDeps,
  { id, input: given }: AnnotateRequest['execution'],
): Promise<AcknowledgeResult> {
  const input = parseAcknowledgement(given);
  const { rollback, operator } = input;
  const before = await history.events(rollback);
  const known = before.find(({ type, detail }) => type === 'Acknowledged' && detail['by'] === id);
  const paging = before.length > 0 ? pagingOf(before) : undefined;
  const why = known ? undefined : acknowledgementRefusal(rollback, paging);
  if (why !== undefined) throw new AnnotationRefused(why);
  const at = known?.at ?? new Date(now()).toISOString();
  const event = acknowledgedEvent(input, paging ?? { page: null }, id, at);
  return { rollback, operator, at, chain: await appendSealed(history, rollback, at, ...(known ? [] : [event])) };
}
