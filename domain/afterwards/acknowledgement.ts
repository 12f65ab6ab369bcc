import { AnnotationRefused } from '../errors.ts';
import { fieldsOf } from '../fields.ts';
import type { Happened } from '../history/event.ts';
import { shown } from '../printable.ts';
import type { Paging } from '../question/calls.ts';

/** A person's word that they have heard a page: an input of the annotate machine. */
export type AcknowledgementInput = {
  readonly rollback: string;
  /** The name that the person gives: a claim. */
  readonly operator: string;
};

const keys = ['rollback', 'operator', 'acknowledge'] as const;
const longest = { rollback: 80, operator: 100 };

/** Whether an input of the annotate machine acknowledges a page, and adds no findings. */
export const isAcknowledgement = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && 'acknowledge' in input;

/** Parses an acknowledgement. Throws AnnotationRefused with the first mistake and an input that works. */
export function parseAcknowledgement(input: unknown): AcknowledgementInput {
  const { line, refuse } = fieldsOf(input, keys, malformed);
  const { acknowledge } = input as { acknowledge: unknown };
  if (acknowledge !== true) throw refuse(`acknowledge must be true, found ${shown(acknowledge)}`);
  return { rollback: line('rollback', longest.rollback), operator: line('operator', longest.operator) };
}

const malformed = (wrong: string) =>
  new AnnotationRefused(
    `An acknowledgement looks like {"rollback": "ID", "operator": "ana", "acknowledge": true}; ${wrong}. Nothing was changed.`,
  );

/** Returns why a page cannot be acknowledged now; undefined if it can. `paging` is undefined for an unknown rollback. */
export function acknowledgementRefusal(rollback: string, paging: Pick<Paging, 'page'> | undefined): string | undefined {
  if (!paging) return `There is no rollback ${rollback}. Nothing was changed.`;
  if (paging.page) return undefined;
  return `Nobody is called about rollback ${rollback} now: it asks nothing, and its fleet waits for nobody. Nothing was changed. Its state: npm run rollback -- show ${rollback}`;
}

/** Returns the event of an acknowledgement. `by`: the execution that gives it; its repeat is the same event. */
export const acknowledgedEvent = (
  { operator }: AcknowledgementInput,
  { page }: Pick<Paging, 'page'>,
  by: string,
  at: string,
): Happened => ({
  id: `acknowledged/${by}`,
  type: 'Acknowledged',
  at,
  detail: { operator, by, about: page?.about ?? null, number: page?.number ?? null },
});
