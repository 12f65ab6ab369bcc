import type { StartExecutionInput, StartExecutionOutput } from '@aws-sdk/client-sfn';
import { uuid } from '../../clock/random.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { arnOf } from '../arn.ts';
import type { StateMachine } from '../interpreter/execution.ts';
import { type Payload, tooLarge } from '../interpreter/payload.ts';
import type { States } from '../states.ts';
import { seconds, type Wire } from '../wire.ts';

/** Starts an execution. While it runs, a start with the same name and input returns the same execution. */
export const StartExecution: Action<States, StartExecutionInput, Wire<StartExecutionOutput>> = {
  needs: (_, { stateMachineArn }) => [
    { action: 'states:StartExecution', resource: arnOf('stateMachine', stateMachineArn) },
  ],
  run: (states, { stateMachineArn, name, input = '{}' }) => {
    const stateMachine = states.stateMachine(arnOf('stateMachine', stateMachineArn));
    const given = parsed(input);
    const execution = running(states, stateMachine, name, input) ?? begin(states, stateMachine, name, given);
    return { executionArn: execution.arn, startDate: seconds(execution.startedAt) };
  },
};

function begin(states: States, stateMachine: StateMachine, name: string | undefined, given: Payload) {
  // A start without a name always gets a new one, because the key contains the number of executions.
  const chosen = name ?? uuid(states.account.surroundings.random, `${stateMachine.arn}/${states.executions.size}`);
  return states.start(stateMachine, named(chosen), given);
}

/** Returns the running execution that a request repeats. Throws if another execution has the name. */
function running(states: States, { arn }: StateMachine, name: string | undefined, input: string) {
  const taken = states.executions.get(`${arn.replace(':stateMachine:', ':execution:')}:${name}`);
  if (!taken || taken.isDeleted) return undefined;
  if (taken.status === 'RUNNING' && taken.input.text === input) return taken;
  throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${taken.arn}'`);
}

function parsed(input: string): Payload {
  if (tooLarge(input)) throw new AwsError('ValidationException', 'input must have at most 262144 bytes of UTF-8');
  try {
    return { value: JSON.parse(input), text: input };
  } catch (error) {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${(error as Error).message}'`);
  }
}

/** The forbidden characters of a name: spaces, brackets, wildcards, special and control characters (StartExecution, API reference). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the API reference forbids exactly these.
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]/;

function named(name: string): string {
  if (name.length >= 1 && name.length <= 80 && !FORBIDDEN.test(name)) return name;
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}
