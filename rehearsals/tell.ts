import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { type Execution, type RemoteAccount, remoteAccount } from './account.ts';
import { judge } from './judge.ts';
import type { Happening, Story } from './story.ts';

/** What a story came to: `--json` prints exactly this. All times are the account's. */
export type Told = {
  readonly passed: boolean;
  readonly differences: readonly string[];
  readonly ending: unknown;
  /** The stored RECORD; null if the execution never opened a rollback. */
  readonly rollback: Readonly<Record<string, unknown>> | null;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly messages: readonly unknown[];
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

/** Tells a story to an open account and judges what became of it. */
export async function tell(story: Story, { endpoint, region, seed, hear }: Telling): Promise<Told> {
  const account = remoteAccount(endpoint, region, story.environment);
  const { now, accountId, hosts } = await account.about();
  const start = Date.parse(now);
  const arnOf = (machine: string) =>
    `arn:aws:states:${region}:${accountId}:stateMachine:rollback-${story.environment}-${machine}`;
  const heard: Record<string, unknown>[] = [];
  const watching = new AbortController();
  await account.watch((happening) => {
    heard.push(happening);
    hear(happening);
  }, watching.signal);

  for (const happening of story.when.toSorted((a, b) => a.at - b.at)) {
    await account.letTimePass(new Date(start + happening.at * 1000).toISOString());
    await act(account, happening, arnOf);
  }
  const end = new Date(start + longestSeconds * 1000).toISOString();
  const running = async () => (await account.executions()).find(({ status }) => status === 'RUNNING');
  for (let one = await running(); one && (await account.about()).now < end; one = await running())
    await account.letTimePass(end, one.arn);

  const status = Object.fromEntries(
    await Promise.all(hosts.map(async ({ name }) => [name, await account.statusOf(name)] as const)),
  );
  const told = await judge(story, { account, arnOf, start, hosts: status, heard });
  watching.abort();
  return { ...told, hosts: status, seed };
}

async function act(
  { stepFunctions, ...account }: RemoteAccount,
  happening: Happening,
  arnOf: (machine: string) => string,
): Promise<void> {
  const { start, stop, release, host, script, aws } = happening;
  const run = (machine: string, input: unknown) =>
    stepFunctions.send(new StartExecutionCommand({ stateMachineArn: arnOf(machine), input: JSON.stringify(input) }));
  if (start) await run(`phase-${start.phase}`, start.input ?? {});
  if (release) await run('release', release);
  if (stop) await stopNewest({ stepFunctions, ...account }, arnOf(`phase-${stop.phase}`));
  if (host) await account.setReachable(host.name, host.state === 'reachable');
  if (aws) await account.addFault(aws);
  if (script) {
    const { step, ...fault } = script;
    await account.addFault({ document: `-${step}`, ...fault });
  }
}

async function stopNewest({ stepFunctions, executions }: RemoteAccount, machine: string): Promise<void> {
  const prefix = `${machine.replace(':stateMachine:', ':execution:')}:`;
  const newest = (await executions()).findLast(({ arn, status }) => arn.startsWith(prefix) && status === 'RUNNING');
  if (!newest) throw new Error(`Nothing to stop: no execution of ${machine} is running.`);
  await stepFunctions.send(new StopExecutionCommand({ executionArn: newest.arn, error: 'StoppedByTheStory' }));
  await stepFunctions.send(new DescribeExecutionCommand({ executionArn: newest.arn }));
}
