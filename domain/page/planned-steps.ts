/** A step of a rollback as its machine's definition has it. */
export type PlannedStep = { readonly id: string; readonly name: string };

type State = { readonly Arguments?: { readonly Payload?: { readonly step?: Partial<PlannedStep> } } };

/**
 * Returns the steps of a state machine's definition, in its order. A state that prepares a step has another name than the step.
 *
 * Returns [] for a definition that has none: the page then says that the plan is not known.
 */
export function plannedSteps(definition: string): PlannedStep[] {
  const { States = {} } = JSON.parse(definition) as { readonly States?: Readonly<Record<string, State>> };
  return Object.entries(States).flatMap(([state, { Arguments }]) => {
    const { id, name } = Arguments?.Payload?.step ?? {};
    return typeof id === 'string' && typeof name === 'string' && state === name ? [{ id, name }] : [];
  });
}
