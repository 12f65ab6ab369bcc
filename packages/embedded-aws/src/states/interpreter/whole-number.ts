import { unexpectedType } from './expression.ts';
import { LONGEST_SECONDS } from './fields.ts';
import { QueryEvaluationError } from './state-failure.ts';
import type { Template } from './template.ts';
import type { Visit } from './visit.ts';

/** Returns the value of a field that must be a whole number from `least` to 99,999,999; undefined if the field is absent. */
export async function wholeNumber(
  visit: Visit,
  field: Template | undefined,
  least: number,
): Promise<number | undefined> {
  if (!field) return undefined;
  const value = await visit.evaluate(field);
  const { source, location } = field;
  if (typeof value !== 'number') throw visit.evaluationFailed(unexpectedType(source, location, 'number', value));
  if (Number.isInteger(value) && value >= least && value <= LONGEST_SECONDS) return value;
  const range = `from ${least} to ${LONGEST_SECONDS}`;
  throw visit.evaluationFailed(
    new QueryEvaluationError(location, `The ${location} field must be a whole number ${range}: ${value}`),
  );
}
