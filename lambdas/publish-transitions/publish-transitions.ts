import type { RollbackEvent } from '../../domain/history/event.ts';
import { type Transition, transitionsOf } from '../../domain/transitions/transition.ts';
import { mostEventsAtOnce, type PutEvents } from '../clients/put-events.ts';
import { monthToRead } from '../operations/month-to-read.ts';
import { firstCursor } from '../stores/export-cursor.ts';
import type { ExportableLinks } from '../stores/exportable-links.ts';
import type { History } from '../stores/history.ts';
import type { LinksRead, OwedTransitions, TransitionMarks } from '../stores/transition-marks.ts';

export type PublishTransitionsDeps = {
  readonly environment: string;
  readonly links: ExportableLinks;
  readonly history: Pick<History, 'events'>;
  readonly marks: TransitionMarks;
  readonly put: PutEvents<Transition>;
  /** Counts a run after which EventBridge has every transition. The alarm transitions-not-published turns red if none comes. */
  readonly countComplete: () => Promise<void>;
  readonly countWaiting: (transitions: number) => Promise<void>;
  readonly now: () => number;
};

export type PublishedTransitions = {
  readonly published: number;
  /** Transitions that EventBridge does not have yet. */
  readonly waiting: number;
  /** The reason, in a sentence; null: EventBridge has all. */
  readonly why: string | null;
};

/** The function itself times out after 50 s. One rollback takes well below a second. */
const workMilliseconds = 25_000;
const linksAtOnce = 50;
/** The first run of an account with a history publishes nothing that is older. */
const firstLookMilliseconds = 15 * 60_000;
/** The opening event of a link may wait in the state table. A history without one after this time was changed. */
const waitMilliseconds = 3600_000;

/**
 * Publishes every transition since the last run, each rollback's in the order of its history. Links say which rollbacks have new events.
 *
 * No rollback waits for it, because it reads what they have written. What EventBridge refuses is published by a later run; another
 * rollback's transitions do not wait for it. A run that dies behind a put repeats at most ten events, with the same ids.
 */
export async function publishTransitions(deps: PublishTransitionsDeps): Promise<PublishedTransitions> {
  const until = deps.now() + workMilliseconds;
  const since = await oweNew(deps, until);
  let published = 0;
  let waiting = 0;
  let why = deps.now() < until ? null : 'The time of one run was over.';
  for (const owed of await deps.marks.owed()) {
    if (deps.now() >= until) {
      why ??= 'The time of one run was over.';
      break;
    }
    const done = await publishOne(deps, owed, since);
    published += done.published;
    waiting += done.waiting;
    why ??= done.why;
  }
  if (waiting > 0) await deps.countWaiting(waiting);
  if (why === null) await deps.countComplete();
  return { published, waiting, why };
}

/** Notes each rollback of a new link as owed. Returns the instant since which transitions are published. */
async function oweNew({ marks, links, now }: PublishTransitionsDeps, until: number): Promise<string> {
  let read: LinksRead = (await marks.linksRead()) ?? {
    ...firstCursor,
    since: new Date(now() - firstLookMilliseconds).toISOString(),
  };
  while (now() < until) {
    const found = await links.after(read, linksAtOnce);
    const last = found.at(-1);
    if (!last) {
      const month = await monthToRead(links, read);
      if (month === undefined) break;
      read = { ...read, month, sequence: 0, closed: false };
      continue;
    }
    const rollbacks = new Map(found.flatMap((link) => ('rollback' in link ? [[link.rollback, link.at] as const] : [])));
    for (const [rollback, at] of rollbacks) if (at >= read.since) await marks.owe({ rollback, at });
    read = { ...read, month: last.month, sequence: last.sequence, closed: last.kind === 'month closed' };
    await marks.keepLinksRead(read);
  }
  return read.since;
}

const nothing = { published: 0, waiting: 0, why: null } as const;

async function publishOne(
  { environment, history, marks, put, now }: PublishTransitionsDeps,
  { rollback, at }: OwedTransitions,
  since: string,
): Promise<PublishedTransitions> {
  const events = await history.events(rollback);
  if (events[0]?.type !== 'Rollback opened') {
    if (now() - Date.parse(at) < waitMilliseconds) return nothing; // its events wait for the history table
    console.warn(
      `The history of ${rollback} does not begin with its opening, so none of its transitions is published.`,
    );
    await marks.settle(rollback);
    return nothing;
  }
  const sent = await marks.sent(rollback);
  const due = transitionsOf(environment, events).filter((one) => one.detail.sequence > sent && one.at >= since);
  for (let from = 0; from < due.length; from += mostEventsAtOnce) {
    const some = due.slice(from, from + mostEventsAtOnce);
    try {
      await put(some);
    } catch (error) {
      return { published: from, waiting: due.length - from, why: `${rollback}: ${(error as Error).message}` };
    }
    await marks.keepSent(rollback, some.at(-1)?.detail.sequence ?? sent);
  }
  if (isAtRest(events)) await marks.settle(rollback);
  return { ...nothing, published: due.length };
}

/** Whether every event is sealed: what comes later is sealed again, and the link of that seal owes it again. */
const isAtRest = (events: readonly RollbackEvent[]) => events.at(-1)?.type === 'Sealed';
