import { type AnnotationPart, annotationParts } from '../../domain/history/annotation-parts.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import type { RollbackRecord } from '../../domain/history/record.ts';

const row = (name: string, value: string) => `  ${name.padEnd(23)} ${value}`;
const verifiedAs = (principal: string | null) => (principal ? `verified as ${principal}` : 'not verified yet');

/** Returns what people found out about a rollback, one line per finding. */
export const findingLines = ({
  root_cause,
  prevention_measures,
  annotation,
}: Pick<RollbackRecord, 'root_cause' | 'prevention_measures' | 'annotation'>): string[] => [
  row('root_cause', root_cause ?? '-'),
  row('prevention_measures', prevention_measures?.join(', ') ?? '-'),
  ...noteLines(annotation),
];

/**
 * Returns the other findings, and the person of each annotation; without the events, of the last one. [] if nobody has
 * annotated.
 */
function noteLines(annotation: RollbackRecord['annotation'], events: readonly RollbackEvent[] = []): string[] {
  if (!annotation) return [];
  const { note, false_positive, links, operator, principal, at } = annotation;
  const parts = annotationParts(events);
  return [
    ...(note === null ? [] : [row('note', note)]),
    ...(false_positive === null ? [] : [row('false_positive', String(false_positive))]),
    ...links.map((link) => row('link', link)),
    ...(parts.length > 1
      ? parts.map(partLine)
      : [row('last_annotated', `${operator}, ${verifiedAs(principal)}, at ${at}`)]),
  ];
}

const partLine = ({ operator, principal, at, gave }: AnnotationPart): string =>
  row('annotated', `${operator}, ${verifiedAs(principal)}, at ${at}: ${gave.join(', ')}`);

/** Returns the sections ANNOTATION and REVIEW of a record; [] for a record that has neither. */
export function afterwardsLines(
  { annotation, review }: RollbackRecord,
  events: readonly RollbackEvent[] = [],
): string[] {
  const notes = noteLines(annotation, events);
  return [...(notes.length > 0 ? ['ANNOTATION', ...notes] : []), ...(review ? ['REVIEW', ...reviewLines(review)] : [])];
}

function reviewLines({ due, verdict, reviewer, principal, reason, at }: NonNullable<RollbackRecord['review']>) {
  const given =
    verdict === null
      ? row('verdict', 'none yet: a second person must review it')
      : row(verdict, `${reviewer}, ${verifiedAs(principal)}, at ${at}: ${reason}`);
  return [row('due', due), given];
}
