import type { Instant } from '../../clock/clock.ts';
import { contextObject } from './context-object.ts';
import type { Bindings } from './expression.ts';
import type { Frame, MapItem } from './frame.ts';
import { type Draw, stepFunctions } from './functions.ts';
import { errorAndCause, input, output } from './history.ts';
import type { State, Transition } from './machine.ts';
import { limited, type Payload, payload } from './payload.ts';
import { QueryEvaluationError, StateFailure } from './state-failure.ts';
import type { Template } from './template.ts';

/** The values of `$states` besides input and context. */
export type Outcome = { readonly result?: unknown; readonly errorOutput?: unknown };

/** The next state after a state, and the output that it receives. */
export type Exit = { readonly next: string | undefined; readonly output: Payload };

/** One stay in a state, retries included. */
export class Visit {
  readonly frame: Frame;
  readonly state: State;
  readonly input: Payload;
  readonly enteredAt: Instant;
  readonly enteredEvent: number;
  /** The event before the state's entry. */
  readonly #before: number;
  /** Identifies this visit among all visits of the execution, in keys of randomness. */
  readonly key: string;
  retries = 0;
  token: string | undefined;
  #draws = 0;

  constructor(frame: Frame, state: State, given: Payload) {
    const { execution } = frame;
    this.frame = frame;
    this.state = state;
    this.input = given;
    this.enteredAt = execution.account.surroundings.clock.now();
    const redriven = execution.redriveCount > 0 ? `/redrive ${execution.redriveCount}` : '';
    this.key = `${execution.arn}${redriven}/${frame.path}${state.name}/${frame.visit(state.name)}`;
    const stateEnteredEventDetails = { name: state.name, ...input(given.text) };
    this.#before = frame.previousEvent;
    this.enteredEvent = frame.record(`${state.type}StateEntered`, { stateEnteredEventDetails }, state.name);
    execution.transitions += 1;
    if (frame.isMachine) execution.account.entered?.(execution);
  }

  /** Returns a random number of this visit. The same seed, execution, state and visit give the same numbers. */
  readonly draw: Draw = () => {
    this.#draws += 1;
    return this.frame.execution.account.surroundings.random(`${this.key}/${this.#draws}`);
  };

  /** Evaluates a field. A failure is recorded in the history and fails the state. */
  async evaluate(template: Template, outcome: Outcome = {}, item = this.frame.item): Promise<unknown> {
    if (template.constant) return template.evaluate({});
    try {
      return await template.evaluate(this.#bindings(outcome, item));
    } catch (error) {
      throw error instanceof QueryEvaluationError ? this.evaluationFailed(error) : error;
    }
  }

  /** Records a failed evaluation in the history. Returns the failure of the state. */
  evaluationFailed({ cause, location }: QueryEvaluationError): StateFailure {
    const failure = this.failure('States.QueryEvaluationError', cause ?? '');
    const { frame, state, enteredEvent } = this;
    // AWS evaluates the first fields together with the entry, and then links to the event before it. A Wait is entered first.
    if (frame.previousEvent === enteredEvent && state.type !== 'Wait') frame.previousEvent = this.#before;
    const details = {
      state: state.name,
      ...errorAndCause(failure.error, failure.cause),
      ...(location ? { location } : {}),
    };
    frame.record('EvaluationFailed', { evaluationFailedEventDetails: details }, state.name);
    return failure;
  }

  /** Returns a failure of this state that is not a task's failure, in AWS's words. */
  failure(error: string, cause: string): StateFailure {
    const at = `the state '${this.state.name}' (entered at the event id #${this.enteredEvent})`;
    return new StateFailure(error, `An error occurred while executing ${at}. ${cause}`);
  }

  /**
   * Leaves the state by one of its transitions. `result` is the output if the transition has no Output.
   *
   * Assign and Output both see the variables from before the state; the next state sees the new values.
   */
  async leave(transition: Transition, result: Payload, outcome: Outcome = {}): Promise<Exit> {
    const { assign, output: field } = transition;
    const assigned = assign && limited(this.state.name, payload(await this.evaluate(assign, outcome)));
    const exiting = field ? limited(this.state.name, payload(await this.evaluate(field, outcome))) : result;
    const { frame, state } = this;
    if (assigned) frame.variables = { ...frame.variables, ...(assigned.value as Record<string, unknown>) };
    const stateExitedEventDetails = {
      name: state.name,
      ...output(exiting.text),
      ...(assigned ? { assignedVariables: texts(assigned.value), assignedVariablesDetails: { truncated: false } } : {}),
    };
    frame.record(exited(state), { stateExitedEventDetails }, state.name);
    return { next: transition.next, output: exiting };
  }

  #bindings(outcome: Outcome, item: MapItem | undefined): Bindings {
    const states = { input: this.input.value, context: contextObject(this, item), ...outcome };
    const { clock } = this.frame.execution.account.surroundings;
    // A variable hides a function of the same name, as everywhere in JSONata.
    return { ...stepFunctions(clock, this.draw), ...this.frame.variables, states };
  }
}

function exited({ type }: State): `${Exclude<State['type'], 'Fail'>}StateExited` {
  if (type === 'Fail') throw new Error('a Fail state is never left');
  return `${type}StateExited`;
}

const texts = (assigned: unknown) =>
  Object.fromEntries(Object.entries(assigned as object).map(([name, value]) => [name, JSON.stringify(value)]));
