import { Frame, type MapItem } from './frame.ts';
import type { Workflow } from './machine.ts';
import { limited, type Payload } from './payload.ts';
import { Interrupted } from './state-failure.ts';
import type { Visit } from './visit.ts';

/** Runs a workflow in a frame; handed in, because workflows contain the states that call this. */
export type RunStates = (frame: Frame, workflow: Workflow, given: Payload) => Promise<Payload>;

/** Makes the frame of one branch or iteration. */
export type Branch = (start: { previousEvent: number; item: MapItem | undefined }) => Frame;

/**
 * Runs `count` pieces of work, at most `atOnce` at a time, each in a frame of its own.
 *
 * The first failure stops the others and is thrown when all have stopped; the state around is then failed in the history.
 */
export async function sideBySide(
  visit: Visit,
  count: number,
  atOnce: number,
  work: (index: number, branch: Branch) => Promise<Payload>,
): Promise<Payload> {
  const group = new Group(visit, count, work);
  const lines = Array.from({ length: Math.min(count, atOnce) }, () => group.line());
  await visit.frame.during(Promise.all(lines));
  return group.result();
}

class Group {
  readonly #visit: Visit;
  readonly #count: number;
  readonly #work: (index: number, branch: Branch) => Promise<Payload>;
  readonly #stop = new AbortController();
  readonly #outputs: Payload[] = [];
  #next = 0;
  #failed: { readonly failure: unknown; readonly event: number } | undefined;
  #lastEvent: number;

  constructor(visit: Visit, count: number, work: (index: number, branch: Branch) => Promise<Payload>) {
    this.#visit = visit;
    this.#count = count;
    this.#work = work;
    this.#lastEvent = visit.frame.previousEvent;
  }

  /** Takes one piece after the other until there are none, or one failed. */
  async line(): Promise<void> {
    while (this.#next < this.#count && !this.#stopped) await this.#piece(this.#next++);
  }

  result(): Payload {
    const { frame, state } = this.#visit;
    frame.goOn();
    if (!this.#failed) {
      frame.previousEvent = this.#lastEvent;
      return limited(state.name, joined(this.#outputs));
    }
    frame.previousEvent = this.#failed.event;
    if (state.type === 'Map' || state.type === 'Parallel') frame.record(`${state.type}StateFailed`, {}, state.name);
    throw this.#failed.failure;
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted || this.#visit.frame.signal.aborted;
  }

  async #piece(index: number): Promise<void> {
    let frame: Frame | undefined;
    const branch: Branch = (start) => {
      frame = this.#frame(index, start);
      return frame;
    };
    try {
      this.#outputs[index] = await this.#work(index, branch);
      this.#lastEvent = frame?.previousEvent ?? this.#lastEvent;
    } catch (failure) {
      this.#failedPiece(index, failure, frame);
    } finally {
      frame?.close();
    }
  }

  #frame(index: number, start: { previousEvent: number; item: MapItem | undefined }): Frame {
    const { frame, state, retries } = this.#visit;
    const path = `${frame.path}${state.name}[${index}]${retries ? `retry ${retries}` : ''}/`;
    const signal = AbortSignal.any([frame.signal, this.#stop.signal]);
    return new Frame(frame.execution, { ...start, path, signal, variables: frame.variables });
  }

  #failedPiece(index: number, failure: unknown, frame: Frame | undefined): void {
    const { execution } = this.#visit.frame;
    const aborted = failure instanceof Interrupted;
    if (execution.status !== 'RUNNING') return;
    if (this.#visit.state.type === 'Map') frame?.record(...iterationEnd(aborted, this.#visit.state.name, index));
    if (aborted || this.#failed) return;
    this.#failed = { failure, event: frame?.previousEvent ?? this.#lastEvent };
    this.#stop.abort();
  }
}

function iterationEnd(aborted: boolean, name: string, index: number): Parameters<Frame['record']> {
  return aborted
    ? ['MapIterationAborted', { mapIterationAbortedEventDetails: { name, index } }, name]
    : ['MapIterationFailed', { mapIterationFailedEventDetails: { name, index } }, name];
}

/** The outputs as one array, without writing each of them out again. */
function joined(outputs: readonly Payload[]): Payload {
  return { value: outputs.map(({ value }) => value), text: `[${outputs.map(({ text }) => text).join(',')}]` };
}
