import type { Assembly, Stack } from './assembly.ts';
import { inDependencyOrder } from './dependency-order.ts';
import { inert } from './inert.ts';
import { resolve } from './intrinsics.ts';
import { NESTED, nestedStack } from './nested-stack.ts';
import { rememberedReferences } from './references.ts';
import type { CreatedResource, ResourceDescription, ResourceMaker } from './resource.ts';
import type { Place, Scope } from './scope.ts';
import { scopeOf } from './stack-scope.ts';
import { textOf } from './text.ts';

export type CreatedStacks = {
  /** In the order of their creation. */
  readonly resources: readonly (ResourceDescription & CreatedResource)[];
  /** By stack name, then by output name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Nested stacks before the stack that nests them. */
  readonly stacks: readonly CreatedStack[];
};

/** A stack after its creation. */
export type CreatedStack = {
  readonly id: string;
  readonly name: string;
  /** The id of the stack that nests it. */
  readonly parentId?: string;
  readonly description: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: readonly Output[];
  /** In the order of their creation. */
  readonly resources: readonly (ResourceDescription & CreatedResource)[];
};

export type Output = {
  readonly name: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly exportName: string | undefined;
};

type Makers = Readonly<Record<string, ResourceMaker>>;

/** Creates every resource of every stack, each after the resources it refers to, as `cdk deploy --all` would. */
export async function createStacks(assembly: Assembly, makers: Makers, place: Place): Promise<CreatedStacks> {
  const work: Work = { assembly, makers, place, exports: new Map(), resources: [], stacks: [] };
  const outputs: Record<string, Record<string, string>> = {};
  for (const stack of assembly.stacks) {
    checkEnvironment(stack, place);
    outputs[stack.name] = await createStack(work, stack, {});
  }
  return { resources: work.resources, outputs, stacks: work.stacks };
}

type Work = {
  readonly assembly: Assembly;
  readonly makers: Makers;
  readonly place: Place;
  /** Exports and resources of the stacks created so far. */
  readonly exports: Map<string, string>;
  readonly resources: (ResourceDescription & CreatedResource)[];
  readonly stacks: CreatedStack[];
};

/** Creates the resources of one stack and of its nested stacks. Returns the stack's outputs. */
async function createStack(
  work: Work,
  stack: Stack,
  parameters: Readonly<Record<string, string>>,
  parent?: Stack,
): Promise<Record<string, string>> {
  const created = new Map<string, ResourceDescription & CreatedResource>();
  const scope = scopeOf(stack, { place: work.place, created, exports: work.exports, parameters });
  for (const logicalId of deploymentOrder(stack, scope)) {
    const resource = await create(work, stack, logicalId, scope);
    created.set(logicalId, resource);
    work.resources.push(resource);
  }
  const outputs = outputsOf(stack, scope, work.exports);
  work.stacks.push({
    id: stackId(work.place, stack.name),
    name: stack.name,
    ...(parent && { parentId: stackId(work.place, parent.name) }),
    description: stack.template.Description,
    parameters,
    outputs,
    resources: [...created.values()],
  });
  return Object.fromEntries(outputs.map(({ name, value }) => [name, value]));
}

function checkEnvironment({ name, environment }: Stack, { accountId, region }: Place): void {
  const mine = ['aws://unknown-account/unknown-region', `aws://${accountId}/${region}`];
  if (!mine.includes(environment))
    throw new Error(`Stack ${name} was synthesized for ${environment}; the embedded account is ${mine[1]}.`);
}

/** Returns the logical IDs in the order of creation. Resources whose condition is false are left out, also as dependencies. */
function deploymentOrder({ name, template: { Resources } }: Stack, scope: Scope): string[] {
  const wanted = Object.entries(Resources).filter(
    ([logicalId, { Condition }]) => !Condition || within(`${name}/${logicalId}`, () => scope.condition(Condition)),
  );
  const ids = new Set(wanted.map(([logicalId]) => logicalId));
  return within(name, () =>
    inDependencyOrder(ids, (id) =>
      [...(Resources[id]?.DependsOn ?? []), ...rememberedReferences(Resources[id]?.Properties ?? {})].filter((one) =>
        ids.has(one),
      ),
    ),
  );
}

async function create(
  work: Work,
  stack: Stack,
  logicalId: string,
  scope: Scope,
): Promise<ResourceDescription & CreatedResource> {
  const { Type: type = '', Properties = {} } = stack.template.Resources[logicalId] ?? {};
  return within(`${stack.name}/${logicalId} (${type})`, async () => {
    const properties = resolve(Properties, scope) as Record<string, unknown>;
    const resource = { stack: stack.name, logicalId, type, properties };
    const make = type === NESTED ? nest(work, stack) : makerOf(type, work.makers, work.place);
    return { ...resource, ...(await make(resource)) };
  });
}

/** Returns the maker of a nested stack. Its outputs are its attributes. */
const nest =
  (work: Work, parent: Stack): ResourceMaker =>
  async (resource) => {
    const { stack, parameters } = nestedStack(work.assembly, parent, resource);
    const outputs = await createStack(work, stack, parameters, parent);
    return {
      ref: stackId(work.place, stack.name),
      attributes: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [`Outputs.${name}`, value])),
    };
  };

const stackId = ({ region, accountId }: Place, name: string) =>
  `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/1`;

function makerOf(type: string, makers: Makers, place: Place): ResourceMaker {
  const maker = Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (maker) return maker;
  const ignored = Object.hasOwn(inert, type) ? inert[type] : undefined;
  if (ignored) return (resource) => ignored.created(resource, place);
  throw new Error(
    'the embedded account does not know this resource type. Give it a maker, or an entry in packages/embedded-aws/src/template/inert.ts.',
  );
}

function outputsOf({ name: stack, template }: Stack, scope: Scope, exports: Map<string, string>): Output[] {
  return Object.entries(template.Outputs).flatMap(([name, { Value, Condition, Description, Export }]) =>
    within(`${stack}, output ${name}`, () => {
      if (Condition && !scope.condition(Condition)) return [];
      const value = textOf(resolve(Value, scope));
      const exportName = Export && textOf(resolve(Export.Name, scope));
      if (exportName !== undefined) exports.set(exportName, value);
      return [{ name, value, description: Description, exportName }];
    }),
  );
}

/** Adds to an error the place in the template where it occurred. */
function within<Result>(where: string, act: () => Result): Result {
  const located = (error: unknown) => new Error(`${where}: ${(error as Error).message}`, { cause: error });
  try {
    const result = act();
    if (result instanceof Promise)
      return result.catch((error: unknown) => {
        throw located(error);
      }) as Result;
    return result;
  } catch (error) {
    throw located(error);
  }
}
