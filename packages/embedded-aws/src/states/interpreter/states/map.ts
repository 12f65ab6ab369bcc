import { type RunStates, runConcurrently } from '../concurrent-branches.ts';
import { unexpectedType } from '../expression.ts';
import type { MapItem } from '../frame.ts';
import type { MapState } from '../machine.ts';
import { limited, type Payload, payload } from '../payload.ts';
import { recovering } from '../recovery.ts';
import { QueryEvaluationError } from '../state-failure.ts';
import type { Exit, Visit } from '../visit.ts';
import { wholeNumber } from '../whole-number.ts';

/** An inline Map runs at most 40 iterations at once (developer guide, "Map state processing modes"). */
const MOST_AT_ONCE = 40;

/**
 * Runs the item processor once per item. The result is the list of their outputs, in the order of the items.
 *
 * The first iteration that fails stops the others.
 */
export function map(visit: Visit, state: MapState, runStates: RunStates): Promise<Exit> {
  return recovering(visit, state, async () => {
    const items = await itemsOf(visit, state);
    const wanted = (await wholeNumber(visit, state.maxConcurrency, 0)) || MOST_AT_ONCE;
    const result = await iterations(visit, state, { items, atOnce: Math.min(wanted, MOST_AT_ONCE) }, runStates);
    return visit.leave(state, result, { result: result.value });
  });
}

async function iterations(
  visit: Visit,
  state: MapState,
  { items, atOnce }: { readonly items: readonly unknown[]; readonly atOnce: number },
  runStates: RunStates,
) {
  const { frame } = visit;
  frame.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } }, state.name);
  const results = await runConcurrently(visit, items.length, atOnce, async (index, branch) => {
    const about = { name: state.name, index };
    const item: MapItem = { Index: index, Value: items[index] };
    const iteration = branch(item);
    iteration.record('MapIterationStarted', { mapIterationStartedEventDetails: about }, state.name);
    const output = await runStates(iteration, state.itemProcessor, await selected(visit, state, item));
    const succeeded = { mapIterationSucceededEventDetails: about };
    return { output, lastEvent: iteration.recordAside('MapIterationSucceeded', succeeded, state.name) };
  });
  frame.recordAside('MapStateSucceeded', {}, state.name);
  return results;
}

async function itemsOf(visit: Visit, { items }: MapState): Promise<readonly unknown[]> {
  const value = items ? await visit.evaluate(items) : visit.input.value;
  if (Array.isArray(value)) return payload(value).value as unknown[];
  const notAnArray = `Map state input must be an array but was: ${JSON.stringify(value)}`;
  throw visit.evaluationFailed(
    items ? unexpectedType(items.source, 'Items', 'array', value) : new QueryEvaluationError(undefined, notAnArray),
  );
}

/** Returns the input of an iteration: the result of ItemSelector, or the item if there is none. */
async function selected(visit: Visit, { name, itemSelector }: MapState, item: MapItem): Promise<Payload> {
  if (!itemSelector) return payload(item.Value);
  return limited(name, payload(await visit.evaluate(itemSelector, {}, item)));
}
