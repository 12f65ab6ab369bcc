import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { RemoteAccount } from './account.ts';
import { CannotHappen } from './cannot-happen.ts';
import { newestOf } from './request.ts';
import type { StoryAction } from './story.ts';
import { machineOf } from './story-values.ts';

// The actions of a person on a phase's executions in the console. Each function returns the differences from the story.

/** Starts a phase's machine: under a name, or with a person's own credentials. */
export const start = (
  account: RemoteAccount,
  { phase, input = {}, name, as, refused }: NonNullable<StoryAction['start']>,
  stateMachineArn: string,
): Promise<string[]> =>
  accepted(`the start of phase ${phase}`, refused, () =>
    clientOf(account, as).send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) })),
  );

/** Stops or ends the newest running execution, or arranges that the next one ends so that enters a state. */
export async function stop(
  account: RemoteAccount,
  { phase, in: state, after, cause, how }: NonNullable<StoryAction['stop']>,
  machine: string,
): Promise<string[]> {
  if (state !== undefined) {
    await account.addFault({
      machine: machineOf(phase),
      state,
      ...(after ? { after } : {}),
      ...(cause ? { cause } : {}),
      ...(how ? { how } : {}),
    });
    return [];
  }
  const { stepFunctions } = account;
  const newest = await newestOf(account, machine, ({ status }) => status === 'RUNNING');
  if (!newest) throw new CannotHappen(`No execution of ${machine} is running, so none can be stopped.`);
  if (how) {
    await account.endExecution(newest.arn, how);
    return [];
  }
  await stepFunctions.send(new StopExecutionCommand({ executionArn: newest.arn, error: 'StoppedByTheStory', cause }));
  await stepFunctions.send(new DescribeExecutionCommand({ executionArn: newest.arn }));
  return [];
}

/** Redrives the newest execution that did not succeed. */
export async function redrive(
  account: RemoteAccount,
  { phase, as, refused }: NonNullable<StoryAction['redrive']>,
  machine: string,
): Promise<string[]> {
  const newest = await newestOf(account, machine, ({ status }) => !['RUNNING', 'SUCCEEDED'].includes(status));
  if (!newest) throw new CannotHappen(`No execution of ${machine} has failed, so none can be redriven.`);
  return accepted(`the redrive of phase ${phase}`, refused, () =>
    clientOf(account, as).send(new RedriveExecutionCommand({ executionArn: newest.arn })),
  );
}

const clientOf = (account: RemoteAccount, person: string | undefined) =>
  person === undefined ? account.stepFunctions : account.stepFunctionsAs(person);

/** Returns one sentence if AWS refused a request that the story expects to be accepted, or the reverse; else []. */
async function accepted(what: string, refused: string | undefined, ask: () => Promise<unknown>): Promise<string[]> {
  const expected = `${what}: expected it to be ${refused === undefined ? 'accepted' : `refused with ${JSON.stringify(refused)}`}`;
  try {
    await ask();
    return refused === undefined ? [] : [`${expected}, found it accepted`];
  } catch (error) {
    if (!(error instanceof Error && '$fault' in error)) throw error;
    const reason = `${error.name}: ${error.message}`;
    return refused !== undefined && reason.includes(refused) ? [] : [`${expected}, found it refused: ${reason}`];
  }
}
