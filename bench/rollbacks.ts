import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { openEmbeddedAccount } from '../cli/account/embedded-account.ts';
import { type RemoteAccount, remoteAccount } from '../rehearsals/account.ts';
import { overHttp } from '../rehearsals/over-http.ts';
import { cost } from './cost.ts';
import { type Figure, median, percentileOfValues } from './figure.ts';
import { modelledLatency } from './modelled-latency.ts';
import { peakMegabytes } from './peak-memory.ts';
import type { Heard, Run } from './run.ts';
import { idleRequests, standing } from './standing.ts';

const runs = 20;
/** Minutes without a rollback in which the scheduled functions' requests are counted. */
const IDLE_MINUTES = 10;

/**
 * Measures whole rollbacks on three hosts: 20 from a red alarm and 20 by hand. The clock is virtual, so the milliseconds
 * are processing time: waiting takes none.
 */
export async function rollbacks(say: (line: string) => void): Promise<Figure[]> {
  const infra = withoutBrakes();
  const account = await openEmbeddedAccount({
    environment: 'local',
    infra,
    hosts: 3,
    seed: 1,
    port: 0,
    virtualFrom: '2026-01-05T09:00:00Z',
    progress: say,
  }).finally(() => rmSync(infra, { recursive: true }));
  try {
    const remote = remoteAccount(overHttp(account.endpoint, 'us-east-1'), 'local');
    const idle = idleRequests(await heardWhile(remote, () => pass(remote, IDLE_MINUTES * 60)), IDLE_MINUTES);
    const byAlarm = await measureRuns(remote, turnAlarmRed);
    say(`${runs} rollbacks from a red alarm`);
    const byHand = await measureRuns(remote, startByHand);
    say(`${runs} rollbacks by hand`);
    const [first] = byAlarm;
    return [
      ...latency('alarm event', 'AlarmStateChanged', byAlarm, 300),
      ...latency('manual start', 'ExecutionStarted', byHand, 300),
      ...(first ? [overhead(first), ...modelledLatency(first), ...cost(first)] : []),
      ...(await standing(idle)),
      {
        name: 'account process, peak, 3 hosts, 42 rollbacks',
        value: peakMegabytes(account.pid),
        unit: 'MB',
        most: 600,
      },
    ];
  } finally {
    await account.close();
  }
}

/** Copies infra/ without limits between rollbacks, so that each rollback acts at once. */
function withoutBrakes(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'bench-')), 'infra');
  cpSync(new URL('../infra', import.meta.url), folder, { recursive: true });
  appendFileSync(
    join(folder, 'environments/local.yaml'),
    'brakes: { budget: 100, cool_down: 1s, watch_window: 24h }\n',
  );
  return folder;
}

/** Records a deployment, so that an alarm of the phase has one that explains it and that was not rolled back yet. */
async function recordDeployment(account: RemoteAccount, version: string): Promise<void> {
  const input = JSON.stringify({ phase: 1, version });
  await account.stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: machine.replace('phase-1', 'record-deployment'), input }),
  );
  await pass(account, 60);
}

/** Measures several rollbacks. The first loads the functions and does not count. */
async function measureRuns(
  account: RemoteAccount,
  begin: (account: RemoteAccount) => Promise<unknown>,
): Promise<Run[]> {
  const all: Run[] = [];
  for (let i = 0; i <= runs; i += 1) {
    await recordDeployment(account, `v1.4.${i}`);
    all.push(await measureRun(account, begin));
    await pass(account, 5); // the cool-down
  }
  return all.slice(1);
}

const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:rollback-local-phase-1';

const startByHand = ({ stepFunctions }: RemoteAccount) =>
  stepFunctions.send(new StartExecutionCommand({ stateMachineArn: machine, input: '{}' }));

const turnAlarmRed = ({ cloudWatch }: RemoteAccount) =>
  cloudWatch.send(
    new SetAlarmStateCommand({
      AlarmName: 'rollback-local-phase-1-security_issue',
      StateValue: 'ALARM',
      StateReason: 'Measured.',
    }),
  );

/** Returns what the account reports during an action. */
async function heardWhile(account: RemoteAccount, act: () => Promise<unknown>): Promise<Heard[]> {
  const heard: Heard[] = [];
  const watching = new AbortController();
  await account.watch((happening) => heard.push({ ...happening, received: performance.now() }), watching.signal);
  await act();
  watching.abort();
  return heard;
}

async function measureRun(account: RemoteAccount, begin: (account: RemoteAccount) => Promise<unknown>): Promise<Run> {
  const heard: Heard[] = [];
  const watching = new AbortController();
  await account.watch((happening) => heard.push({ ...happening, received: performance.now() }), watching.signal);
  const before = (await account.executions()).length;
  await begin(account);
  await pass(account, 5);
  const [execution] = (await account.executions()).slice(before);
  if (!execution) throw new Error('No rollback started within 5 s, so nothing was measured.');
  await pass(account, 900, execution.arn);
  const ended = (await account.executions()).find(({ arn }) => arn === execution.arn);
  if (ended?.status !== 'SUCCEEDED') {
    const { cause } = await account.stepFunctions.send(new DescribeExecutionCommand({ executionArn: execution.arn }));
    throw new Error(
      `Expected SUCCEEDED, but ${execution.arn} ended ${ended?.status} (${cause}). Nothing was measured.`,
    );
  }
  watching.abort();
  return { heard, transitions: ended.transitions, invocations: ended.lambda_invocations };
}

async function pass({ about, letTimePass }: RemoteAccount, seconds: number, execution?: string): Promise<void> {
  const { now } = await about();
  await letTimePass(new Date(Date.parse(now) + seconds * 1000).toISOString(), execution);
}

/**
 * Returns the time from the start event of a rollback until the first host's script runs as a process.
 *
 * The account runs scripts at once, and reports them at modelled instants, for which the virtual clock waits until every script
 * that runs has ended. So that report (`InvocationStarted`) comes after whole scripts on all hosts: it has a figure of its own.
 */
function latency(name: string, beginning: string, all: readonly Run[], most: number): Figure[] {
  const until = (ending: string) =>
    all.map(({ heard }) => {
      const at = (event: string) => heard.find((one) => one['event'] === event)?.received ?? Number.NaN;
      return at(ending) - at(beginning);
    });
  const took = until('ScriptStarted');
  return [
    {
      name: `${name} to first host command, p95 of ${all.length}`,
      value: Math.round(percentileOfValues(took, 95)),
      unit: 'ms',
      most,
    },
    { name: `${name} to first host command, median`, value: Math.round(median(took)), unit: 'ms' },
    {
      name: '  until the command was sent, median',
      value: Math.round(median(until('CommandSent'))),
      unit: 'ms',
    },
    {
      name: '  until all scripts that ran then had ended, median',
      value: Math.round(median(until('InvocationStarted'))),
      unit: 'ms',
    },
  ];
}

/**
 * Returns the time from entering a task's state until its function is invoked, per transition, without pauses of
 * retries.
 */
function overhead({ heard, transitions }: Run): Figure {
  const waits = heard.flatMap(({ event, received }, i) => {
    if (event !== 'TaskStateEntered') return [];
    const invoked = heard.slice(i).find((one) => one['event'] === 'Invoked');
    return invoked ? [invoked.received - received] : [];
  });
  const value = Math.round((waits.reduce((sum, one) => sum + one, 0) / transitions) * 10) / 10;
  return { name: 'overhead per transition', value, unit: 'ms', most: 20 };
}
