import { type RemoteAccount, remoteAccount } from '../rehearsals/account.ts';
import type { AccountEvent, Reach } from '../rehearsals/reach.ts';
import { playStory } from '../rehearsals/run-story.ts';
import type { Story, StoryAction } from '../rehearsals/story.ts';
import { type Evidence, readTables, rollbacksIn, type Status, statusesReadAt } from './evidence.ts';

export type Played = {
  readonly evidence: Evidence;
  /** The actions that could not be made, such as a stop while nothing ran. */
  readonly failed: readonly { readonly action: StoryAction; readonly why: string }[];
};

/** Seconds that Reconcile, which runs every minute, gets to repair what was lost before the incident is judged. */
const REPAIRED_WITHIN = 250;
/** An incident that starts executions again and again is judged after this many such times. */
const MOST_ROUNDS = 12;

/** Lets an incident happen on an open account, until nothing happens any more, and reads what it left. */
export async function playIncident(story: Story, target: { reach: Reach; region: string; seed: number }) {
  const { reach } = target;
  const happened: AccountEvent[] = [];
  const listening = new AbortController();
  const account = remoteAccount(reach, story.environment);
  const statuses = endingStatuses(account, story.hosts);
  const hear = (event: AccountEvent) => {
    happened.push(event);
    statuses.hear(event);
  };
  await reach.watch(hear, listening.signal);
  const failed: { action: StoryAction; why: string }[] = [];
  // biome-ignore lint/suspicious/noThenProperty: a keyword of stories
  const calm = { ...story, lasts: Math.max(story.lasts, lastEffect(story)), then: [] };
  const played = await playStory(calm, { ...target, hear: () => {} }, (action, error) => {
    failed.push({ action, why: (error as Error).message });
    return [];
  });
  const end = await settle(account);
  listening.abort();
  const { state, history } = await readTables(reach, story.environment);
  const [executions, messages] = [await account.executions(), await account.messages()];
  const evidence: Evidence = {
    story,
    start: played.start,
    end,
    executions,
    rollbacks: rollbacksIn(executions, history, messages),
    state,
    history,
    messages,
    happened,
    requests: played.requests,
    hosts: await statuses.now(),
    hostsAt: await statuses.all(),
  };
  return { evidence, failed } satisfies Played;
}

/** Returns when the last action or fault of a story ends, in seconds. */
const lastEffect = ({ when }: Story): number =>
  Math.max(
    ...when.map(({ at, aws, host, silence, function: invoked, market }) => {
      const lasting = [aws, host, silence, invoked].map((one) => (one && 'for' in one ? (one.for ?? 0) : 0));
      return at + Math.max(...lasting, market?.halted ?? 0);
    }),
  );

/** Lets time pass until no execution runs, and none has started for a while. Returns the instant. */
async function settle(account: RemoteAccount): Promise<number> {
  let now = Date.parse((await account.about()).now);
  const pass = async (seconds: number, arn?: string) => {
    now = Date.parse((await account.letTimePass(new Date(now + seconds * 1000).toISOString(), arn)).now);
  };
  let before = -1;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const executions = await account.executions();
    if (executions.length <= before) break;
    before = executions.length;
    for (const { arn, status } of executions) if (status === 'RUNNING') await pass(25 * 3600, arn);
    await pass(REPAIRED_WITHIN);
  }
  return now;
}

/** Reads the hosts' statuses at the instant at which a rollback ends as *Rolled back*. */
function endingStatuses(account: RemoteAccount, count: number) {
  const names = Array.from({ length: count }, (_, i) => `host-${i + 1}`);
  const now = async (): Promise<Record<string, Status>> =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await account.statusOf(name)] as const)));
  const read: Promise<readonly [string, Record<string, Status>]>[] = [];
  return {
    now,
    hear: ({ event, execution, name }: AccountEvent) => {
      if (event === 'TaskStateEntered' && name === statusesReadAt)
        read.push(now().then((statuses) => [String(execution), statuses] as const));
    },
    all: async () => new Map(await Promise.all(read)),
  };
}
