import type { Need } from '../wire/service.ts';
import { valuesOf } from './condition-keys.ts';
import { type Operator, parseOperator } from './condition-operators.ts';
import type { Conditions } from './policy.ts';

type Question = { readonly operator: Operator | 'Null'; readonly key: string; readonly wanted: readonly string[] };

/** Returns whether all conditions of a statement hold for a request. */
export function conditionsHold(conditions: Conditions, need: Need): boolean {
  const questions = Object.entries(conditions).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, wanted]): Question => ({ operator: parseOperator(name), key, wanted })),
  );
  // All are evaluated, also after a false one, so that an unknown key is always named.
  return questions.map((question) => holds(question, valuesOf(question.key, need))).every(Boolean);
}

function holds({ operator, key, wanted }: Question, found: string | readonly string[] | undefined): boolean {
  const values = found === undefined ? [] : [found].flat();
  if (operator === 'Null') return wanted.includes(String(values.length === 0));
  if (operator.set === 'ForAllValues') return values.every((value) => compares(operator, wanted, value));
  if (operator.set === 'ForAnyValue') return values.some((value) => compares(operator, wanted, value));
  if (found === undefined) return operator.ifExists || operator.comparison.negated;
  if (typeof found === 'string') return compares(operator, wanted, found);
  throw new Error(
    `The condition key ${key} has a list of values; compare it with ForAllValues: or ForAnyValue: before the operator.`,
  );
}

const compares = ({ comparison }: Operator, wanted: readonly string[], value: string) =>
  wanted.some((one) => comparison.matches(one, value)) !== comparison.negated;
