import type { Stack } from './assembly.ts';
import { holds } from './conditions.ts';
import type { Made } from './create-stacks.ts';

/** `AWS::NoValue`: the property or list entry that has it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** What the names in a template stand for, as far as its resources are made. Every lookup throws by name. */
export type Scope = {
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, name: string) => string;
  readonly exported: (name: string) => string;
  readonly mapped: (map: string, first: string, second: string) => unknown;
  readonly condition: (name: string) => boolean;
};

export type Place = { readonly region: string; readonly accountId: string };

/** The scope of one stack; `made` and `exports` grow while it is used. `given` are values of its parameters. */
export function scopeOf(
  { name: stack, template }: Stack,
  place: Place,
  made: ReadonlyMap<string, Made>,
  exports: ReadonlyMap<string, string>,
  given: Readonly<Record<string, string>> = {},
): Scope {
  const pseudo = pseudoParameters(stack, place);
  const scope: Scope = {
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      if (template.Parameters[name]) return given[name] ?? defaultOf(name, template.Parameters[name]);
      return named(made, name, whyNotMade(template, name)).ref;
    },
    attribute: (logicalId, name) => {
      const { attributes = {} } = named(made, logicalId, whyNotMade(template, logicalId));
      const type = template.Resources[logicalId]?.Type;
      const has = Object.keys(attributes).join(', ') || 'none';
      return named(
        new Map(Object.entries(attributes)),
        name,
        `attribute of ${logicalId} (${type}) here; it has ${has}`,
      );
    },
    exported: (name) => named(exports, name, 'export of a stack deployed before'),
    mapped: (map, first, second) => {
      const value = template.Mappings[map]?.[first]?.[second];
      if (value === undefined) throw new Error(`Mappings has no ${map}.${first}.${second}.`);
      return value;
    },
    condition: (name) => holds(named(new Map(Object.entries(template.Conditions)), name, 'condition'), scope),
  };
  return scope;
}

function named<Value>(values: ReadonlyMap<string, Value>, name: string, what: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`${name} is no ${what}.`);
  return value;
}

const whyNotMade = ({ Resources }: Stack['template'], name: string) =>
  Resources[name]?.Condition
    ? `resource of this deployment: its condition ${Resources[name].Condition} is false`
    : 'resource, parameter or pseudo parameter the embedded account knows';

const pseudoParameters = (stack: string, { region, accountId }: Place): Readonly<Record<string, unknown>> => ({
  'AWS::AccountId': accountId,
  'AWS::NoValue': NO_VALUE,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::StackName': stack,
  'AWS::URLSuffix': 'amazonaws.com',
});

/** Parameters have their defaults: a cloud assembly is deployed without asking. */
function defaultOf(name: string, { Type, Default }: Stack['template']['Parameters'][string]): unknown {
  if (Type.startsWith('AWS::SSM::Parameter::'))
    throw new Error(`Parameter ${name} is read from Parameter Store (${Type}), which the embedded account has not.`);
  if (Default === undefined) throw new Error(`Parameter ${name} has no Default, and nobody gives it a value.`);
  return Type === 'CommaDelimitedList'
    ? String(Default)
        .split(',')
        .map((one) => one.trim())
    : String(Default);
}
