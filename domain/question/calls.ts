import type { Severity } from '../severity.ts';
import { type Contacts, type Level, levels } from './contact.ts';

/** A page that waits for a person: levels are called about it in turn, until somebody has heard it. */
export type Page = {
  /** A question without a decision, a wait for a fleet that somebody must free, or a rollback that ended *Needs a person*. */
  readonly about: 'question' | 'fleet' | 'ending';
  /** Counts from 1: the question's number, or that of the fleet's holder; of an ending, 1. */
  readonly number: number;
  readonly severity: Severity;
  /** ISO 8601: L1 was called then. */
  readonly since: string;
  /** People were told before, when the hosts were shut down: L1 is called again at `since`, the pre-open. Absent: L1 was called. */
  readonly reminds?: true;
  /** ISO 8601: the end of the question's time; null: the page waits until somebody acts. */
  readonly deadline: string | null;
};

/** A person who said that they have heard a page. `at`: ISO 8601. */
export type Heard = { readonly operator: string; readonly at: string };

/** A sentence for everybody who was called: somebody has heard the page, answered it, or released the fleet. */
export type News = { readonly message: string; readonly says: string };

/** All that decides whether people are called about a rollback. */
export type Paging = {
  /** null: nothing waits for a person. */
  readonly page: Page | null;
  /** The newest person who heard the present page; null: it is unheard. */
  readonly heard: Heard | null;
  readonly news: readonly News[];
  /** The names of the messages that were sent. */
  readonly sent: ReadonlySet<string>;
};

/** A call to one level. `at`: ISO 8601, when it is due. */
export type LevelCall = { readonly level: Level; readonly at: string; readonly message: string };

/** A CRITICAL rollback has 15 minutes in all, so each level gets two of them. */
const criticalMilliseconds = 2 * 60_000;
/** Others have an hour or more. */
const otherwiseMilliseconds = 15 * 60_000;
/** The last level gets the last tenth of a question's time: reminders call L2 and L3 at half and at 80 % of it. */
const lastPercent = 90;

/**
 * Returns the calls about a page, in turn, without L1, whom the page itself calls, and without levels that have no contact. A page
 * that reminds calls L1 too.
 *
 * Of a question that is not CRITICAL, reminders call L2 and L3.
 */
export function callsAbout(page: Page, contacts: Contacts): LevelCall[] {
  const since = Date.parse(page.since);
  const deadline = page.deadline === null ? Number.POSITIVE_INFINITY : Date.parse(page.deadline);
  const call = (level: Level, at: number) => ({ level, at: new Date(at).toISOString(), message: nameOf(level, page) });
  const isSlow = page.about === 'question' && page.severity !== 'CRITICAL';
  const inTurn = isSlow
    ? [call('L4', since + ((deadline - since) * lastPercent) / 100)]
    : levels.map((level, i) => call(level, since + i * eachMilliseconds(page))).slice(page.reminds ? 0 : 1);
  return inTurn.filter(({ level, at }) => contacts[level] !== undefined && Date.parse(at) < deadline);
}

/** Milliseconds that each level has to acknowledge before the next one is called. */
export const eachMilliseconds = ({ severity }: Pick<Page, 'severity'>) =>
  severity === 'CRITICAL' ? criticalMilliseconds : otherwiseMilliseconds;

/**
 * Returns the calls that are due by now (milliseconds since 1970) and were not made. After an outage of Reconcile these may be
 * several: each level may be reached by its own messages only.
 */
export const levelCallsDue = ({ page, heard, sent }: Paging, contacts: Contacts, now: number): LevelCall[] =>
  page === null || heard !== null
    ? []
    : callsAbout(page, contacts).filter(({ at, message }) => Date.parse(at) <= now && !sent.has(message));

/** Returns the news that nobody was told yet. */
export const newsDue = ({ news, sent }: Paging): News[] => news.filter(({ message }) => !sent.has(message));

/** Returns the name of a call's message: `call-L2`, and with the page if the rollback may have paged before. */
function nameOf(level: Level, { about, number }: Pick<Page, 'about' | 'number'>): string {
  return numbered(['call', level, ...(about === 'question' ? [] : [about])].join('-'), number);
}

/**
 * Returns the level that a message calls, by its name, for subscribers' filters; undefined: it calls nobody. A reminder names its
 * level itself, because it calls nobody once its question is heard.
 */
export const levelCalledBy = (message: string): Level | undefined =>
  levels.find((level) => new RegExp(`^call-${level}\\b`).test(message)) ??
  (/^(question|needs-a-person|fleet-held)(-\d+)?$/.test(message) ? 'L1' : undefined);

/** The names of the messages of news. */
const news = ['acknowledged', 'answered', 'released'] as const;

/** Returns the name of a message of news: `acknowledged`, then `acknowledged-2`; of an answer, by the question's number. */
export const newsMessage = (name: (typeof news)[number], number: number): string => numbered(name, number);

const numbered = (name: string, number: number) => (number === 1 ? name : `${name}-${number}`);

/** Returns the names of all messages of calls and news about one rollback's pages with these numbers. */
export const callMessages = (numbers: readonly number[]): string[] =>
  numbers.flatMap((number) => [
    ...(['question', 'fleet', 'ending'] as const).flatMap((about) =>
      levels.slice(about === 'fleet' ? 1 : 0).map((level) => nameOf(level, { about, number })),
    ),
    ...news.map((name) => newsMessage(name, number)),
  ]);
