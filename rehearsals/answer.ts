import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Execution, RemoteAccount } from './account.ts';
import type { Happening } from './story.ts';

type Answer = NonNullable<Happening['answer']>;

/** An answer that was given: the execution that took or refused it, or why none began. */
export type Given = {
  readonly at: Happening['at'];
  readonly answer: Answer;
} & ({ readonly execution: string } | { readonly denied: string });

/** Somebody answers a question, as from the console; what became of it is asked at the story's end. */
export async function giveAnswer(
  account: RemoteAccount,
  at: Happening['at'],
  answer: Answer,
  arnOf: (machine: string) => string,
): Promise<Given> {
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

/** A machine's newest execution, of those that the condition holds for. */
export async function newestOf(
  { executions }: RemoteAccount,
  machine: string,
  holds: (execution: Execution) => boolean = () => true,
): Promise<Execution | undefined> {
  const prefix = `${machine.replace(':stateMachine:', ':execution:')}:`;
  return (await executions()).findLast((one) => one.arn.startsWith(prefix) && holds(one));
}

/** One that runs, since one that joined it is newer and asks nothing. A rollback's id is its execution's name. */
async function newestRollback(account: RemoteAccount, machine: string): Promise<string> {
  const running = await newestOf(account, machine, ({ status }) => status === 'RUNNING');
  const newest = running ?? (await newestOf(account, machine));
  if (!newest) throw new Error(`Nothing to answer: no execution of ${machine} has begun.`);
  return newest.arn.split(':').at(-1) ?? '';
}

/** Where an answer was taken that the story says is refused, or the other way round; one sentence, or none. */
export async function misjudged({ stepFunctions }: RemoteAccount, given: Given): Promise<string[]> {
  const { at, answer } = given;
  const which = `the answer ${answer.answer} of ${answer.operator} at ${at} s`;
  const refusal = 'denied' in given ? given.denied : await refusalOf(stepFunctions, given.execution);
  if (answer.refused === undefined)
    return refusal === undefined ? [] : [`${which}: expected it to be taken, found it refused: ${refusal}`];
  if (refusal?.includes(answer.refused)) return [];
  const found = refusal === undefined ? 'taken' : `refused: ${refusal}`;
  return [`${which}: expected it to be refused with ${JSON.stringify(answer.refused)}, found it ${found}`];
}

/** The cause of an execution that did not succeed; of one that gives none, how it stands. */
async function refusalOf(
  stepFunctions: RemoteAccount['stepFunctions'],
  executionArn: string,
): Promise<string | undefined> {
  const { status, error, cause } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  return status === 'SUCCEEDED' ? undefined : (cause ?? error ?? `its execution is ${status}`);
}
