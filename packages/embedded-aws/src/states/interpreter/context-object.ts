import type { MapItem } from './frame.ts';
import type { Visit } from './visit.ts';

/**
 * What `$states.context` is (developer guide, "Accessing execution data from the Context object").
 *
 * Instants are written out only when read: most expressions never look at them.
 */
export function contextObject({ frame, state, enteredAt, retries, token }: Visit, item: MapItem | undefined): object {
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
      RedriveCount: 0,
    },
    StateMachine: { Id: execution.stateMachine.arn, Name: execution.stateMachine.name },
    State: {
      get EnteredTime() {
        return new Date(enteredAt).toISOString();
      },
      Name: state.name,
      RetryCount: retries,
    },
    ...(token === undefined ? {} : { Task: { Token: token } }),
    ...(item === undefined ? {} : { Map: { Item: item } }),
  };
}
