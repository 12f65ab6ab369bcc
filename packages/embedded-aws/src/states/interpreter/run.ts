import type { Execution } from './execution.ts';
import { Frame } from './frame.ts';
import type { State, Workflow } from './machine.ts';
import type { Payload } from './payload.ts';
import { Interrupted, StateFailure } from './state-failure.ts';
import { choice } from './states/choice.ts';
import { fail } from './states/fail.ts';
import { map } from './states/map.ts';
import { parallel } from './states/parallel.ts';
import { pass } from './states/pass.ts';
import { succeed } from './states/succeed.ts';
import { task } from './states/task.ts';
import { wait } from './states/wait.ts';
import { type Exit, Visit } from './visit.ts';

/** Runs an execution from its point, which is the first state or that of a redrive, to its end. Never rejects: the execution records how it ended. */
export async function run(execution: Execution): Promise<void> {
  const { signal, point, stateMachine, redriveCount, history } = execution;
  const previousEvent = redriveCount === 0 ? 0 : history.length;
  const frame = new Frame(execution, { path: '', variables: point.variables, previousEvent, signal, item: undefined });
  try {
    const output = await runStates(frame, { ...stateMachine.machine, startAt: point.state }, point.input);
    execution.end('SUCCEEDED', { output }, frame.previousEvent);
  } catch (failure) {
    if (!(failure instanceof Interrupted)) endFailed(frame, failure);
  } finally {
    frame.close();
  }
}

/** Runs the states of a workflow until one of them ends it. Returns the output. */
export async function runStates(frame: Frame, workflow: Workflow, given: Payload): Promise<Payload> {
  let name: string | undefined = workflow.startAt;
  let output = given;
  while (name !== undefined) {
    frame.throwIfInterrupted();
    if (frame.isMachine) frame.execution.enter(name, output, frame.variables);
    ({ next: name, output } = await runState(frame, workflow.states[name] as State, output));
  }
  return output;
}

async function runState(frame: Frame, state: State, given: Payload): Promise<Exit> {
  const visit = new Visit(frame, state, given);
  try {
    return await exit(visit, state);
  } catch (failure) {
    recordEnd(visit, failure);
    throw failure;
  }
}

/** Records how a failure ended a state that no Catch handled. States.Runtime ends the whole execution at once. */
function recordEnd(visit: Visit, failure: unknown): void {
  const { frame, state } = visit;
  if (failure instanceof Interrupted) recordAborted(visit);
  else if (asStateFailure(failure).error === 'States.Runtime') endFailed(frame, failure);
  else if (state.type === 'Task' && !frame.isMachine) frame.recordAside('TaskStateAborted', {}, state.name);
}

function endFailed({ execution, previousEvent }: Frame, failure: unknown): void {
  const { error, cause } = asStateFailure(failure);
  execution.end('FAILED', { error, cause }, previousEvent);
}

function exit(visit: Visit, state: State): Promise<Exit> {
  switch (state.type) {
    case 'Task':
      return task(visit, state);
    case 'Choice':
      return choice(visit, state);
    case 'Pass':
      return pass(visit, state);
    case 'Wait':
      return wait(visit, state);
    case 'Succeed':
      return succeed(visit, state);
    case 'Fail':
      return fail(visit, state);
    case 'Parallel':
      return parallel(visit, state, runStates);
    case 'Map':
      return map(visit, state, runStates);
  }
}

/** Records that the failure of another branch interrupted a state. Records nothing after the end of the execution. */
function recordAborted({ frame, state }: Visit): void {
  if (frame.execution.status !== 'RUNNING') return;
  if (state.type === 'Task' || state.type === 'Wait' || state.type === 'Parallel' || state.type === 'Map') {
    frame.record(`${state.type}StateAborted`, {}, state.name);
  }
}

/** Returns an error as a state's failure. A bug here or in an integration becomes States.Runtime, as on AWS. */
function asStateFailure(failure: unknown): StateFailure {
  if (failure instanceof StateFailure) return failure;
  return new StateFailure(
    'States.Runtime',
    failure instanceof Error ? (failure.stack ?? failure.message) : String(failure),
  );
}
