import type { Assembly, Stack } from './assembly.ts';
import { inDependencyOrder } from './dependency-order.ts';
import { inert } from './inert.ts';
import { resolve, textOf } from './intrinsics.ts';
import { NESTED, nestedStack } from './nested-stack.ts';
import { referencesIn } from './references.ts';
import { type Place, type Scope, scopeOf } from './scope.ts';

/** A resource of a template, its properties resolved. */
export type ResourceDescription = {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** What Ref and Fn::GetAtt give for a resource. An attribute that is not here is an error for who asks. */
export type Made = { readonly ref: string; readonly attributes?: Readonly<Record<string, string>> };

/** Makes one resource. */
export type ResourceMaker = (resource: ResourceDescription) => Promise<Made> | Made;

export type CreatedStacks = {
  /** In the order they were made. */
  readonly resources: readonly (ResourceDescription & Made)[];
  /** By stack name, then by output. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

type Makers = Readonly<Record<string, ResourceMaker>>;

/** Makes every resource of every stack, each after what it refers to, as `cdk deploy --all` would. */
export async function createStacks(assembly: Assembly, makers: Makers, place: Place): Promise<CreatedStacks> {
  const work: Work = { assembly, makers, place, exports: new Map(), resources: [] };
  const outputs: Record<string, Record<string, string>> = {};
  for (const stack of assembly.stacks) {
    checkEnvironment(stack, place);
    outputs[stack.name] = await createStack(work, stack, {});
  }
  return { resources: work.resources, outputs };
}

type Work = {
  readonly assembly: Assembly;
  readonly makers: Makers;
  readonly place: Place;
  /** These two grow. */
  readonly exports: Map<string, string>;
  readonly resources: (ResourceDescription & Made)[];
};

/** Makes the resources of one stack, those of the stacks nested in it too; answers its outputs. */
async function createStack(
  work: Work,
  stack: Stack,
  parameters: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const made = new Map<string, ResourceDescription & Made>();
  const scope = scopeOf(stack, work.place, made, work.exports, parameters);
  for (const logicalId of deploymentOrder(stack, scope)) {
    const resource = await create(work, stack, logicalId, scope);
    made.set(logicalId, resource);
    work.resources.push(resource);
  }
  return outputsOf(stack, scope, work.exports);
}

function checkEnvironment({ name, environment }: Stack, { accountId, region }: Place): void {
  const mine = ['aws://unknown-account/unknown-region', `aws://${accountId}/${region}`];
  if (!mine.includes(environment))
    throw new Error(`Stack ${name} was synthesized for ${environment}; the embedded account is ${mine[1]}.`);
}

/** Resources whose condition is false are left out; so are they where others depend on them. */
function deploymentOrder({ name, template: { Resources } }: Stack, scope: Scope): string[] {
  const wanted = Object.entries(Resources).filter(
    ([logicalId, { Condition }]) => !Condition || within(`${name}/${logicalId}`, () => scope.condition(Condition)),
  );
  const ids = new Set(wanted.map(([logicalId]) => logicalId));
  return within(name, () =>
    inDependencyOrder(ids, (id) =>
      [...(Resources[id]?.DependsOn ?? []), ...referencesIn(Resources[id]?.Properties)].filter((one) => ids.has(one)),
    ),
  );
}

async function create(work: Work, stack: Stack, logicalId: string, scope: Scope): Promise<ResourceDescription & Made> {
  const { Type: type = '', Properties = {} } = stack.template.Resources[logicalId] ?? {};
  return within(`${stack.name}/${logicalId} (${type})`, async () => {
    const properties = resolve(Properties, scope) as Record<string, unknown>;
    const resource = { stack: stack.name, logicalId, type, properties };
    const make = type === NESTED ? nest(work, stack) : makerOf(type, work.makers, work.place);
    return { ...resource, ...(await make(resource)) };
  });
}

/** A stack in a stack: its outputs are its attributes. */
const nest =
  (work: Work, parent: Stack): ResourceMaker =>
  async (resource) => {
    const { stack, parameters } = nestedStack(work.assembly, parent, resource);
    const outputs = await createStack(work, stack, parameters);
    const { region, accountId } = work.place;
    return {
      ref: `arn:aws:cloudformation:${region}:${accountId}:stack/${stack.name}/1`,
      attributes: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [`Outputs.${name}`, value])),
    };
  };

function makerOf(type: string, makers: Makers, place: Place): ResourceMaker {
  const maker = Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (maker) return maker;
  const ignored = Object.hasOwn(inert, type) ? inert[type] : undefined;
  if (ignored) return (resource) => ignored.made(resource, place);
  throw new Error(
    'the embedded account does not know this resource type. It needs a maker, or a reason in packages/embedded-aws/src/template/inert.ts.',
  );
}

function outputsOf({ name: stack, template }: Stack, scope: Scope, exports: Map<string, string>) {
  const outputs: Record<string, string> = {};
  for (const [name, { Value, Condition, Export }] of Object.entries(template.Outputs))
    within(`${stack}, output ${name}`, () => {
      if (Condition && !scope.condition(Condition)) return;
      const value = textOf(resolve(Value, scope));
      outputs[name] = value;
      if (Export) exports.set(textOf(resolve(Export.Name, scope)), value);
    });
  return outputs;
}

/** Says where in the template something went wrong. */
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
