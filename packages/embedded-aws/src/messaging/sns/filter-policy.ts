import type { MessageAttributes } from '../message-attributes.ts';

/** The conditions per attribute, one of which must hold (SNS developer guide, "subscription filter policies"). */
export type FilterPolicy = Readonly<Record<string, readonly Condition[]>>;
type Condition = Plain | null | Operator;
type Plain = string | number | boolean;
type Operator = {
  readonly exists?: boolean;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly 'anything-but'?: Plain | readonly Plain[];
  readonly 'equals-ignore-case'?: string;
};

const OPERATORS = ['exists', 'prefix', 'suffix', 'anything-but', 'equals-ignore-case'];

/** Parses a filter policy on message attributes; refuses conditions that the account cannot evaluate, by name. */
export function parseFilterPolicy(policy: unknown): FilterPolicy {
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy))
    throw new Error(`a filter policy must be an object, got ${JSON.stringify(policy)}`);
  for (const [attribute, conditions] of Object.entries(policy)) {
    if (!Array.isArray(conditions)) throw new Error(`filter policy, ${attribute}: expected a list of conditions`);
    for (const condition of conditions) checkCondition(attribute, condition);
  }
  return policy as FilterPolicy;
}

function checkCondition(attribute: string, condition: unknown): void {
  if (typeof condition !== 'object' || condition === null) return;
  const [operator = '', ...more] = Object.keys(condition);
  const plain = !('anything-but' in condition) || isPlain(condition['anything-but']);
  if (OPERATORS.includes(operator) && more.length === 0 && plain) return;
  throw new Error(
    `filter policy, ${attribute}: ${JSON.stringify(condition)} is not supported. Use plain values or ` +
      `${OPERATORS.join(', ')}; anything-but takes only plain values.`,
  );
}

const isPlain = (value: unknown) => [value].flat().every((one) => typeof one !== 'object');

/** Returns whether a policy accepts a message with these attributes: every attribute of the policy has to match. */
export const accepts = (policy: FilterPolicy, attributes: MessageAttributes): boolean =>
  Object.entries(policy).every(([name, conditions]) => {
    const values = valuesOf(attributes[name]);
    return conditions.some((condition) => holds(condition, values, Object.keys(attributes).length > 0));
  });

/** Returns whether a condition holds. `exists: false` needs `anyAttribute`: the message has at least one attribute. */
function holds(condition: Condition, values: readonly unknown[], anyAttribute: boolean): boolean {
  if (typeof condition !== 'object' || condition === null) return values.includes(condition);
  if (condition.exists !== undefined) return condition.exists ? values.length > 0 : anyAttribute && values.length === 0;
  return values.some((value) => matches(condition, value));
}

function matches(operator: Operator, value: unknown): boolean {
  const { 'anything-but': others } = operator;
  if (others !== undefined) return ![others].flat().some((other) => other === value);
  const text = typeof value === 'string' ? value : undefined;
  if (operator.prefix !== undefined) return text?.startsWith(operator.prefix) ?? false;
  if (operator.suffix !== undefined) return text?.endsWith(operator.suffix) ?? false;
  return text?.toLowerCase() === operator['equals-ignore-case']?.toLowerCase();
}

/** Returns an attribute's values in the form that conditions compare; a binary attribute has none. */
function valuesOf(attribute: MessageAttributes[string] | undefined): readonly unknown[] {
  if (attribute?.StringValue === undefined) return [];
  if (attribute.DataType === 'Number') return [Number(attribute.StringValue)];
  if (attribute.DataType === 'String.Array') return JSON.parse(attribute.StringValue) as unknown[];
  return [attribute.StringValue];
}
