import { isNode, type Node } from './expressions.ts';

/** Whether each name that an expression has bound is always something. */
type Bound = ReadonlyMap<string, boolean>;

/**
 * Whether an expression is always something, and never the undefined that fails a state. Careful: what is not known to be
 * something is not. A variable is, because to assign it undefined would have failed the state that assigned it.
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

/** Whether a condition is a question that is answered by true or false: to compare, to combine, to ask for a thing. */
export function isQuestion(node: unknown): boolean {
  if (!isNode(node)) return false;
  if (node.type === 'binary') return /^(=|!=|<|<=|>|>=|in|and|or)$/.test(String(node['value']));
  return node.type === 'function' && ['exists', 'not', 'contains', 'boolean'].includes(nameOf(node['procedure']));
}

/** What Step Functions always tells (developer guide, "Accessing execution data from the Context object"). */
const alwaysThere =
  /^states\.(input|result|errorOutput(\.Error)?|context\.(Execution\.(Id|Name|Input|StartTime|RoleArn)|State\.(Name|EnteredTime)|StateMachine\.(Id|Name)))$/;

/** Operators that make something of undefined: text, or false. */
const total = new Set(['&', '=', '!=', 'in', 'and', 'or']);
const alwaysSomething = new Set(['exists', 'count', 'now', 'millis', 'uuid']);
/** Functions that make something of something; others of JSONata's may find nothing. */
const somethingOfSomething = new Set(
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
  return alwaysSomething.has(name) || (somethingOfSomething.has(name) && values.every((one) => isDefinite(one, bound)));
}

/** Where `$exists($x)` holds, $x is something. */
function afterTest(condition: unknown, bound: Bound): Bound {
  if (!isNode(condition) || condition.type !== 'function' || nameOf(condition['procedure']) !== 'exists') return bound;
  return new Map([...bound, [nameOf((condition['arguments'] as readonly unknown[])[0]), true]]);
}
