import type { RollbackEvent } from './event.ts';

/** The fields that one annotation gave, and its author. The RECORD has the newest value of each field, and the last author only. */
export type AnnotationPart = {
  readonly event: number;
  /** The name that the person gave: a claim. */
  readonly operator: string;
  /** ARN of the verified principal; null: not known yet. */
  readonly principal: string | null;
  readonly at: string;
  /** The fields that it gave, in the order of the RECORD. */
  readonly gave: readonly string[];
};

const fields = ['root_cause', 'prevention_measures', 'note', 'false_positive', 'links'];

/** Returns every annotation of a rollback, oldest first. */
export const annotationParts = (events: readonly RollbackEvent[]): AnnotationPart[] =>
  events.flatMap(({ type, sequence, at, detail }) =>
    type === 'Annotated'
      ? [
          {
            event: sequence,
            operator: String(detail['operator']),
            principal: principalOf(events, detail['by']),
            at,
            gave: fields.filter((name) => (detail[name] ?? null) !== null),
          },
        ]
      : [],
  );

function principalOf(events: readonly RollbackEvent[], by: unknown): string | null {
  const verified = events.findLast(({ type, detail }) => type === 'Principal verified' && detail['by'] === by);
  return verified ? String(verified.detail['principal']) : null;
}
