import type { RollbackEvent } from './event.ts';

/**
 * The findings of people about a rollback after its end, in its RECORD. Each field has the value of the newest annotation
 * that gives it.
 */
export type AnnotationRecord = {
  readonly note: string | null;
  /** The alarm was red although nothing was wrong; null: nobody has said whether. */
  readonly false_positive: boolean | null;
  readonly links: readonly string[];
  /** The name that the person gave with the newest annotation: a claim, kept apart from the principal. */
  readonly operator: string;
  /** ARN of the principal that gave the newest annotation, from CloudTrail; null: not known yet. */
  readonly principal: string | null;
  readonly at: string;
  /** ARN of the execution that gave the newest annotation. */
  readonly by: string;
};

/** The findings in a record: the customer's two fields, and ours. */
type Findings = {
  readonly root_cause: string | null;
  readonly prevention_measures: readonly string[] | null;
  readonly annotation: AnnotationRecord | null;
};

/** Applies an event to the findings of a record. Returns the same findings if the event is not about them. */
export function withFindings(before: Findings, event: RollbackEvent): Findings {
  const annotation = withAnnotation(before.annotation, event);
  const { root_cause, prevention_measures } = event.type === 'Annotated' ? (event.detail as Partial<Findings>) : {};
  return {
    root_cause: root_cause ?? before.root_cause,
    prevention_measures: prevention_measures ?? before.prevention_measures,
    annotation,
  };
}

function withAnnotation(before: AnnotationRecord | null, { type, detail, at }: RollbackEvent): AnnotationRecord | null {
  if (type === 'Annotated') {
    const { note, false_positive, links, operator, by } = detail as unknown as AnnotationRecord;
    return {
      note: note ?? before?.note ?? null,
      false_positive: false_positive ?? before?.false_positive ?? null,
      links: links ?? before?.links ?? [],
      operator,
      principal: null,
      at,
      by,
    };
  }
  if (type === 'Principal verified' && before && before.by === detail['by'])
    return { ...before, principal: detail['principal'] as string };
  return before;
}
