import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Execution, RemoteAccount } from './account.ts';
import type { StoryAction } from './story.ts';

type Answer = NonNullable<StoryAction['answer']>;

/** An answer that the story gave: the execution that accepted or refused it, or the reason why IAM denied the start. */
export type GivenAnswer = {
  readonly at: StoryAction['at'];
  readonly answer: Answer;
} & ({ readonly execution: string } | { readonly denied: string });

/** Answers a question as from the console. Whether the answer was accepted is read at the story's end. */
export async function giveAnswer(
  account: RemoteAccount,
  at: StoryAction['at'],
  answer: Answer,
  arnOf: (machine: string) => string,
): Promise<GivenAnswer> {
  const { answer: chosen, operator, reason, phase, as } = answer;
  const rollback = phase === undefined ? answer.rollback : await newestRollback(account, arnOf(`phase-${phase}`));
  const input = JSON.stringify({ answer: chosen, operator, reason, rollback });
  const stepFunctions = as === undefined ? account.stepFunctions : account.stepFunctionsAs(as);
  try {
    const start = new StartExecutionCommand({ stateMachineArn: arnOf('decide'), input });
    const { executionArn = '' } = await stepFunctions.send(start);
    return { at, answer, execution: executionArn };
  } catch (error) {
    if ((error as Error).name !== 'AccessDeniedException') throw error;
    return { at, answer, denied: (error as Error).message };
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
async function newestRollback(account: RemoteAccount, machine: string): Promise<string> {
  const running = await newestOf(account, machine, ({ status }) => status === 'RUNNING');
  const newest = running ?? (await newestOf(account, machine));
  if (!newest) throw new Error(`The story answers a rollback of ${machine}, but no execution of it has started.`);
  return newest.arn.split(':').at(-1) ?? '';
}

/** Returns one sentence if an answer was accepted although the story expects a refusal, or the reverse; else []. */
export async function answerDifferences({ stepFunctions }: RemoteAccount, given: GivenAnswer): Promise<string[]> {
  const { at, answer } = given;
  const which = `the answer ${answer.answer} of ${answer.operator} at ${at} s`;
  const refusal = 'denied' in given ? given.denied : await refusalOf(stepFunctions, given.execution);
  if (answer.refused === undefined)
    return refusal === undefined ? [] : [`${which}: expected it to be accepted, found it refused: ${refusal}`];
  if (refusal?.includes(answer.refused)) return [];
  const found = refusal === undefined ? 'accepted' : `refused: ${refusal}`;
  return [`${which}: expected it to be refused with ${JSON.stringify(answer.refused)}, found it ${found}`];
}

/** Returns why an execution did not succeed: its cause, else its error, else its status. Undefined if it succeeded. */
async function refusalOf(
  stepFunctions: RemoteAccount['stepFunctions'],
  executionArn: string,
): Promise<string | undefined> {
  const { status, error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return status === 'SUCCEEDED' ? undefined : (cause ?? error ?? `its execution is ${status}`);
}
