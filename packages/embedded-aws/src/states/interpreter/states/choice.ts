import { unexpectedType } from '../expression.ts';
import type { ChoiceState, Rule } from '../machine.ts';
import type { Exit, Visit } from '../visit.ts';

/** Leaves by the first rule whose Condition is true, else by Default with the state's own Assign and Output. */
export async function choice(visit: Visit, state: ChoiceState): Promise<Exit> {
  for (const rule of state.choices) {
    if (await applies(visit, rule)) return visit.leave(rule, visit.input);
  }
  if (state.next !== undefined) return visit.leave(state, visit.input);
  throw visit.failure(
    'States.NoChoiceMatched',
    'Failed to transition out of the state. The state does not point to a next state.',
  );
}

async function applies(visit: Visit, { condition }: Rule): Promise<boolean> {
  const value = await visit.evaluate(condition);
  if (typeof value === 'boolean') return value;
  throw visit.evaluationFailed(unexpectedType(condition.source, condition.location, 'boolean', value));
}
