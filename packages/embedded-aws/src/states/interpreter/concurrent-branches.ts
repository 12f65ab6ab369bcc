import { Frame, type MapItem } from './frame.ts';
import type { Workflow } from './machine.ts';
import { limited, type Payload } from './payload.ts';
import { Interrupted } from './state-failure.ts';
import type { Visit } from './visit.ts';

/** Runs a workflow in a frame. Passed in, because workflows contain the states that call this file. */
export type RunStates = (frame: Frame, workflow: Workflow, given: Payload) => Promise<Payload>;

/** Creates the frame of one branch or iteration. */
export type Branch = (item: MapItem | undefined) => Frame;

/** Runs one branch or iteration. `lastEvent` is the one that the success of the whole state follows. */
export type Run = (index: number, branch: Branch) => Promise<{ readonly output: Payload; readonly lastEvent: number }>;

/**
 * Runs `count` branches or iterations, at most `atOnce` at a time, each in its own frame.
 *
 * The first failure stops the others. When all have stopped, the failure is thrown.
 */
export async function runConcurrently(visit: Visit, count: number, atOnce: number, run: Run): Promise<Payload> {
  const group = new Group(visit, count, run);
  const workers = Array.from({ length: Math.min(count, atOnce) }, () => group.work());
  await visit.frame.during(Promise.all(workers));
  return group.result();
}

/** The branches or iterations of one visit. */
class Group {
  readonly #visit: Visit;
  readonly #count: number;
  readonly #run: Run;
  readonly #stop = new AbortController();
  readonly #outputs: Payload[] = [];
  #next = 0;
  #failed: { readonly failure: unknown; readonly event: number } | undefined;
  #lastEvent: number;

  constructor(visit: Visit, count: number, run: Run) {
    this.#visit = visit;
    this.#count = count;
    this.#run = run;
    this.#lastEvent = visit.frame.previousEvent;
  }

  /** Runs one branch after the other until all have been taken or one has failed. Each follows the events of the one before. */
  async work(): Promise<void> {
    let { previousEvent } = this.#visit.frame;
    while (this.#next < this.#count && !this.#stopped) previousEvent = await this.#runOne(this.#next++, previousEvent);
  }

  result(): Payload {
    const { frame, state } = this.#visit;
    frame.throwIfInterrupted();
    if (!this.#failed) {
      frame.previousEvent = this.#lastEvent;
      return limited(state.name, joined(this.#outputs));
    }
    frame.previousEvent = this.#failed.event;
    throw this.#failed.failure;
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted || this.#visit.frame.signal.aborted;
  }

  /** Returns the event that the next iteration follows. */
  async #runOne(index: number, previousEvent: number): Promise<number> {
    let frame: Frame | undefined;
    const branch: Branch = (item) => {
      frame = this.#frame(index, previousEvent, item);
      return frame;
    };
    try {
      const { output, lastEvent } = await this.#run(index, branch);
      this.#outputs[index] = output;
      this.#lastEvent = lastEvent;
    } catch (failure) {
      this.#fail(index, failure, frame);
    } finally {
      frame?.close();
    }
    return frame?.previousEvent ?? previousEvent;
  }

  #frame(index: number, previousEvent: number, item: MapItem | undefined): Frame {
    const { frame, state, retries } = this.#visit;
    const path = `${frame.path}${state.name}[${index}]${retries ? `retry ${retries}` : ''}/`;
    const signal = AbortSignal.any([frame.signal, this.#stop.signal]);
    return new Frame(frame.execution, { previousEvent, item, path, signal, variables: frame.variables });
  }

  #fail(index: number, failure: unknown, frame: Frame | undefined): void {
    const { execution } = this.#visit.frame;
    const aborted = failure instanceof Interrupted;
    if (execution.status !== 'RUNNING') return;
    if (this.#visit.state.type === 'Map') frame?.recordAside(...iterationEnd(aborted, this.#visit.state.name, index));
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

/** Returns the outputs as one array. Reuses their texts instead of serializing them again. */
function joined(outputs: readonly Payload[]): Payload {
  return { value: outputs.map(({ value }) => value), text: `[${outputs.map(({ text }) => text).join(',')}]` };
}
