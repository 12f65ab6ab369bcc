import { readFileSync } from 'node:fs';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { openEmbeddedAccount } from '../cli/embedded-account.ts';
import { remoteAccount } from '../rehearsals/account.ts';
import { type Figure, median, percentile } from './figure.ts';
import { prices, reads, writes } from './prices.ts';

type Heard = Readonly<Record<string, unknown>> & { readonly received: number };

/** One rollback, start to end, with all that the account told meanwhile. */
type Run = {
  readonly heard: readonly Heard[];
  readonly transitions: number;
  readonly invocations: number;
};

const runs = 20;

/**
 * Rollbacks by hand on the real clock, on three hosts: one to its end for cost and overhead, then 20 that are stopped and
 * released once their first host command has started.
 */
export async function rollbacks(say: (line: string) => void): Promise<Figure[]> {
  const account = await openEmbeddedAccount({ environment: 'local', hosts: 3, seed: 1, port: 0, progress: say });
  try {
    const whole = await oneRollback(account.endpoint);
    say('one rollback, start to end');
    const first: number[] = [];
    for (let i = 0; i < runs; i += 1) first.push(await firstCommand(account.endpoint));
    return [
      ...latency(first),
      { name: 'overhead a transition', value: Math.round(overhead(whole) * 10) / 10, unit: 'ms', most: 20 },
      ...cost(whole),
      { name: 'account process, peak, 3 hosts', value: peakMegabytes(account.pid), unit: 'MB', most: 600 },
    ];
  } finally {
    await account.close();
  }
}

const machine = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-${name}`;

/** Milliseconds from the request to start until the first host's child runs; the rollback is then stopped and its fleet released. */
async function firstCommand(endpoint: string): Promise<number> {
  const account = remoteAccount(endpoint, 'us-east-1', 'local');
  const { promise: started, resolve } = Promise.withResolvers<number>();
  const watching = new AbortController();
  await account.watch(({ event }) => event === 'InvocationStarted' && resolve(performance.now()), watching.signal);
  const began = performance.now();
  const { executionArn } = await account.stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: machine('phase-1'), input: '{}' }),
  );
  const took = (await started) - began;
  watching.abort();
  await account.stepFunctions.send(new StopExecutionCommand({ executionArn }));
  const { executionArn: release = '' } = await account.stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: machine('release'),
      input: JSON.stringify({ operator: 'bench', reason: 'measured' }),
    }),
  );
  await account.letTimePass(new Date(Date.now() + 10_000).toISOString(), release);
  return took;
}

async function oneRollback(endpoint: string): Promise<Run> {
  const account = remoteAccount(endpoint, 'us-east-1', 'local');
  const heard: Heard[] = [];
  const watching = new AbortController();
  await account.watch((happening) => heard.push({ ...happening, received: performance.now() }), watching.signal);
  const stateMachineArn = machine('phase-1');
  const { executionArn = '' } = await account.stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn, input: '{}' }),
  );
  await account.letTimePass(new Date(Date.now() + 120_000).toISOString(), executionArn);
  const { status } = await account.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  if (status !== 'SUCCEEDED') throw new Error(`${executionArn} ended ${status}; nothing was measured.`);
  const seen = (await account.executions()).find(({ arn }) => arn === executionArn);
  watching.abort();
  return { heard, transitions: seen?.transitions ?? 0, invocations: seen?.lambda_invocations ?? 0 };
}

const latency = (first: readonly number[]): Figure[] => [
  {
    name: 'manual start to first host command, p95 of 20',
    value: Math.round(percentile(first, 95)),
    unit: 'ms',
    most: 400,
  },
  { name: 'manual start to first host command, median', value: Math.round(median(first)), unit: 'ms' },
];

/** From entering a task's state until its function is invoked, over all transitions; pauses before a retry are not in it. */
function overhead({ heard, transitions }: Run): number {
  const waits = heard.flatMap(({ event, received }, i) => {
    if (event !== 'TaskStateEntered') return [];
    const invoked = heard.slice(i).find((one) => one.event === 'Invoked');
    return invoked ? [invoked.received - received] : [];
  });
  return waits.reduce((sum, one) => sum + one, 0) / transitions;
}

const inFunctions = (heard: readonly Heard[]) =>
  heard.filter(({ event }) => event === 'Returned').reduce((sum, { milliseconds }) => sum + Number(milliseconds), 0);

/** Functions are billed by their wall time at 512 MB, on this machine's clock; polling pauses are in it. */
function cost({ heard, transitions, invocations }: Run): Figure[] {
  const calls = (names: readonly string[]) =>
    heard.filter(
      ({ event, action }) => event === 'Requested' && names.some((name) => String(action).endsWith(`.${name}`)),
    ).length;
  const batched =
    heard.filter(({ event, action }) => event === 'Requested' && String(action).endsWith('.BatchWriteItem')).length * 3; // one item a host
  const dollars =
    transitions * prices.stateTransition +
    invocations * prices.lambdaRequest +
    (inFunctions(heard) / 1000) * 0.5 * prices.lambdaGigabyteSecond +
    (calls(writes) + batched) * prices.dynamodbWriteUnit +
    calls(reads) * prices.dynamodbReadUnit;
  return [
    { name: 'transitions a rollback', value: transitions, unit: '' },
    { name: 'Lambda invocations a rollback', value: invocations, unit: '' },
    {
      name: 'AWS requests a rollback',
      value: heard.filter(({ event, caller }) => event === 'Requested' && String(caller).includes('assumed-role'))
        .length,
      unit: '',
    },
    { name: `cost a rollback, prices of ${prices.date}`, value: Number(dollars.toFixed(6)), unit: 'USD' },
  ];
}

/** The most memory a process has held so far (Linux, VmHWM). */
export function peakMegabytes(pid: number | undefined): number {
  const [, kilobytes = 'NaN'] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+) kB/) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
