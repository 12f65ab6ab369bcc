import jsonata from 'jsonata';
import type { AnyState } from '../../../statemachines/graph/transitions.ts';

/** A node of jsonata's parser. The parser's own type omits fields that are read here. */
export type Node = Readonly<Record<string, unknown>> & { readonly type: string };
export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** An expression of a state, and its field: Arguments, Assign, Catch, Choices, … */
export type Expression = { readonly field: string; readonly text: string };

/** Returns every expression of a state, without those of the states inside it. */
export const expressionsOf = ({ Branches: _, ItemProcessor: __, ...state }: AnyState): Expression[] =>
  Object.entries(state).flatMap(([field, value]) => textsIn(value).map((text) => ({ field, text })));

function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return typeof value === 'string' && value.startsWith('{%') ? [value.replace(/^\{%|%\}$/g, '')] : [];
}

/** Returns the parsed expression, or jsonata's error message. */
export function parsed(text: string): Node | string {
  try {
    return jsonata(text).ast() as unknown as Node;
  } catch (error) {
    return (error as { message: string }).message;
  }
}

type Names = { readonly variables: readonly string[]; readonly functions: readonly string[] };

/** Returns the names that an expression reads but does not bind. */
export function namesIn(node: unknown, own: Set<string> = new Set()): Names {
  if (!isNode(node)) return typeof node === 'object' && node !== null ? allNames(Object.values(node), own) : none;
  if (node.type === 'variable') return own.has(String(node['value'])) ? none : variable(String(node['value']));
  if (node.type === 'block') return namesIn(node['expressions'], new Set(own));
  if (node.type === 'lambda')
    return namesIn(node['body'], new Set([...own, ...(node['arguments'] as Node[]).map(nameOf)]));
  if (node.type === 'bind') {
    const names = namesIn(node['rhs'], own);
    own.add(nameOf(node['lhs'] as Node));
    return names;
  }
  if (node.type === 'function' && (node['procedure'] as Node).type === 'variable') {
    const name = nameOf(node['procedure'] as Node);
    const { variables, functions } = namesIn(node['arguments'], own);
    return { variables, functions: own.has(name) ? functions : [name, ...functions] };
  }
  for (const bound of [node['focus'], node['index']]) if (typeof bound === 'string') own.add(bound);
  return allNames(Object.values(node), own);
}

const none: Names = { variables: [], functions: [] };
const nameOf = (node: Node) => String(node['value']);
/** Ignores `$` and `$$`, which are an expression's context, and `$states`, which always exists. */
const variable = (name: string): Names => (['', '$', 'states'].includes(name) ? none : { ...none, variables: [name] });

function allNames(values: readonly unknown[], own: Set<string>): Names {
  const all = values.map((value) => namesIn(value, own));
  return { variables: all.flatMap(({ variables }) => variables), functions: all.flatMap(({ functions }) => functions) };
}

const probe = jsonata('$probe()');
let environment: { lookup: (name: string) => unknown } | undefined;
probe.registerFunction('probe', function () {
  environment = this.environment;
});
await probe.evaluate({});

/** JSONata's own functions, without $eval, and those that Step Functions adds (developer guide, "Transforming data"). */
export const isFunction = (name: string): boolean =>
  ['parse', 'partition', 'range', 'hash', 'random', 'uuid'].includes(name) ||
  (name !== 'eval' && environment?.lookup(name) !== undefined);
