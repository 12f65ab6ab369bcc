import { unexpectedType } from '../expression.ts';
import type { FailState } from '../machine.ts';
import { StateFailure } from '../state-failure.ts';
import type { Template } from '../template.ts';
import type { Exit, Visit } from '../visit.ts';

/** Ends the workflow with an error. */
export async function fail(visit: Visit, { error, cause }: FailState): Promise<Exit> {
  throw new StateFailure(await text(visit, error), await text(visit, cause));
}

async function text(visit: Visit, template: Template | undefined): Promise<string | undefined> {
  if (!template) return undefined;
  const value = await visit.evaluate(template);
  if (typeof value !== 'string') {
    throw visit.evaluationFailed(unexpectedType(template.source, template.location, 'string', value));
  }
  return value;
}
