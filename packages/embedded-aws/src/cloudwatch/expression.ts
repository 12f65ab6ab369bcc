type Value = number | undefined;

/** Returns the value of a metric or of another expression; undefined if it has none for this period. */
export type Lookup = (id: string) => Value;

/** A metric math expression: the ids that it names, and a function that computes its value. */
export type Expression = { readonly ids: readonly string[]; readonly value: (lookup: Lookup) => Value };

type Term = (lookup: Lookup) => Value;

const OPERATORS: Readonly<Record<string, (one: number, other: number) => number>> = {
  '+': (one, other) => one + other,
  '-': (one, other) => one - other,
  '*': (one, other) => one * other,
  '/': (one, other) => one / other,
};

/**
 * Parses metric math such as `m1 / m2 * 100`: numbers, ids, + - * / and brackets. Functions are refused by name.
 *
 * An expression has no value for a period if one of its metrics has none or if it divides by zero (CloudWatch guide,
 * "Using metric math").
 */
export function readExpression(text: string): Expression {
  const tokens = text.match(/\d+(?:\.\d+)?|\w+|[^\s\w]/g) ?? [];
  const ids = new Set<string>();
  let at = 0;

  const chain = (operators: string, operand: () => Term): Term => {
    let left = operand();
    while (operators.includes(tokens[at] ?? 'none')) {
      const [operator = '', one] = [tokens[at++], left];
      const other = operand();
      left = (lookup) => combined(operator, one(lookup), other(lookup));
    }
    return left;
  };
  const sum = (): Term => chain('+-', product);
  const product = (): Term => chain('*/', factor);
  const factor = (): Term => {
    const token = tokens[at++] ?? 'the end';
    if (token === '-') return negated(factor());
    if (token === '(') return bracket();
    if (/^\d/.test(token)) return () => Number(token);
    if (!/^[a-z]\w*$/.test(token) || tokens[at] === '(') throw notUnderstood(text, token);
    ids.add(token);
    return (lookup) => lookup(token);
  };
  const bracket = (): Term => {
    const inner = sum();
    if (tokens[at++] !== ')') throw notUnderstood(text, tokens[at - 1] ?? 'the end');
    return inner;
  };

  const value = sum();
  if (at < tokens.length) throw notUnderstood(text, tokens[at] ?? '');
  return { ids: [...ids], value };
}

function combined(operator: string, one: Value, other: Value): Value {
  if (one === undefined || other === undefined) return undefined;
  const result = OPERATORS[operator]?.(one, other) ?? Number.NaN;
  return Number.isFinite(result) ? result : undefined;
}

const negated =
  (node: Term): Term =>
  (lookup) =>
    combined('-', 0, node(lookup));

const notUnderstood = (text: string, token: string) =>
  new Error(`The expression ${text} is not supported: found ${token}, expected numbers, ids, + - * / and brackets.`);
