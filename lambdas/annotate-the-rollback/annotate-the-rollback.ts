import { annotatedEvent, annotationRefusal, parseAnnotation } from '../../domain/afterwards/annotation.ts';
import { AnnotationRefused } from '../../domain/errors.ts';
import type { Chain } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
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

/**
 * Adds a person's findings to the history of an ended rollback, and seals it again. A repeat by the same execution adds
 * nothing.
 *
 * Throws AnnotationRefused with what is wrong; nothing is changed then.
 */
export async function annotateTheRollback(
  { history, now }: AnnotateTheRollbackDeps,
  { execution }: AnnotateRequest,
): Promise<AnnotateResult> {
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
