import type { Instant } from '../../clock/clock.ts';
import type { Frame, MapItem } from './frame.ts';
import type { State } from './machine.ts';

/** The parts of a visit that the Context object shows. */
type Entered = {
  readonly frame: Frame;
  readonly state: State;
  readonly enteredAt: Instant;
  readonly retries: number;
  readonly token: string | undefined;
};

/**
 * Returns `$states.context` (developer guide, "Accessing execution data from the Context object").
 *
 * Instants are formatted only when an expression reads them, because most expressions do not.
 */
export function contextObject({ frame, state, enteredAt, retries, token }: Entered, item: MapItem | undefined): object {
  const { execution } = frame;
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input.value,
      Name: execution.name,
      RoleArn: execution.stateMachine.roleArn,
      get StartTime() {
        return new Date(execution.startedAt).toISOString();
      },
      RedriveCount: execution.redriveCount,
    },
    StateMachine: { Id: execution.stateMachine.arn, Name: execution.stateMachine.name },
    State: {
      get EnteredTime() {
        return new Date(enteredAt).toISOString();
      },
      Name: state.name,
      // AWS gives a Pass none. It is present here in the states that can have a Retry.
      ...('retry' in state ? { RetryCount: retries } : {}),
    },
    ...(token === undefined ? {} : { Task: { Token: token } }),
    ...(item === undefined ? {} : { Map: { Item: item } }),
  };
}
