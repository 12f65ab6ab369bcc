import { AnnotationRefused } from '../errors.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import type { Happened } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';
import { shown } from '../printable.ts';

/** The findings of a person about an ended rollback: the input of the annotate machine. At least one finding is given. */
export type AnnotationInput = {
  readonly rollback: string;
  /** The name that the person gives: a claim. */
  readonly operator: string;
  readonly root_cause?: string;
  readonly prevention_measures?: readonly string[];
  readonly note?: string;
  readonly false_positive?: boolean;
  readonly links?: readonly string[];
};

const findings = ['root_cause', 'prevention_measures', 'note', 'false_positive', 'links'] as const;
const keys = ['rollback', 'operator', ...findings] as const;

/** The longest texts, in characters, and the most of them. All together are a small part of DynamoDB's 400 KB per item. */
const most = {
  rollback: 80,
  operator: 100,
  root_cause: 500,
  measures: 10,
  measure: 200,
  note: 1000,
  links: 5,
  link: 300,
};

/** Parses the annotate machine's input. Throws AnnotationRefused with the first mistake and an input that works. */
export function parseAnnotation(input: unknown): AnnotationInput {
  const fields = fieldsOf(input, keys, malformed);
  const { line, lines, flag, optional } = fields;
  const annotation = {
    rollback: line('rollback', most.rollback),
    operator: line('operator', most.operator),
    ...given(
      'root_cause',
      optional('root_cause', (key) => line(key, most.root_cause)),
    ),
    ...given(
      'prevention_measures',
      optional('prevention_measures', (key) => lines(key, most.measures, most.measure)),
    ),
    ...given(
      'note',
      optional('note', (key) => line(key, most.note)),
    ),
    ...given('false_positive', optional('false_positive', flag)),
    ...given(
      'links',
      optional('links', (key) => links(fields, key)),
    ),
  };
  if (!findings.some((one) => one in annotation)) throw malformed(`give at least one of ${findings.join(', ')}`);
  return annotation;
}

const given = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [_ in Key]?: Value };

function links({ lines, refuse }: Fields, key: string): string[] {
  const found = lines(key, most.links, most.link);
  const wrong = found.find((one) => !isLink(one));
  if (wrong !== undefined)
    throw refuse(
      `each of ${key} must be an address such as https://wiki.example.com/incident-7, without a password, found ${shown(wrong)}`,
    );
  return found;
}

/** Messages and terminals show a link, and the history keeps it for ever: so it names a page, and carries no password. */
function isLink(text: string): boolean {
  if (!/^https?:\/\/[^\s/]\S*$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

/** Returns why a rollback cannot be annotated now; undefined if it can. `record` is undefined for an unknown rollback. */
export function annotationRefusal(rollback: string, record: Pick<RollbackRecord, 'ending'> | undefined) {
  if (!record) return `There is no rollback ${rollback}. Nothing was changed.`;
  if (record.ending === null)
    return `Rollback ${rollback} has not ended; annotate it after its end. Nothing was changed.`;
  return undefined;
}

/** Returns the event of an annotation. `by`: the execution that gives it; its repeat is the same event. */
export const annotatedEvent = ({ rollback: _, ...detail }: AnnotationInput, by: string, at: string): Happened => ({
  id: `annotated/${by}`,
  type: 'Annotated',
  at,
  detail: { ...detail, by },
});

const malformed = (wrong: string) =>
  new AnnotationRefused(
    `An annotation looks like {"rollback": "ID", "operator": "ana", "root_cause": "memory leak", "prevention_measures": ["memory alarm"]}; ${wrong}. Nothing was changed.`,
  );
