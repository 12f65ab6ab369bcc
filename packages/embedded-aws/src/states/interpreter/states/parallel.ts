import { type RunStates, runConcurrently } from '../concurrent-branches.ts';
import type { ParallelState, Workflow } from '../machine.ts';
import { limited, type Payload, payload } from '../payload.ts';
import { recovering } from '../recovery.ts';
import type { Exit, Visit } from '../visit.ts';

/** Runs the branches concurrently. The result is the list of their outputs. The first branch that fails stops the others. */
export function parallel(visit: Visit, state: ParallelState, runStates: RunStates): Promise<Exit> {
  return recovering(visit, state, async () => {
    const given = state.arguments ? limited(state.name, payload(await visit.evaluate(state.arguments))) : visit.input;
    const result = await branches(visit, state.branches, given, runStates);
    return visit.leave(state, result, { result: result.value });
  });
}

async function branches(visit: Visit, workflows: readonly Workflow[], given: Payload, runStates: RunStates) {
  const { frame, state } = visit;
  frame.record('ParallelStateStarted', {}, state.name);
  const results = await runConcurrently(visit, workflows.length, workflows.length, async (index, branch) => {
    const inner = branch(frame.item);
    const output = await runStates(inner, workflows[index] as Workflow, given);
    return { output, lastEvent: inner.previousEvent };
  });
  frame.recordAside('ParallelStateSucceeded', {}, state.name);
  return results;
}
