import { nextCheck } from '../domain/follow-up/schedule.ts';
import { prices } from './prices.ts';

/** Assumed, of one check of every host: seconds that look-at-hosts waits for three hosts, and that follow-up works. */
const [lookSeconds, checkSeconds] = [45, 3];
/** Assumed: write units of a check's events, seals and RECORD, each in a transaction with items of up to 5 KB. */
const writesPerCheck = 60;
/** The alarm's metric and its baseline in each check; twice each metric that an alarm watches, for two drafts. */
const [metricsPerCheck, metricsPerDraft, drafts] = [2, 20, 2];
/** Assumed: log lines of functions and machine in a whole follow-up. */
const logMegabytes = 1;
/** Assumed: gigabytes of the functions' logs that the query for the interim report reads. Logs of a trading system are the customer's choice. */
const queriedGigabytes = 0.02;

/** Returns the checks of a whole follow-up by the schedule itself. */
function checks(): { readonly hosts: boolean }[] {
  const closed = '2026-01-05T09:00:00.000Z';
  const all: { readonly hosts: boolean }[] = [];
  for (let next = nextCheck(closed, Date.parse(closed)); next; next = nextCheck(closed, Date.parse(next.at)))
    all.push(next);
  return all;
}

/**
 * Returns the state transitions of a follow-up without retries: begin, which check, end; and for each check the wait, the look at hosts if
 * they are asked, the judgement, and which check is next.
 */
export const transitions = (): number => checks().reduce((sum, { hosts }) => sum + (hosts ? 4 : 3), 3);

/** Returns the cost of one follow-up in US dollars. Free tiers are ignored. */
export function followUpCost(): number {
  const all = checks();
  const looks = all.filter(({ hosts }) => hosts).length;
  const seconds = looks * lookSeconds + (all.length + 1) * checkSeconds;
  return (
    transitions() * prices.stateTransition +
    (looks + all.length + 1) * prices.lambdaRequest +
    seconds * prices.lambdaGigabytes * prices.lambdaGigabyteSecond +
    all.length * writesPerCheck * prices.dynamodbWriteUnit +
    (all.length * metricsPerCheck + drafts * metricsPerDraft) * prices.getMetricData +
    all.length * prices.cloudWatchRequest +
    logMegabytes * prices.logMegabyte +
    queriedGigabytes * prices.logsInsightsGigabyte
  );
}
