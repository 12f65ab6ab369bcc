import { type Execution, type PublishedMessage, type RemoteAccount, remoteAccount } from './account.ts';
import { act, run } from './act.ts';
import { type Given, giveAnswer } from './answer.ts';
import { allBegan } from './expected-executions.ts';
import { judge } from './judge.ts';
import type { Story } from './story.ts';

/** What a story came to: `--json` prints exactly this. All times are the account's. */
export type Told = {
  readonly passed: boolean;
  readonly differences: readonly string[];
  readonly ending: unknown;
  /** From the story's start to this ending, two decimals; null if there is none. */
  readonly minutes: number | null;
  /** The stored RECORD; null if the execution never opened a rollback. */
  readonly rollback: Readonly<Record<string, unknown>> | null;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** Those of the rollback. */
  readonly messages: readonly PublishedMessage[];
  readonly hosts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly execution: Execution | null;
  readonly timings: Readonly<Record<string, unknown>>;
  readonly seed: number;
};

export type Telling = {
  readonly endpoint: string;
  readonly region: string;
  readonly seed: number;
  /** Hears everything that happens in the account, as it happens. */
  readonly hear: (happening: Readonly<Record<string, unknown>>) => void;
};

/** A day and a bit: the machines' own backstop ends whatever has not ended by then. */
const longestSeconds = 25 * 3600;

/** What metrics are compared with: so long the trading system runs healthy before anything is deployed. */
const baselineSeconds = 300;

/** How long it runs before the story's 0s: as far back as its first deployment lies, and the baseline before that. */
const healthySeconds = ({ given }: Story): number =>
  baselineSeconds - Math.min(0, ...given.map(({ deployed }) => deployed.at));

/** Every story begins on a Monday morning at nine: the same story tells the same times. This is when its account opens. */
export const accountOpens = (story: Story): string =>
  new Date(Date.parse('2026-01-05T09:00:00Z') - healthySeconds(story) * 1000).toISOString();

/** How long after the last happening an execution may begin that the story speaks of; looked for so often. */
const beginsWithinSeconds = 1800;
const lookSeconds = 10;

/** Tells a story to an open account and judges what became of it. */
export async function tell(story: Story, { endpoint, region, seed, hear }: Telling): Promise<Told> {
  const account = remoteAccount(endpoint, region, story.environment);
  const { now, accountId, hosts, clock } = await account.about();
  // On the real clock nobody waits for the healthy time before.
  const start = Date.parse(now) + (clock === 'virtual' ? healthySeconds(story) * 1000 : 0);
  const arnOf = (machine: string) =>
    `arn:aws:states:${region}:${accountId}:stateMachine:rollback-${story.environment}-${machine}`;
  const until = (seconds: number, execution?: string) =>
    account.letTimePass(new Date(start + seconds * 1000).toISOString(), execution);
  await bringAbout(account, story, { start, until, arnOf });

  const heard: Record<string, unknown>[] = [];
  const watching = new AbortController();
  hear({ at: new Date(start).toISOString(), service: 'story', event: 'StoryBegan' });
  await account.watch((happening) => {
    heard.push(happening);
    hear(happening);
  }, watching.signal);
  const answers: Given[] = [];
  for (const happening of story.when.toSorted((a, b) => a.at - b.at)) {
    const { at, answer } = happening;
    await until(at);
    if (answer) answers.push(await giveAnswer(account, at, answer, arnOf));
    else await act(account, happening, arnOf);
  }
  await letItEnd(account, story, { until, arnOf });

  const status = Object.fromEntries(
    await Promise.all(hosts.map(async ({ name }) => [name, await account.statusOf(name)] as const)),
  );
  const told = await judge(story, { account, arnOf, start, hosts: status, heard, answers });
  watching.abort();
  return { ...told, hosts: status, seed };
}

type Time = {
  /** Lets time pass until so many seconds after the story's 0s, or until an execution is over. */
  readonly until: (seconds: number, execution?: string) => Promise<unknown>;
  readonly arnOf: (machine: string) => string;
};

/** What was so before the story. */
async function bringAbout(
  account: RemoteAccount,
  { given }: Story,
  { start, until, arnOf }: Time & { readonly start: number },
): Promise<void> {
  for (const { deployed } of given.toSorted((a, b) => a.deployed.at - b.deployed.at)) {
    const { phase, version, at } = deployed;
    await until(at);
    await run(account, arnOf('record-deployment'), {
      phase,
      version,
      at: new Date(start + at * 1000).toISOString(),
    });
  }
  await until(0);
}

/** Lets time pass until every execution the story speaks of has begun, and all that began are over. */
async function letItEnd(account: RemoteAccount, story: Story, { until, arnOf }: Time): Promise<void> {
  const last = Math.max(...story.when.map(({ at }) => at));
  for (let waited = 0; waited < beginsWithinSeconds; waited += lookSeconds) {
    if (allBegan(await account.executions(), story.then, arnOf)) break;
    await until(last + waited + lookSeconds);
  }
  const running = async () => (await account.executions()).find(({ status }) => status === 'RUNNING');
  for (let one = await running(); one; one = await running()) {
    const before = (await account.about()).now;
    await until(longestSeconds, one.arn);
    if ((await account.about()).now === before) break; // the longest time is over
  }
  await until(story.lasts);
}
