import { type AccountEvent, type RemoteAccount, remoteAccount } from './account.ts';
import { act, eachTime, run } from './act.ts';
import { CannotHappen } from './cannot-happen.ts';
import { allStarted } from './expected-executions.ts';
import { judge, type Observed } from './judge.ts';
import { calendarOf, deploymentsOf, haltedMetric, isLivedThrough, storePast } from './past.ts';
import type { Reach } from './reach.ts';
import { type GivenRequest, giveRequest } from './request.ts';
import { requestOf } from './requests.ts';
import type { Story, StoryAction } from './story.ts';
import type { StoryResult } from './story-result.ts';

/** The account that a story runs on. */
export type StoryTarget = {
  readonly reach: Reach;
  readonly region: string;
  readonly seed: number;
  /** Receives every event of the account when it happens. */
  readonly hear: (event: AccountEvent) => void;
};

/** More than a day: each machine's own timeout of one day has ended its executions by then. */
const longestSeconds = 25 * 3600;

/** Seconds that the trading system runs healthy before the first deployment, so that metrics have a baseline. */
const baselineSeconds = 300;

/**
 * Returns the seconds that the system runs before the story's 0s: the baseline, then the time since the first deployment of the
 * last hour.
 */
const healthySeconds = (story: Story): number =>
  baselineSeconds -
  Math.min(
    0,
    ...deploymentsOf(story)
      .filter(isLivedThrough)
      .map(({ at }) => at),
  );

/** Returns when a story's account opens. Every story's 0s is a Monday at nine, so that the same story has the same times. */
export const accountOpens = (story: Story): string =>
  new Date(Date.parse('2026-01-05T09:00:00Z') - healthySeconds(story) * 1000).toISOString();

/** Longest time from the last action to the start of an expected execution, and the interval between two checks for it. */
const startsWithinSeconds = 1800;
const checkSeconds = 10;

/** Runs a story on an open account and compares the result with the story's expectations. */
export async function runStoryOn(story: Story, target: StoryTarget): Promise<StoryResult> {
  const { hosts, ...observed } = await playStory(story, target, couldNotHappen);
  return { ...(await judge(story, { ...observed, hosts })), hosts, seed: target.seed };
}

/**
 * Lets a story happen on an open account, until all executions have ended. Returns all that was observed.
 *
 * `failed` receives an action that could not be made, such as a stop if nothing runs, and its error. It returns the
 * differences that this is.
 */
export async function playStory(
  story: Story,
  { reach, region, hear }: StoryTarget,
  failed: (action: StoryAction, error: unknown) => readonly string[],
): Promise<Observed> {
  const account = remoteAccount(reach, story.environment);
  const { now, accountId, hosts, clock } = await account.about();
  // With the real clock the story starts at once: nobody should wait for the healthy time.
  const start = Date.parse(now) + (clock === 'virtual' ? healthySeconds(story) * 1000 : 0);
  const arnOf = (machine: string) =>
    `arn:aws:states:${region}:${accountId}:stateMachine:rollback-${story.environment}-${machine}`;
  const until = (seconds: number, execution?: string) =>
    account.letTimePass(new Date(start + seconds * 1000).toISOString(), execution);
  await changeSettings(account, story, start);
  await storePast(account, story, start);
  await recordGivenDeployments(account, story, { start, until, arnOf });

  const accountEvents: AccountEvent[] = [];
  const watching = new AbortController();
  hear({ at: new Date(start).toISOString(), service: 'story', event: 'StoryBegan' });
  await account.watch((event) => {
    accountEvents.push(event);
    hear(event);
  }, watching.signal);
  const requests: GivenRequest[] = [];
  const found: string[] = [];
  for (const action of story.when.flatMap(eachTime).toSorted((a, b) => a.at - b.at)) {
    await until(action.at);
    try {
      const request = await requestOf(account, action, arnOf);
      if (request) requests.push(await giveRequest(account, request, arnOf));
      else found.push(...(await act(account, action, arnOf)));
    } catch (error) {
      found.push(...failed(action, error));
    }
  }
  await letAllEnd(account, story, { until, arnOf });

  const status = Object.fromEntries(
    await Promise.all(hosts.map(async ({ name }) => [name, await account.statusOf(name)] as const)),
  );
  watching.abort();
  return { account, arnOf, start, hosts: status, accountEvents, requests, found };
}

/** Returns the difference that an action is which could not happen. Throws any other error. */
function couldNotHappen({ at, ...action }: StoryAction, error: unknown): string[] {
  if (!(error instanceof CannotHappen)) throw error;
  return [`${Object.keys(action)[0]} at ${at} s could not happen: ${error.message}`];
}

/**
 * Changes the environment's settings that the story has too, in the variables that cdk/tasks/shared-settings.ts writes;
 * rehearsals/ must not import it.
 */
async function changeSettings(
  account: RemoteAccount,
  { trust, host_cap, canary, follow_up, calendar, when }: Story,
  start: number,
): Promise<void> {
  const market = {
    ...(calendar ? calendarOf(calendar, start) : {}),
    ...(when.some((one) => one.market) ? { halted: haltedMetric } : {}),
  };
  if (Object.keys(market).length > 0) await account.configureFunctions({ variable: 'CALENDAR', merge: market });
  if (follow_up) await account.changeEvents({ rule: 'ended', enabled: true });
  if (canary) await account.configureFunctions({ variable: 'BRAKES', merge: { canary } });
  const brakes = { ...(host_cap ? { hosts: host_cap } : {}), ...(canary ? { canary } : {}) };
  const merge = { ...(trust ? { trust } : {}), ...(Object.keys(brakes).length > 0 ? { brakes } : {}) };
  if (Object.keys(merge).length > 0) await account.configureFunctions({ variable: 'SETTINGS', merge });
}

type Time = {
  /** Lets time pass until some seconds after the story's 0s, or until an execution ends. */
  readonly until: (seconds: number, execution?: string) => Promise<unknown>;
  readonly arnOf: (machine: string) => string;
};

/** Records the deployments that the story has in the hour before its 0s, each at its time, and lets time pass until 0s. */
async function recordGivenDeployments(
  account: RemoteAccount,
  story: Story,
  { start, until, arnOf }: Time & { readonly start: number },
): Promise<void> {
  const recent = deploymentsOf(story).filter(isLivedThrough);
  for (const { phase, version, at } of recent.toSorted((a, b) => a.at - b.at)) {
    await until(at);
    await run(account, arnOf('record-deployment'), {
      phase,
      version,
      at: new Date(start + at * 1000).toISOString(),
    });
  }
  await until(0);
}

/** Lets time pass until every expected execution has started and all executions have ended. */
async function letAllEnd(account: RemoteAccount, story: Story, { until, arnOf }: Time): Promise<void> {
  const last = Math.max(...story.when.flatMap(eachTime).map(({ at }) => at));
  for (let waited = 0; waited < startsWithinSeconds; waited += checkSeconds) {
    if (allStarted(await account.executions(), story.then, arnOf)) break;
    await until(last + waited + checkSeconds);
  }
  // A follow-up runs for seven days: `lasts` says how much of it the story needs.
  const followUps = arnOf('follow-up:').replace(':stateMachine:', ':execution:');
  const running = async () =>
    (await account.executions()).find(({ arn, status }) => status === 'RUNNING' && !arn.startsWith(followUps));
  for (let one = await running(); one; one = await running()) {
    const before = (await account.about()).now;
    await until(longestSeconds, one.arn);
    if ((await account.about()).now === before) break; // longestSeconds have passed
  }
  await until(story.lasts);
}
