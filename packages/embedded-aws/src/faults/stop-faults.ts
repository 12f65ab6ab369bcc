import type { Clock } from '../clock/clock.ts';
import { isNamed } from './is-named.ts';

/**
 * The ways in which an execution ends of which it gets nothing to see: its time limit, or that it is deleted with its machine.
 * Without either, a person presses Stop.
 */
export const executionEndings = ['timed-out', 'deleted'] as const;
export type ExecutionEnding = (typeof executionEndings)[number];

/** An end of an execution in a state: a person presses Stop in the console, or one of the above. */
export type StopFault = {
  /** Absent: a person presses Stop. */
  readonly how?: ExecutionEnding | undefined;
  /** The machine's name, or its end after a hyphen. */
  readonly machine: string;
  readonly state: string;
  /** Seconds after the entry; if the execution has left the state by then, the next entry counts. Absent: at the entry. */
  readonly after?: number | undefined;
  /** The cause that the person gives. Absent: none. */
  readonly cause?: string | undefined;
};

type Endable = { timeOut(): void; delete(): void };

/** Ends an execution in one of these ways. */
export const endAs = (execution: Endable, how: ExecutionEnding): void =>
  how === 'deleted' ? execution.delete() : execution.timeOut();

/** The part of an execution that a stop needs. */
type Stoppable = Endable & {
  readonly stateMachine: { readonly name: string };
  readonly point: { readonly state: string; readonly visit: number };
  readonly status: string;
  end(status: 'ABORTED', ending: { readonly error: string; readonly cause: string | undefined }): void;
};

/** The stops that are due. Each concerns one execution. */
export class StopFaults {
  readonly #clock: Pick<Clock, 'now' | 'at'>;
  readonly #due: { readonly fault: StopFault; state: 'due' | 'waiting' | 'met' }[] = [];

  constructor(clock: Pick<Clock, 'now' | 'at'>) {
    this.#clock = clock;
  }

  add(fault: StopFault): void {
    this.#due.push({ fault, state: 'due' });
  }

  /** Returns the stops that have not happened, one sentence each. */
  unmet(): string[] {
    return this.#due
      .filter(({ state }) => state !== 'met')
      .map(({ fault: { machine, state, after } }) => {
        const stayed = after === undefined ? 'entered it' : `was in it for ${after} s`;
        return `an execution of ${machine} was due to be stopped in the state ${state}, and none ${stayed}`;
      });
  }

  /** Stops an execution that has entered a state of its machine, if that is due. */
  entered(execution: Stoppable): void {
    const { state, visit } = execution.point;
    const due = this.#due.find(
      (one) =>
        one.state === 'due' && one.fault.state === state && isNamed(execution.stateMachine.name, one.fault.machine),
    );
    if (!due) return;
    const { after, cause, how } = due.fault;
    const stop = () => {
      const left = execution.status !== 'RUNNING' || execution.point.visit !== visit;
      due.state = left ? 'due' : 'met';
      if (left) return;
      if (how) endAs(execution, how);
      else execution.end('ABORTED', { error: 'StoppedByTheStory', cause });
    };
    due.state = 'waiting';
    if (after === undefined) stop();
    else this.#clock.at(this.#clock.now() + after * 1000, stop);
  }
}
