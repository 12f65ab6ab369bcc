import { contentHash } from '../content-hash.ts';
import { parseAnswer } from '../question/answer.ts';
import { positionOf } from '../tables.ts';
import type { RollbackEvent } from './event.ts';

/** An item of a decision on a rollback's question `number`, as the state table holds it. */
export type KeptDecision = {
  readonly number: number;
  readonly sk: string;
  readonly item: Readonly<Record<string, unknown>>;
};

/** The item of question `number`, without its key, as the state table holds it; undefined: there is none. */
export type KeptQuestion = {
  readonly number: number;
  readonly item: Readonly<Record<string, unknown>> | undefined;
};

/** Returns the questions whose item is not the one that its event *Question asked* holds: it was deleted or changed since. */
export const changedQuestions = (events: readonly RollbackEvent[], kept: readonly KeptQuestion[]): string[] =>
  events.flatMap(({ type, detail }) => {
    if (type !== 'Question asked') return [];
    const number = detail['number'] as number;
    const item = kept.find((one) => one.number === number)?.item;
    if (!item) return [`the item of question ${number} is missing`];
    const names = [...new Set([...Object.keys(item), ...Object.keys(detail)])];
    const other = names.filter((name) => contentHash(item[name] ?? null) !== contentHash(detail[name] ?? null));
    return other.length > 0 ? [`the item of question ${number} was changed: ${other.join(', ')}`] : [];
  });

/** The content of *Question settled* that names the items which decided it (domain/proof). */
type DecidedBy = readonly { readonly item: string; readonly sha256: string }[];

/**
 * Returns the items in the state table that contradict the history: of a settled question, decisions that were changed or
 * deleted since, or added by hand; of every question, items under a key that the product does not write. Decisions that an
 * older version settled, without `decided_by`, are not compared.
 */
export const changedDecisions = (events: readonly RollbackEvent[], kept: readonly KeptDecision[]): string[] => [
  ...kept
    .filter((one) => !isDecisionKey(one) && !isPassedOver(one, events))
    .map(({ number, sk }) => `${JSON.stringify(sk)} of question ${number} is no key of a decision`),
  ...changedSince(
    events,
    kept.filter((one) => isDecisionKey(one)),
  ),
];

const isDecisionKey = ({ sk }: KeptDecision) => positionOf(sk) !== undefined;

const changedSince = (events: readonly RollbackEvent[], kept: readonly KeptDecision[]): string[] =>
  events.flatMap(({ type, detail }) => {
    const decidedBy = detail['decided_by'] as DecidedBy | undefined;
    if (type !== 'Question settled' || !decidedBy) return [];
    const number = detail['number'] as number;
    const stored = kept.filter((one) => one.number === number);
    const named = (sk: string, what: string) => `${sk} of question ${number} ${what}`;
    const lost = decidedBy.flatMap(({ item, sha256 }) => {
      const found = stored.find(({ sk }) => sk === item);
      if (!found) return [named(item, 'is missing')];
      return contentHash(found.item) === sha256 ? [] : [named(item, 'was changed')];
    });
    const decided = stored.filter(({ sk }) => decidedBy.some(({ item }) => item === sk));
    const others = stored.filter((one) => !decided.includes(one));
    const own = namedByEvents([...decided, ...others], events);
    const known = (one: KeptDecision) =>
      givenUp(stored, decidedBy).has(one.sk) || isPassedOver(one, events) || own.has(one);
    return [...lost, ...others.filter((one) => !known(one)).map(({ sk }) => named(sk, 'is named by no event'))];
  });

/** Returns the items that decided a settled question, without those that came later or that did not count. */
export const decidingItems = (events: readonly RollbackEvent[], kept: readonly KeptDecision[]): KeptDecision[] =>
  kept.filter(({ number, sk }) =>
    events.some(
      ({ type, detail }) =>
        type === 'Question settled' &&
        detail['number'] === number &&
        (detail['decided_by'] as DecidedBy | undefined)?.some(({ item }) => item === sk),
    ),
  );

/** Returns the items that a machine gave up at the deadline because it could not see their executions. */
const givenUp = (stored: readonly KeptDecision[], decidedBy: DecidedBy): ReadonlySet<unknown> =>
  new Set(
    stored.flatMap(({ sk, item }) =>
      item['type'] === 'not proved' && decidedBy.some((one) => one.item === sk) ? (item['passes'] as unknown[]) : [],
    ),
  );

/**
 * Returns the items whose content an event has: an answer or a principal. An event is about one item, the first of these:
 * the product never stores an answer or a principal twice, so any other item with its content is a copy.
 */
const namedByEvents = (
  items: readonly KeptDecision[],
  events: readonly RollbackEvent[],
): ReadonlySet<KeptDecision | undefined> =>
  new Set(events.map((event) => items.find((one) => isContentOf(event, one))));

function isContentOf({ type, detail }: RollbackEvent, { number, item }: KeptDecision): boolean {
  if (type === 'Principal verified')
    return item['type'] === 'verified' && item['by'] === detail['by'] && item['principal'] === detail['principal'];
  return type === 'Answer given' && contentHash({ ...detail, type: 'answer' }) === contentHash({ ...item, number });
}

const isPassedOver = ({ number, sk, item }: KeptDecision, events: readonly RollbackEvent[]): boolean =>
  events.some(
    ({ type, detail }) =>
      type === 'Decision passed over' &&
      detail['number'] === number &&
      detail['item'] === sk &&
      detail['sha256'] === contentHash(item),
  );

/** An execution with its input, as far as it can be read (domain/proof). */
type Execution = 'missing' | 'unreadable' | { readonly input: unknown };

/** Returns the executions that gave answers or released the fleet, by the history. */
export const executionsOfPeople = (events: readonly RollbackEvent[]): readonly string[] => [
  ...new Set(events.filter(isOfAPerson).map(({ detail }) => String(detail['by']))),
];

const isOfAPerson = ({ type, detail }: RollbackEvent) =>
  (type === 'Answer given' || type === 'Fleet released') && detail['by'] !== undefined;

/**
 * Returns the answers and releases in a history that their executions contradict. An execution that Step Functions has
 * deleted contradicts nothing.
 */
export const contradictedByExecutions = (
  events: readonly RollbackEvent[],
  seen: ReadonlyMap<string, Execution>,
): string[] =>
  events.filter(isOfAPerson).flatMap(({ sequence, type, detail }) => {
    const by = String(detail['by']);
    const execution = seen.get(by) ?? 'unreadable';
    if (typeof execution === 'string') return [];
    const input = typed(execution.input);
    const names = [
      'operator',
      'reason',
      ...(type === 'Answer given' && input['answer'] !== undefined ? ['answer'] : []),
    ];
    const other = names.find((name) => (input[name] ?? null) !== detail[name]);
    return other === undefined ? [] : [`event ${sequence} (${type}): ${by} has another ${other}`];
  });

/** Returns an execution's input as its function reads it: without the blanks around what a person typed. */
function typed(input: unknown): Readonly<Record<string, unknown>> {
  const answer = parseAnswer(input);
  if (!('refused' in answer)) return answer;
  const given = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value]),
  );
}
