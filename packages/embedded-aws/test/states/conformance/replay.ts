import { seeded } from '../../../src/clock/random.ts';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { DescribeExecution } from '../../../src/states/actions/DescribeExecution.ts';
import { GetExecutionHistory } from '../../../src/states/actions/GetExecutionHistory.ts';
import { StopExecution } from '../../../src/states/actions/StopExecution.ts';
import { type States, states } from '../../../src/states/states.ts';
import { integrations } from './recorded-tasks.ts';
import { inWordsOf, type RecordedEvent, type Recording } from './recordings.ts';

/** Inputs with an instant of their own were written for about this start. */
const START = Date.UTC(2026, 10, 29, 13, 28, 30);
const ACCOUNT = '111111111111';
const NAME = 'recorded';
const stateMachineArn = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:${NAME}`;
const roleArn = `arn:aws:iam::${ACCOUNT}:role/sfn`;
const caller = { arn: `arn:aws:iam::${ACCOUNT}:root` };

/** The longest execution of the recordings would wait for 24,856 days. */
const LONG_ENOUGH = START + 100 * 365 * 86_400_000;

/** The recorder left one execution while it waited. */
const ENDS = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted']);

/** The account's answers about an execution, in the recording's words. */
export type Replayed = { readonly history: readonly RecordedEvent[]; readonly describe: unknown };

/** Runs a recording's definition and input on the interpreter, with the results that its tasks had on AWS. */
export async function replay(recording: Recording): Promise<Replayed> {
  const clock = new VirtualClock(START);
  const surroundings = { clock, random: seeded(1), region: 'us-east-1', accountId: ACCOUNT, tell: () => {} };
  const account: States = states(
    surroundings,
    integrations(recording, clock, () => account),
  );
  const definition = JSON.stringify(recording.definition);
  const machine = account.createStateMachine({ name: NAME, arn: stateMachineArn, definition, roleArn });
  const input = { text: recording.input, value: JSON.parse(recording.input) };
  const { arn: executionArn } = account.start(machine, NAME, input);
  if (recording.history.some(({ type }) => type === 'ExecutionAborted')) {
    await clock.run(START + 1000);
    await StopExecution.run(account, { executionArn }, caller);
  }
  const end = recording.history.some(({ type }) => ENDS.has(type)) ? LONG_ENOUGH : START + 1000;
  await clock.run(end, () => account.execution(executionArn).status !== 'RUNNING');
  const reverseOrder = recording.history[0]?.id !== 1;
  const { events } = await GetExecutionHistory.run(account, { executionArn, reverseOrder, maxResults: 1000 }, caller);
  return inWordsOf(recording, {
    history: events.map(({ timestamp: _, ...event }) => event as RecordedEvent),
    describe: await DescribeExecution.run(account, { executionArn }, caller),
  });
}
