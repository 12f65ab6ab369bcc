import {
  chainAfter,
  chainWith,
  endOf,
  type Happened,
  type RollbackEvent,
  type ToAppend,
} from '../../domain/history/event.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { type History, NeverOpened, type StoredVerdict } from './history.ts';
import type { BufferedWrite, HistoryBuffer } from './history-buffer.ts';

/**
 * A function that found no waiting write does not look again for this long. It is short because a write of another function
 * may wait meanwhile, and should come first.
 */
const lookMilliseconds = 10_000;

/**
 * Returns a history that never stops a rollback. Writes that the history table refuses wait in the buffer. The next
 * write that the table accepts is preceded by the waiting ones, in order.
 *
 * Reads include the waiting writes. The record counts the late ones.
 */
export function bufferedHistory(history: History, historyBuffer: HistoryBuffer, now: () => number): History {
  // Nothing, if the buffer cannot be read: new events are then written without the waiting ones.
  const waiting = (rollback: string) => historyBuffer.read(rollback).catch((): readonly BufferedWrite[] => []);

  const looks = looksAtTheBuffer(now);

  const catchUp = async (rollback: string): Promise<void> => {
    if (looks.foundNothing(rollback)) return;
    const late = looks.noted(rollback, await waiting(rollback));
    if (late.length === 0) return;
    const at = new Date(now()).toISOString();
    const entries = late.filter(({ kind }) => kind !== 'link');
    const start = startIn(late);
    for (const { step, verdict } of hostsIn(late))
      await history.putHosts(rollback, step, [hostVerdictOf(verdict)], start);
    if (entries.length > 0) await history.append(rollback, ...eventsIn(late), caughtUp(entries.length, at));
    await historyBuffer.drop(rollback, [...entries, ...(await writeLinks(history, rollback, late, at))]);
  };
  const both = <T>(rollback: string, stored: Promise<T>) =>
    Promise.all([
      stored,
      looks.foundNothing(rollback) ? [] : waiting(rollback).then((late) => looks.noted(rollback, late)),
    ]);
  const events = async (rollback: string) => withEvents(rollback, ...(await both(rollback, history.events(rollback))));

  const appended: History['appended'] = async (rollback, ...happened) => {
    try {
      await catchUp(rollback);
      return await history.appended(rollback, ...happened);
    } catch (error) {
      looks.forget();
      if (error instanceof NeverOpened && (await waiting(rollback)).length === 0) throw error;
      const chain = await keepInstead(historyBuffer, rollback, happened, () => events(rollback));
      looks.forget(); // it has looked before it kept something
      return chain;
    }
  };

  return {
    events,
    appended,
    append: async (...given) => endOf(await appended(...given)),
    putHosts: async (rollback, step, verdicts) => {
      try {
        await catchUp(rollback); // first, so that a waiting verdict never overwrites a newer one
        await history.putHosts(rollback, step, verdicts);
      } catch {
        looks.forget();
        await historyBuffer.keepHosts(rollback, step, verdicts.map(storedVerdict(step)));
      }
    },
    hosts: async (rollback, step) => {
      const [stored, late] = await both(rollback, history.hosts(rollback, step));
      return withHosts(stored, ofStep(hostsIn(late), step));
    },
    everyHost: (rollback) =>
      both(rollback, history.everyHost(rollback)).then(([stored, late]) => withHosts(stored, hostsIn(late))),
    link: linkOrKeep(history, historyBuffer, looks.forget),
  };
}

/** Remembers when this function last found that no write of a rollback waits. It works on one rollback at a time. */
function looksAtTheBuffer(now: () => number) {
  const nothingWaited = new Map<string, number>();
  return {
    foundNothing: (rollback: string): boolean =>
      now() - (nothingWaited.get(rollback) ?? Number.NEGATIVE_INFINITY) < lookMilliseconds,
    noted: (rollback: string, late: readonly BufferedWrite[]): readonly BufferedWrite[] => {
      nothingWaited.clear();
      if (late.length === 0) nothingWaited.set(rollback, now());
      return late;
    },
    forget: (): void => nothingWaited.clear(),
  };
}

/**
 * Writes a link or, if the history table refuses it, keeps it, after `waits`. If neither table takes it, the rollback goes on
 * without.
 */
const linkOrKeep =
  (history: History, historyBuffer: HistoryBuffer, waits: () => void): History['link'] =>
  async (rollback, kind, chain, when) => {
    try {
      if (chain.count === 0) throw new Error('The chain could not be read; the link is made of it later.');
      await history.link(rollback, kind, chain, when);
    } catch {
      waits();
      await historyBuffer.keepLink(rollback, kind).catch(() => {});
    }
  };

/**
 * Writes the waiting links of a rollback and returns those that are written. A link that is refused again waits on: it
 * must not keep the events from being written.
 */
async function writeLinks(history: History, rollback: string, late: readonly BufferedWrite[], at: string) {
  const links = late.filter((one) => one.kind === 'link');
  if (links.length === 0) return [];
  const events = await history.events(rollback);
  const written: BufferedWrite[] = [];
  for (const one of links) {
    const event = one.link === 'opened' ? events[0] : events.findLast(({ type }) => type === 'Sealed');
    if (!event) continue;
    try {
      await history.link(rollback, one.link, chainAfter(event), { at, late: true });
      written.push(one);
    } catch {}
  }
  return written;
}

const eventsIn = (late: readonly BufferedWrite[]) =>
  late.flatMap((one) => (one.kind === 'event' ? [one.happened] : []));
const hostsIn = (late: readonly BufferedWrite[]) => late.flatMap((one) => (one.kind === 'host' ? [one] : []));

const ofStep = <One extends { readonly step: string }>(all: readonly One[], step: string) =>
  all.filter((one) => one.step === step);

/** Returns the rollback's start_time if its opening event waits too; undefined: the table has that event. */
const startIn = (late: readonly BufferedWrite[]): string | undefined =>
  eventsIn(late).find(({ type }) => type === 'Rollback opened')?.detail['start_time'] as string | undefined;

/** Keeps events in the buffer; returns the chain with them, empty if it cannot be read. */
async function keepInstead(
  historyBuffer: HistoryBuffer,
  rollback: string,
  happened: readonly ToAppend[],
  read: () => Promise<RollbackEvent[]>,
): Promise<RollbackEvent[]> {
  const known = await read().catch(() => undefined);
  const kept = waitingOf(rollback, known, happened);
  if (kept.length > 0) await historyBuffer.keepEvents(rollback, kept);
  return known ? chainWith(rollback, known, kept) : [];
}

/**
 * Returns events as the buffer keeps them. While the chain cannot be read, nothing can be made of it: Reconcile seals such a
 * history later.
 */
const waitingOf = (rollback: string, known: readonly RollbackEvent[] | undefined, happened: readonly ToAppend[]) =>
  known
    ? chainWith(rollback, known, happened)
        .slice(known.length)
        .map(({ id, type, at, detail }): Happened => ({ id, type, at, detail }))
    : happened.filter((one) => typeof one === 'object');

/** Returns the chain as it will be once the table has accepted the waiting events. */
function withEvents(
  rollback: string,
  stored: readonly RollbackEvent[],
  late: readonly BufferedWrite[],
): RollbackEvent[] {
  return chainWith(rollback, stored, eventsIn(late));
}

/** Replaces stored verdicts by waiting ones, which are newer. */
function withHosts(
  stored: readonly StoredVerdict[],
  late: readonly { readonly step: string; readonly verdict: StoredVerdict }[],
): readonly StoredVerdict[] {
  const newer = new Set(late.map(({ step, verdict }) => `${step}#${verdict.instance_id}`));
  return [
    ...stored.filter(({ step, instance_id }) => !newer.has(`${step}#${instance_id}`)),
    ...late.map(({ verdict }) => verdict),
  ];
}

const caughtUp = (count: number, at: string): Happened => ({
  id: `caught-up/${at}`,
  type: 'History caught up',
  at,
  detail: { late: count },
});

const storedVerdict =
  (step: string) =>
  ({ host, ...rest }: HostVerdict): StoredVerdict => ({ step, ...host, ...rest });
const hostVerdictOf = ({ step: _, instance_id, name, ...rest }: StoredVerdict): HostVerdict => ({
  host: { instance_id, name },
  ...rest,
});
