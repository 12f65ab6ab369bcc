import { contentHash } from '../content-hash.ts';
import { type Chain, emptyChain } from './event.ts';

/**
 * The chain of links: one link when a rollback opens, one at each seal of its history, one at each change of the brakes, and one
 * that ends a month.
 *
 * A rollback's own chain shows that it was changed; it cannot show that it is gone. The links can: a rollback that was
 * deleted, invented or renamed contradicts them, and nobody needs to know its id to find it.
 */
export type LinkContent =
  /** The rollback exists from here on; `head` is the hash of its opening event. */
  | { readonly kind: 'opened'; readonly rollback: string; readonly count: number; readonly head: string }
  /** The rollback's history had `count` events here, the last with the hash `head`. */
  | { readonly kind: 'sealed'; readonly rollback: string; readonly count: number; readonly head: string }
  /** The chain of the brakes had `count` events here, the last with the hash `head`. */
  | { readonly kind: 'brakes changed'; readonly count: number; readonly head: string }
  /** The month has no more links. `next` is the month that continues; absent: the next month that has links. */
  | { readonly kind: 'month closed'; readonly next?: string };

export type Link = LinkContent & {
  /** `2026-11`, in UTC. */
  readonly month: string;
  /** From 1, without gaps, inside the month. */
  readonly sequence: number;
  /** ISO 8601: when the link was written. */
  readonly at: string;
  /** The history table was unavailable when it was due; the link waited in the state table. */
  readonly late?: true;
  /** Of the link before; a month's first link has the hash of the link that closed the month before. */
  readonly previous_hash: string;
  readonly hash: string;
};

/** The end of a month's links, as a writer reads it: `sequence` 0 if the month has none yet. */
export type MonthEnd = {
  readonly month: string;
  readonly sequence: number;
  readonly hash: string;
  readonly closed: boolean;
  /** The month that continues a closed one, if its closing link names it. */
  readonly next?: string;
};

/** Returns the month of an instant, `2026-11`, in UTC. */
export const monthOf = (at: string): string => new Date(at).toISOString().slice(0, 7);

/** Returns the month after a month: `2026-12` -> `2027-01`. */
export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

/** Returns the month that is a number of months before a month: `2027-01`, 2 -> `2026-11`. */
export function monthBefore(month: string, count: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 - count, 1)).toISOString().slice(0, 7);
}

/** Returns the end of a month that has no links, after the hash of the link that closed the month before. */
export const emptyMonth = (month: string, previous: string = emptyChain.head): MonthEnd => ({
  month,
  sequence: 0,
  hash: previous,
  closed: false,
});

/** Returns the end of a month whose last link is given. */
export const monthEndAfter = (link: Link): MonthEnd => ({
  month: link.month,
  sequence: link.sequence,
  hash: link.hash,
  closed: link.kind === 'month closed',
  ...(link.kind === 'month closed' && link.next !== undefined ? { next: link.next } : {}),
});

/** Returns the link at the end of a month. SHA-256 over its canonical JSON (RFC 8785) without the hash. */
export function linked(end: MonthEnd, content: LinkContent, { at, late }: Pick<Link, 'at' | 'late'>): Link {
  if (end.closed)
    throw new Error(
      `The links of ${end.month} are closed; found a further link. Append it to the first month that is open.`,
    );
  const link = {
    ...content,
    month: end.month,
    sequence: end.sequence + 1,
    at,
    ...(late ? { late } : {}),
    previous_hash: end.hash,
  };
  return { ...link, hash: contentHash(link) };
}

/** A contradiction between the links, or between the links and what the history holds. `says` names it for an auditor. */
export type Finding = { readonly rollback: string | null; readonly says: string };

/** The end of the links that were followed so far; undefined: none yet. */
export type Followed = MonthEnd | undefined;

/**
 * Follows the chain of links by one link. Returns its new end, or a finding if the link does not continue it.
 *
 * A link of a later month is its month's first: the month before must be closed, and the link continues its hash. The first
 * month of all begins with 64 zeros.
 */
export function follow(before: Followed, one: Link): MonthEnd | Finding {
  const { hash, ...link } = one;
  const { month } = link;
  const isNew = before === undefined || month !== before.month;
  if (isNew && before && !before.closed)
    return broken(`the links of ${before.month} have no closing link, but ${month} has links`);
  if (isNew && before?.next !== undefined && before.next !== month)
    return broken(`the links of ${before.month} continue in ${before.next}, but ${month} follows`);
  const at = isNew ? emptyMonth(month, before?.hash) : before;
  const place = `link ${at.sequence + 1} of ${month}`;
  if (at.closed) return broken(`${place} follows the closing link`);
  if (link.sequence !== at.sequence + 1) return broken(`${place} is missing`);
  if (link.previous_hash !== at.hash) return broken(`${place} does not continue the link before it`);
  if (contentHash(link) !== hash) return broken(`${place} was changed`);
  return monthEndAfter(one);
}

export const isFinding = (one: MonthEnd | Finding): one is Finding => 'says' in one;

/** Returns the first break of the links of consecutive months, in their order; undefined if they are intact. */
export function brokenLink(months: readonly (readonly Link[])[]): Finding | undefined {
  let end: Followed;
  for (const links of months) {
    const month = links[0]?.month;
    for (const link of links) {
      if (link.month !== month) return broken(`link ${(end?.sequence ?? 0) + 1} of ${month} is missing`);
      const next = follow(end, link);
      if (isFinding(next)) return next;
      end = next;
    }
  }
  return undefined;
}

const broken = (what: string): Finding => ({ rollback: null, says: `BROKEN: ${what}` });

/** A rollback as the history holds it: its chain as far as it is intact, by event count. */
export type HeldRollback = {
  readonly rollback: string;
  /** The hash of event N, from 1; undefined if there is no event N. */
  readonly hashOf: (count: number) => string | undefined;
};

/** Returns every rollback that contradicts the links: deleted, invented, renamed, or with a history other than the sealed one. */
export function contradictions(links: readonly Link[], held: readonly HeldRollback[]): Finding[] {
  // A seal counts too: a function that was stopped between the opening event and its link leaves only the seal's link.
  const linkedIds = new Set(links.flatMap((link) => ('rollback' in link ? [link.rollback] : [])));
  const byId = new Map(held.map((one) => [one.rollback, one]));
  const gone = [...linkedIds].filter((id) => !byId.has(id));
  const invented = held.filter(({ rollback }) => !linkedIds.has(rollback));
  return [
    ...gone.map((rollback) => ({
      rollback,
      says: `DELETED: the links name ${rollback}, and the history does not hold it`,
    })),
    ...invented.map(({ rollback }) => ({
      rollback,
      says: `INVENTED: the history holds ${rollback}, and no link names it`,
    })),
    ...links.flatMap((link) => {
      if (!('rollback' in link)) return [];
      const found = byId.get(link.rollback);
      if (!found || found.hashOf(link.count) === link.head) return [];
      const seen = found.hashOf(link.count) === undefined ? 'is missing' : 'is another one';
      return [
        {
          rollback: link.rollback,
          says: `CHANGED: event ${link.count} of ${link.rollback} ${seen} (${link.kind} in ${link.month})`,
        },
      ];
    }),
  ];
}

/** The kinds of links about one rollback. */
export type LinkedKind = Extract<LinkContent, { readonly rollback: string }>['kind'];

/** Returns the content of the link that a rollback's opening event or seal gets. */
export const linkOf = (kind: LinkedKind, rollback: string, { count, head }: Chain): LinkContent => ({
  kind,
  rollback,
  count,
  head,
});

/** Returns the content of the link that a change of the brakes gets. */
export const brakesLink = ({ count, head }: Chain): LinkContent => ({ kind: 'brakes changed', count, head });

/** Whether a link is one of this rollback's. */
export const isLinkOf = (link: Link | undefined, rollback: string | undefined): boolean =>
  link !== undefined && 'rollback' in link && link.rollback === rollback;
