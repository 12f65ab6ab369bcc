import type { Instant } from '../clock/clock.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';
import { arnOf } from './arn.ts';
import { readDefinition } from './interpreter/definition.ts';
import { type Account, Execution, type StateMachine } from './interpreter/execution.ts';
import type { Integrations } from './interpreter/integration.ts';
import type { Payload } from './interpreter/payload.ts';
import { run } from './interpreter/run.ts';
import { TaskTokens } from './interpreter/task-tokens.ts';

/** The description of a state machine in a template or a test. */
export type NewStateMachine = {
  readonly name: string;
  readonly arn: string;
  /** The Amazon States Language document. */
  readonly definition: string;
  readonly roleArn: string;
};

/** Makes the account's Step Functions. */
export function states(
  surroundings: Surroundings,
  integrations: Integrations,
  calls: Partial<Pick<Account, 'ended' | 'entered' | 'changed'>> = {},
): States {
  return new States({ surroundings, integrations, tokens: new TaskTokens(), ended: () => {}, ...calls });
}

/** The state machines and executions of the account. */
export class States {
  readonly account: Account;
  readonly stateMachines = new Map<string, StateMachine>();
  /** By ARN, in the order of their start. */
  readonly executions = new Map<string, Execution>();

  constructor(account: Account) {
    this.account = account;
  }

  /** Adds a machine, or replaces the one with the same ARN. Running executions keep the definition that they started with. */
  createStateMachine({ name, arn, definition, roleArn }: NewStateMachine): StateMachine {
    const resources = new Set(Object.keys(this.account.integrations));
    const machine = readDefinition(name, definition, { resources });
    const createdAt = this.now();
    const stateMachine = { name, arn: arnOf('stateMachine', arn), definition, roleArn, machine, createdAt };
    this.stateMachines.set(arn, stateMachine);
    return stateMachine;
  }

  stateMachine(arn: string): StateMachine {
    const found = this.stateMachines.get(arn);
    if (!found) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return found;
  }

  execution(arn: string): Execution {
    const found = this.executions.get(arn);
    if (!found || found.isDeleted) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  }

  /** Starts an execution and returns at once. */
  start(stateMachine: StateMachine, name: string, input: Payload): Execution {
    const execution = new Execution(this.account, stateMachine, name, input);
    this.executions.set(execution.arn, execution);
    void run(execution);
    return execution;
  }

  /** Runs an unsuccessful execution again, from the state that did not succeed. */
  redrive(execution: Execution): void {
    execution.redrive();
    void run(execution);
  }

  now(): Instant {
    return this.account.surroundings.clock.now();
  }
}
