import { NO_VALUE, type Scope } from './scope.ts';
import { substitute } from './substitute.ts';
import { textOf } from './text.ts';

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

/** The intrinsic functions of CloudFormation that the account supports. Each receives its argument unresolved. */
const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(String(name)),

  'Fn::GetAtt': (argument, scope) => {
    const [logicalId = '', ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
    return scope.attribute(String(logicalId), attribute.join('.'));
  },

  'Fn::Sub': (argument, scope) => {
    const [text, variables = {}] = Array.isArray(argument) ? argument : [argument];
    return substitute(String(text), resolve(variables, scope) as Record<string, unknown>, scope);
  },

  'Fn::Join': (argument, scope) => {
    const [delimiter, parts] = listOf(resolve(argument, scope), 2);
    return listOf(parts).map(textOf).join(textOf(delimiter));
  },

  'Fn::Split': (argument, scope) => {
    const [delimiter, text] = listOf(resolve(argument, scope), 2);
    return textOf(text).split(textOf(delimiter));
  },

  'Fn::Select': (argument, scope) => {
    const [index, values] = listOf(resolve(argument, scope), 2);
    const value = listOf(values)[Number(index)];
    if (value === undefined) throw new Error(`there is no entry ${index} in ${JSON.stringify(values)}`);
    return value;
  },

  // Only the chosen branch is resolved: the other may name resources that were not created.
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = listOf(argument, 3);
    return resolve(scope.condition(textOf(condition)) ? yes : no, scope);
  },

  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = listOf(resolve(argument, scope), 3);
    return scope.mapped(textOf(map), textOf(first), textOf(second));
  },

  'Fn::ImportValue': (argument, scope) => scope.exported(textOf(resolve(argument, scope))),
};

/** Whether an object of a template has no intrinsic function inside. Templates are remembered and never changed. */
const constants = new WeakMap<object, boolean>();

/** Returns whether a value is the same in every stack. Freezes an object that is, because all accounts of the process share it. */
function isConstant(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const known = constants.get(value);
  if (known !== undefined) return known;
  const names = Array.isArray(value) ? [] : Object.keys(value);
  const isCall = names.some((name) => name === 'Ref' || name.startsWith('Fn::'));
  const inside = Object.values(value).map(isConstant); // of all, so that each is known
  const found = !isCall && inside.every(Boolean);
  if (found) Object.freeze(value);
  constants.set(value, found);
  return found;
}

/** Returns a value of a template with its intrinsic functions replaced by their results. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (isConstant(value)) return value;
  if (Array.isArray(value)) return value.map((one) => resolve(one, scope)).filter((one) => one !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const called = entries.find(([key]) => key.startsWith('Fn::') || (key === 'Ref' && entries.length === 1));
  if (called) return call(called[0], called[1], entries.length, scope);
  return Object.fromEntries(
    entries.map(([key, one]) => [key, resolve(one, scope)]).filter(([, one]) => one !== NO_VALUE),
  );
}

function call(name: string, argument: unknown, keys: number, scope: Scope): unknown {
  const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
  if (!intrinsic) throw new Error(`${name} is not an intrinsic function that the embedded account knows.`);
  if (keys > 1)
    throw new Error(`${name} has other keys beside it; an intrinsic function must be the only key of its object.`);
  try {
    return intrinsic(argument, scope);
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}

function listOf(value: unknown, length?: number): unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length))
    throw new Error(`expected a list${length ? ` of ${length}` : ''}, found ${JSON.stringify(value)}`);
  return value;
}
