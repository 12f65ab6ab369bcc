import { isNode, type Node } from './expressions.ts';

/** The names that an expression has bound, each with whether its value is always defined. */
type Bound = ReadonlyMap<string, boolean>;

/**
 * Returns whether an expression always has a value. An undefined value would fail the state.
 *
 * An expression that is not known to have a value counts as undefined. A variable always has one, because a state that
 * assigned undefined would have failed.
 */
export function isDefinite(node: unknown, bound: Bound = new Map()): boolean {
  if (!isNode(node)) return false;
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
    case 'regex':
      return true;
    case 'variable':
      return isDefiniteVariable(String(node['value']), bound);
    case 'path':
      return alwaysThere.test(pathText(node));
    case 'binary':
      return total.has(String(node['value'])) || (isDefinite(node['lhs'], bound) && isDefinite(node['rhs'], bound));
    case 'unary':
      return node['value'] === '-' ? isDefinite(node['expression'], bound) : true;
    case 'condition':
      return isDefinite(node['then'], afterTest(node['condition'], bound)) && isDefinite(node['else'], bound);
    case 'block':
      return isDefiniteBlock(node['expressions'] as readonly Node[], bound);
    case 'function':
      return isDefiniteCall(node, bound);
    default:
      return false;
  }
}

/** Returns whether an expression is always true or false: a comparison, a combination, or a test for existence. */
export function isBoolean(node: unknown): boolean {
  if (!isNode(node)) return false;
  if (node.type === 'binary') return /^(=|!=|<|<=|>|>=|in|and|or)$/.test(String(node['value']));
  return node.type === 'function' && ['exists', 'not', 'contains', 'boolean'].includes(nameOf(node['procedure']));
}

/**
 * The fields that Step Functions always provides (developer guide, "Accessing execution data from the Context
 * object").
 */
const alwaysThere =
  /^states\.(input|result|errorOutput(\.Error)?|context\.(Execution\.(Id|Name|Input|StartTime|RoleArn)|State\.(Name|EnteredTime)|StateMachine\.(Id|Name)))$/;

/** Operators that return a text or false even for undefined operands. */
const total = new Set(['&', '=', '!=', 'in', 'and', 'or']);
/** Functions that return a value for any argument. */
const alwaysDefined = new Set(['exists', 'count', 'now', 'millis', 'uuid']);
/** Functions that return a value if every argument has one. Other functions of JSONata may return nothing. */
const definedIfArgumentsAre = new Set(
  'string number boolean not length contains uppercase lowercase trim replace join split parse merge append'.split(' '),
);

const nameOf = (node: unknown) => (isNode(node) && node.type === 'variable' ? String(node['value']) : '');

function isDefiniteVariable(name: string, bound: Bound): boolean {
  return name !== '' && name !== '$' && (bound.get(name) ?? true);
}

function pathText(node: Node): string {
  const steps = node['steps'] as readonly Node[];
  const plain = steps.every((step) => !step['predicate'] && !step['stages'] && !step['group']);
  return plain ? steps.map((step) => step['value']).join('.') : '';
}

function isDefiniteBlock(expressions: readonly Node[], around: Bound): boolean {
  const bound = new Map(around);
  let last = false;
  for (const node of expressions) {
    last = isDefinite(node.type === 'bind' ? node['rhs'] : node, bound);
    if (node.type === 'bind') bound.set(nameOf(node['lhs']), last);
  }
  return last;
}

function isDefiniteCall(node: Node, bound: Bound): boolean {
  const name = nameOf(node['procedure']);
  const values = node['arguments'] as readonly unknown[];
  return alwaysDefined.has(name) || (definedIfArgumentsAre.has(name) && values.every((one) => isDefinite(one, bound)));
}

/** Returns the bound names after a test: if `$exists($x)` is true, $x has a value. */
function afterTest(condition: unknown, bound: Bound): Bound {
  if (!isNode(condition) || condition.type !== 'function' || nameOf(condition['procedure']) !== 'exists') return bound;
  return new Map([...bound, [nameOf((condition['arguments'] as readonly unknown[])[0]), true]]);
}
