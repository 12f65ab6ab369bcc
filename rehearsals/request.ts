import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Execution, RemoteAccount } from './account.ts';

/** A request of a person to a state machine. */
export type PersonsRequest = {
  readonly machine: string;
  readonly input: object;
  /** The person whose credentials are used; undefined: the story's own. */
  readonly as: string | undefined;
  /** The request in words, for a difference. */
  readonly what: string;
  /** A part of the reason with which the story expects it to be refused; undefined: it must be accepted. */
  readonly refused: string | undefined;
};

/** A request that the story made: the execution that accepted or refused it, or the reason why IAM denied the start. */
export type GivenRequest = Pick<PersonsRequest, 'what' | 'refused'> &
  ({ readonly execution: string } | { readonly denied: string });

/** Starts a person's machine as from the console. Whether the request was accepted is read at the story's end. */
export async function giveRequest(
  account: RemoteAccount,
  { machine, input, as, what, refused }: PersonsRequest,
  arnOf: (machine: string) => string,
): Promise<GivenRequest> {
  const stepFunctions = as === undefined ? account.stepFunctions : account.stepFunctionsAs(as);
  try {
    const start = new StartExecutionCommand({ stateMachineArn: arnOf(machine), input: JSON.stringify(input) });
    const { executionArn = '' } = await stepFunctions.send(start);
    return { what, refused, execution: executionArn };
  } catch (error) {
    if ((error as Error).name !== 'AccessDeniedException') throw error;
    return { what, refused, denied: (error as Error).message };
  }
}

/** Returns a machine's newest execution that meets the condition. */
export async function newestOf(
  { executions }: RemoteAccount,
  machine: string,
  holds: (execution: Execution) => boolean = () => true,
): Promise<Execution | undefined> {
  const prefix = `${machine.replace(':stateMachine:', ':execution:')}:`;
  return (await executions()).findLast((one) => one.arn.startsWith(prefix) && holds(one));
}

/**
 * Returns the id of a phase's rollback, which is its execution's name. A running one comes first: a newer execution that
 * joined it has ended and asks nothing.
 */
export async function newestRollback(account: RemoteAccount, machine: string): Promise<string> {
  const running = await newestOf(account, machine, ({ status }) => status === 'RUNNING');
  const newest = running ?? (await newestOf(account, machine));
  if (!newest) throw new Error(`The story names a rollback of ${machine}, but no execution of it has started.`);
  return newest.arn.split(':').at(-1) ?? '';
}

/** Returns one sentence if a request was accepted although the story expects a refusal, or the reverse; else []. */
export async function requestDifferences({ stepFunctions }: RemoteAccount, given: GivenRequest): Promise<string[]> {
  const { what, refused } = given;
  const refusal = 'denied' in given ? given.denied : await refusalOf(stepFunctions, given.execution);
  if (refused === undefined)
    return refusal === undefined ? [] : [`${what}: expected it to be accepted, found it refused: ${refusal}`];
  if (refusal?.includes(refused)) return [];
  const found = refusal === undefined ? 'accepted' : `refused: ${refusal}`;
  return [`${what}: expected it to be refused with ${JSON.stringify(refused)}, found it ${found}`];
}

/** Returns why an execution did not succeed: its cause, else its error, else its status. Undefined if it succeeded. */
async function refusalOf(
  stepFunctions: RemoteAccount['stepFunctions'],
  executionArn: string,
): Promise<string | undefined> {
  const { status, error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return status === 'SUCCEEDED' ? undefined : (cause ?? error ?? `its execution is ${status}`);
}
