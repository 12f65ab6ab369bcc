import type { RollbackEvent } from '../history/event.ts';
import { type Entry, given, offsetOf, type Part, phaseOf, type Told } from './told.ts';

/** Returns what people did, each at its time and with their own credentials. */
export function peopleOf(told: Told): Part {
  const principals = new Map(
    told.events.flatMap(({ type, detail }) =>
      type === 'Principal verified' ? [[detail['by'], String(detail['principal'])] as const] : [],
    ),
  );
  const when = told.events.flatMap((event) => {
    const request = requestOf(told, event);
    if (!request) return [];
    const as = personOf(principals.get(event.detail['by']));
    return [withPerson({ at: offsetOf(told, atOf(event)), ...request }, as)];
  });
  return { when, notExpressed: [] };
}

/** An answer's event is appended after the answer was given. */
const atOf = ({ type, detail, at }: RollbackEvent) => (type === 'Answer given' ? String(detail['at'] ?? at) : at);

const requests: Partial<Record<RollbackEvent['type'], (told: Told, detail: RollbackEvent['detail']) => object>> = {
  'Answer given': (told, detail) =>
    /:execution:rollback-[a-z0-9-]+-release:/.test(String(detail['by']))
      ? { release: said(detail) }
      : {
          answer: given({
            ...{ answer: detail['answer'], ...said(detail), phase: phaseOf(told) },
            hosts: (detail['hosts'] as readonly string[] | undefined)?.map(told.hostOf),
          }),
        },
  'Fleet released': (_, detail) => ({ release: said(detail) }),
  Acknowledged: (told, { operator }) => ({ ack: { operator, phase: phaseOf(told) } }),
  Annotated: (told, { operator, root_cause, prevention_measures, note, false_positive, links }) => ({
    annotate: given({
      ...{ operator, phase: phaseOf(told), root_cause, prevention_measures, note, false_positive, links },
    }),
  }),
  Reviewed: (told, { operator, verdict, reason }) => ({
    review: given({ operator, phase: phaseOf(told), verdict, reason }),
  }),
};

const requestOf = (told: Told, { type, detail }: RollbackEvent): object | undefined => requests[type]?.(told, detail);

const said = ({ operator, reason }: RollbackEvent['detail']) => ({
  operator: String(operator ?? 'somebody'),
  reason: String(reason ?? 'none given'),
});

/** Returns the person whose credentials a principal has, as stories name people: the last part of its ARN. */
function personOf(principal: string | undefined): string | undefined {
  const name = principal
    ?.split('/')
    .at(-1)
    ?.replace(/[^\w+=,.-]/g, '.');
  return name || undefined;
}

const withPerson = (entry: Entry, as: string | undefined): Entry => {
  const [key] = Object.keys(entry).filter((one) => one !== 'at');
  if (as === undefined || key === undefined || key === 'release') return entry;
  return { ...entry, [key]: { ...(entry[key] as object), as } };
};
