import type { Stack } from './assembly.ts';
import { holds } from './conditions.ts';
import type { CreatedResource } from './resource.ts';
import { NO_VALUE, type Place, type Scope } from './scope.ts';

/** The values that the names of one stack are looked up in. */
export type ScopeValues = {
  readonly place: Place;
  /** The stack's resources by logical ID. The map grows while the scope is used. */
  readonly created: ReadonlyMap<string, CreatedResource>;
  /** The exports of all stacks. The map grows while the scope is used. */
  readonly exports: ReadonlyMap<string, string>;
  /** Values of the stack's parameters; a parameter without one has its default. */
  readonly parameters: Readonly<Record<string, string>>;
};

/** Returns the scope of one stack. */
export function scopeOf({ name: stack, template }: Stack, { place, created, exports, parameters }: ScopeValues): Scope {
  const pseudo = pseudoParameters(stack, place);
  const scope: Scope = {
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      if (template.Parameters[name]) return parameters[name] ?? defaultOf(name, template.Parameters[name]);
      return named(created, name, whyNotCreated(template, name)).ref;
    },
    attribute: (logicalId, name) => {
      const { attributes = {} } = named(created, logicalId, whyNotCreated(template, logicalId));
      const type = template.Resources[logicalId]?.Type;
      const has = Object.keys(attributes).join(', ') || 'none';
      return named(
        new Map(Object.entries(attributes)),
        name,
        `an attribute of ${logicalId} (${type}) here; it has ${has}`,
      );
    },
    exported: (name) => named(exports, name, 'an export of a stack deployed before'),
    mapped: (map, first, second) => {
      const value = template.Mappings[map]?.[first]?.[second];
      if (value === undefined) throw new Error(`Mappings has no ${map}.${first}.${second}.`);
      return value;
    },
    condition: (name) => holds(named(new Map(Object.entries(template.Conditions)), name, 'a condition'), scope),
  };
  return scope;
}

function named<Value>(values: ReadonlyMap<string, Value>, name: string, what: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`${name} is not ${what}.`);
  return value;
}

const whyNotCreated = ({ Resources }: Stack['template'], name: string) =>
  Resources[name]?.Condition
    ? `a resource of this deployment: its condition ${Resources[name].Condition} is false`
    : 'a resource, parameter or pseudo parameter that the embedded account knows';

const pseudoParameters = (stack: string, { region, accountId }: Place): Readonly<Record<string, unknown>> => ({
  'AWS::AccountId': accountId,
  'AWS::NoValue': NO_VALUE,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::StackName': stack,
  'AWS::URLSuffix': 'amazonaws.com',
});

/** Returns a parameter's default: a cloud assembly is deployed without asking for values. */
function defaultOf(name: string, { Type, Default }: Stack['template']['Parameters'][string]): unknown {
  if (Type.startsWith('AWS::SSM::Parameter::'))
    throw new Error(
      `Parameter ${name} is read from Parameter Store (${Type}), which the embedded account does not have.`,
    );
  if (Default === undefined) throw new Error(`Parameter ${name} has neither a value nor a Default. Give it one.`);
  return Type === 'CommaDelimitedList'
    ? String(Default)
        .split(',')
        .map((one) => one.trim())
    : String(Default);
}
