import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { bundles } from '../../cli/account/embedded-account.ts';
import { oncePerRun, sharedAssembly } from '../shared-assembly.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

type Properties = Readonly<Record<string, unknown>>;
export type Resource = {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};

type Choices = {
  readonly tree?: string;
  readonly checked?: boolean;
  readonly reviewed?: boolean;
  readonly infra?: string;
};

/**
 * Runs the app like `cdk synth`, in a folder of its own, with an empty environment and therefore without credentials.
 *
 * The CDK's own check of the template takes 5 s of a core and the review by cdk-nag 1 s, so they run only with the options
 * `checked` and `reviewed`.
 */
export async function synthesize(environment = 'local', choices: Choices = {}) {
  if (environment === 'local' && Object.keys(choices).length === 0) return shared();
  const folder = mkdtempSync(join(tmpdir(), 'rollback-synth-'));
  const ended = await runApp(environment, folder, choices);
  return {
    ...ended,
    ...assemblyIn(folder, environment),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Returns the reviewed synthesis of an environment. All test files of a run share it. */
export async function reviewedSynthesis(environment: string) {
  const { folder, ...ended } = await oncePerRun(`reviewed-${environment}`, async (place) => ({
    folder: place,
    ...(await runApp(environment, place, { reviewed: true })),
  }));
  return { ...ended, ...assemblyIn(folder, environment), remove: () => {} };
}

async function runApp(environment: string, folder: string, choices: Choices) {
  const { tree = root, checked = false, reviewed = false, infra } = choices;
  await sharedAssembly(); // its synthesis bundles the functions, and the others find these bundles
  const app = spawn(process.execPath, [join(tree, 'cdk/app.ts')], {
    cwd: tree,
    env: {
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, environment }),
      CDK_VALIDATION: String(checked),
      ROLLBACK_REVIEW: String(reviewed),
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ROLLBACK_BUNDLES: bundles,
      ...(infra ? { ROLLBACK_INFRA: infra } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => app.once('close', resolve));
  const [exitCode, stderr] = await Promise.all([ended, text(app.stderr)]);
  return { exitCode, stderr };
}

/** Returns the synthesis that all test files share. */
async function shared() {
  return { exitCode: 0, stderr: '', ...assemblyIn(await sharedAssembly(), 'local'), remove: () => {} };
}

/** Returns the stack of the embedded account's environment, with its nested stacks. Most tests read it. */
export const localStack = async () => (await shared()).stack();

function assemblyIn(folder: string, environment: string) {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return {
    assembly: folder,
    /** The templates of the stack and its nested stacks. */
    templateFiles: () =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.template.json'))
        .map((file) => join(folder, file)),
    templateFile: join(folder, `rollback-${environment}.template.json`),
    stack: () => parseTemplate(wholeStack(read, `rollback-${environment}`)),
    review: () => parseReview(read('validation-report.json'), read(`rollback-${environment}.metadata.json`)),
  };
}

const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };

/** The properties that name a resource. */
const names = ['TableName', 'FunctionName', 'StateMachineName', 'QueueName', 'TopicName', 'LogGroupName', 'Name'];

type Template = {
  readonly Resources: Record<string, Omit<Resource, 'id'>>;
  readonly Outputs?: Record<string, { readonly Value: unknown }>;
};

/** Merges a stack and its nested stacks. Parameters and outputs between them are replaced by their values. */
function wholeStack(read: (file: string) => string, name: string): Template['Resources'] {
  const { Resources } = JSON.parse(read(`${name}.template.json`)) as Template;
  const { files } = JSON.parse(read(`${name}.assets.json`)) as { files: Record<string, { source: { path: string } }> };
  const outputs: Record<string, unknown> = {};
  const whole: Template['Resources'] = {};
  for (const [id, resource] of Object.entries(Resources)) {
    whole[id] = resource;
    if (resource.Type !== 'AWS::CloudFormation::Stack') continue;
    const [, asset = ''] = JSON.stringify(resource.Properties['TemplateURL']).match(/([0-9a-f]{64})\.json/) ?? [];
    const parameters = resource.Properties['Parameters'] as Record<string, unknown>;
    const own = (name: string) => `${id}/${name}`;
    const known = ({ Ref, 'Fn::GetAtt': att, ...rest }: Record<string, unknown>) => {
      if (Ref !== undefined) return parameters[String(Ref)] ?? { Ref: pseudo(Ref) ? Ref : own(String(Ref)) };
      if (att !== undefined) return { 'Fn::GetAtt': [own((att as string[])[0] ?? ''), ...(att as string[]).slice(1)] };
      return rest;
    };
    const nested = JSON.parse(read(files[asset]?.source.path ?? '')) as Template;
    for (const [name, one] of Object.entries(nested.Resources))
      whole[own(name)] = rewritten(one, known) as Template['Resources'][string];
    for (const [name, { Value }] of Object.entries(nested.Outputs ?? {}))
      outputs[`${id}.Outputs.${name}`] = rewritten(Value, known);
  }
  return rewritten(whole, (one) => outputs[String([one['Fn::GetAtt']].flat().join('.'))] ?? one) as typeof whole;
}

const pseudo = (name: unknown) => String(name).startsWith('AWS::');

/** Returns a copy of a value in which `known` has replaced every object, from the outside in. */
function rewritten(value: unknown, known: (one: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => rewritten(one, known));
  if (typeof value !== 'object' || value === null) return value;
  const one = known(value as Record<string, unknown>);
  if (one !== value && ('Ref' in value || 'Fn::GetAtt' in value)) return one;
  return Object.fromEntries(Object.entries(one as object).map(([key, inner]) => [key, rewritten(inner, known)]));
}

/** Returns resources whose references can be shown as the names of their targets. */
function parseTemplate(Resources: Template['Resources']) {
  const all = Object.entries(Resources).map(([id, resource]): Resource => ({ ...resource, id }));
  const ofType = (type: string) => all.filter(({ Type }) => Type === type);
  const nameOf = (id: string): string => {
    const { Type, Properties } = Resources[id] ?? { Type: id, Properties: {} };
    if (Type === 'AWS::Lambda::Version')
      return `${nameOf((Properties['FunctionName'] as { Ref: string }).Ref)}:version`;
    return String(names.map((name) => Properties[name]).find((name) => name !== undefined) ?? id);
  };
  /** Returns `{ 'Fn::Join': … }` and other references as one text. The partition is `aws`. */
  const shown = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return String(value);
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Readonly<Record<string, unknown>>;
    if (Ref) return Ref === 'AWS::Partition' ? 'aws' : nameOf(String(Ref));
    if (attribute) return nameOf(String((attribute as unknown[])[0]));
    if (join) return (join as [string, unknown[]])[1].map(shown).join('');
    return JSON.stringify(value);
  };
  /** Returns the rights of a function's or state machine's role, one line per action and resource. */
  const allowed = (owner: string, type = 'AWS::Lambda::Function'): string[] => {
    const { Properties } = all.find(({ id, Type }) => Type === type && nameOf(id) === owner) ?? {
      Properties: {} as Properties,
    };
    const roleId = ((Properties['Role'] ?? Properties['RoleArn']) as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0];
    return ofType('AWS::IAM::Policy')
      .filter(({ Properties: { Roles } }) => JSON.stringify(Roles).includes(`"${roleId}"`))
      .flatMap(({ Properties: { PolicyDocument } }) => (PolicyDocument as { Statement: Statement[] }).Statement)
      .flatMap(({ Effect, Action, Resource, Condition }) =>
        [Action].flat().flatMap((action) =>
          [Resource].flat().map((resource) => {
            const condition = Condition ? ` if ${JSON.stringify(Condition)}` : '';
            return `${Effect} ${action} on ${shown(resource)}${condition}`;
          }),
        ),
      )
      .toSorted();
  };
  return { all, ofType, shown, allowed };
}

export type Statement = {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
};

/** Returns cdk-nag's open findings, its acknowledged findings with their reasons, and every acknowledgement. */
function parseReview(report: string, metadata: string) {
  const { pluginReports } = JSON.parse(report) as { pluginReports: PluginReport[] };
  const entries = Object.entries(JSON.parse(metadata) as Record<string, { type: string; data: unknown }[]>);
  return {
    packs: pluginReports.map(({ pluginName }) => pluginName),
    unacknowledged: pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName)),
    acknowledged: pluginReports.flatMap(({ suppressedViolations = [] }) => suppressedViolations),
    acknowledgements: entries.flatMap(([path, all]) =>
      all
        .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
        .flatMap(({ data }) => Object.keys(data as object).map((id) => ({ id, at: path.slice(1) }))),
    ),
  };
}

type PluginReport = {
  readonly pluginName: string;
  readonly violations: readonly { readonly ruleName: string }[];
  readonly suppressedViolations?: readonly {
    readonly acknowledgedId: string;
    readonly acknowledgedAt: string;
    readonly reason: string;
  }[];
};
