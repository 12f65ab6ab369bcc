import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import type { Part } from '../../domain/evidence/gathered.ts';
import type { RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { checkedChain } from '../../domain/page/checked-chain.ts';
import type { PageFacts, PlottedMetric } from '../../domain/page/facts.ts';
import { incidentPage } from '../../domain/page/incident-page.ts';
import { notPlotted, plottedTime } from '../../domain/page/metric-window.ts';
import { pageKey } from '../../domain/page-key.ts';
import type { PutPage } from '../clients/page-bucket.ts';
import type { ReadPlannedSteps } from '../clients/planned-steps.ts';
import type { ReadPlotted } from '../clients/plotted-metric.ts';
import type { History } from '../stores/history.ts';
import type { ReadLater } from '../stores/later-rollbacks.ts';
import type { ReadUsualTimes } from '../stores/usual-times.ts';
import { leaveUnreadable } from './leave-unreadable.ts';

export type WritePageDeps = {
  readonly history: Pick<History, 'events' | 'everyHost'>;
  readonly metricOfAlarm: (alarm: string) => AlarmMetric | undefined;
  readonly plotted: ReadPlotted;
  readonly planned: ReadPlannedSteps;
  readonly usual: ReadUsualTimes;
  readonly later: ReadLater;
  readonly put: PutPage;
  /** Counts a page that could not be written, for the alarm on them. */
  readonly countUnwritten: () => Promise<void>;
  /** The part that every page of the environment has. */
  readonly about: Pick<PageFacts, 'environment' | 'contacts' | 'runbook'>;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

/** A message to people about a rollback, by its attributes. */
export type Told = { readonly rollback: string; readonly message: string };
export type Written = { readonly key: string; readonly result: 'written' | 'not written' | 'no rollback' };

/** Pauses before the second and the third try. All three fit into the function's timeout. */
const pauses = [3000, 10_000];

/**
 * Writes the page of a rollback after a message to people, as a new version of its object.
 *
 * Nothing waits for it: SNS invokes it beside the other subscribers. A page that cannot be written after three tries is counted
 * for an alarm, and a page that says so is left; the next message of the rollback writes it again. Calling it again writes the same page.
 */
export async function writePage(deps: WritePageDeps, told: Told): Promise<Written> {
  const key = pageKey(told.rollback);
  for (let tried = 0; ; tried += 1)
    try {
      return { key, result: (await writeNewest(deps, told, key)) ? 'written' : 'no rollback' };
    } catch (error) {
      const pause = pauses[tried];
      console.warn(`${key} was not written in try ${tried + 1}: ${(error as Error).message}`);
      if (pause === undefined) {
        await leaveUnreadable(deps, told.rollback, error as Error);
        break;
      }
      await deps.sleep(pause);
    }
  await deps.countUnwritten();
  return { key, result: 'not written' };
}

/** Writings of a page in one call, each because an event was added meanwhile. The next message writes what comes later. */
const mostWritings = 3;

/**
 * Writes until no event was added meanwhile: of two calls at once the slower one would replace the newer page with an older one.
 * False: there is no such rollback.
 */
async function writeNewest(deps: WritePageDeps, told: Told, key: string): Promise<boolean> {
  let events = await eventsAfter(deps, told);
  if (events.length === 0) return false;
  for (let writings = 1; ; writings += 1) {
    await deps.put(key, incidentPage(await factsOf(deps, events)));
    const newer = await deps.history.events(told.rollback);
    if (newer.length <= events.length || writings === mostWritings) return true;
    events = newer;
  }
}

const mostLooks = 5;
const betweenLooks = 2000;

/** The event of a message is stored after SNS has the message. A history that refuses it must not hold the page up for long. */
async function eventsAfter({ history, sleep }: WritePageDeps, { rollback, message }: Told): Promise<RollbackEvent[]> {
  for (let looks = 1; ; looks += 1) {
    const events = await history.events(rollback);
    const isTold = events.some(({ type, detail }) => type === 'Message sent' && detail['message'] === message);
    if (isTold || looks === mostLooks) return events;
    await sleep(betweenLooks);
  }
}

async function factsOf(deps: WritePageDeps, events: readonly RollbackEvent[]): Promise<PageFacts> {
  const { history, planned, usual, later, about, now } = deps;
  const record = recordOf(events);
  const [hosts, steps, metric, times, since] = await Promise.all([
    part(() => history.everyHost(record.rollback_id)),
    part(() => planned(record.execution_arn)),
    plottedOf(deps, record),
    usual(record),
    part(() => later(record)),
  ]);
  return {
    ...about,
    written_at: new Date(now()).toISOString(),
    ...{ events, hosts, metric, planned: steps, usual: times, later: since },
    history: checkedChain(events),
  };
}

async function plottedOf(deps: WritePageDeps, record: RollbackRecord): Promise<Part<PlottedMetric>> {
  const { alarm, phase } = record;
  if (!alarm) return { state: 'unavailable', why: notPlotted.byHand };
  const metric = deps.metricOfAlarm(alarm.name);
  if (!metric) return { state: 'unavailable', why: notPlotted.unknown(alarm.name) };
  const found = await part(() => deps.plotted(metric, phase, plottedTime(record, deps.now())));
  return found.state === 'complete' ? found : { state: 'unavailable', why: notPlotted.denied(found.why) };
}

/** A part that cannot be read is missing on the page, with the reason: half a page is better than none. */
const part = <T>(read: () => Promise<T>): Promise<Part<T>> =>
  read().then(
    (value) => ({ state: 'complete', value }),
    (error: Error) => ({ state: 'unavailable', why: `${error.name}: ${error.message}` }),
  );
