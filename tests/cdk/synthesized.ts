import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

type Properties = Readonly<Record<string, unknown>>;
export type Resource = {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};

/**
 * `cdk synth` as the CLI runs the app, in a folder of its own, with an empty environment: there are no credentials.
 *
 * The CDK's own check of the template takes two thirds of the time, so it runs only where a test asks for it.
 */
export async function synthesize(environment = 'local', { tree = root, checked = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rollback-synth-'));
  const app = spawn(process.execPath, [join(tree, 'cdk/app.ts')], {
    cwd: tree,
    env: {
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, environment }),
      CDK_VALIDATION: String(checked),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => app.once('close', resolve));
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const [exitCode, stderr] = await Promise.all([ended, text(app.stderr)]);
  return {
    exitCode,
    stderr,
    templateFile: join(folder, `rollback-${environment}.template.json`),
    stack: () => parseTemplate(read(`rollback-${environment}.template.json`)),
    review: () => parseReview(read('validation-report.json'), read(`rollback-${environment}.metadata.json`)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };

/** The properties that name a resource. */
const names = ['TableName', 'FunctionName', 'StateMachineName', 'QueueName', 'TopicName', 'LogGroupName', 'Name'];

/** A template's resources, with references written as what they lead to. */
function parseTemplate(template: string) {
  const { Resources } = JSON.parse(template) as { Resources: Record<string, Omit<Resource, 'id'>> };
  const all = Object.entries(Resources).map(([id, resource]): Resource => ({ ...resource, id }));
  const ofType = (type: string) => all.filter(({ Type }) => Type === type);
  const nameOf = (id: string): string => {
    const { Type, Properties } = Resources[id] ?? { Type: id, Properties: {} };
    if (Type === 'AWS::Lambda::Version')
      return `${nameOf((Properties['FunctionName'] as { Ref: string }).Ref)}:version`;
    return String(names.map((name) => Properties[name]).find((name) => name !== undefined) ?? id);
  };
  /** `{ 'Fn::Join': … }` and its like as one text; the partition is `aws`. */
  const shown = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return String(value);
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Readonly<Record<string, unknown>>;
    if (Ref) return Ref === 'AWS::Partition' ? 'aws' : nameOf(String(Ref));
    if (attribute) return nameOf(String((attribute as unknown[])[0]));
    if (join) return (join as [string, unknown[]])[1].map(shown).join('');
    return JSON.stringify(value);
  };
  /** All that the role of a function or state machine allows, one line an action and resource. */
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

type Statement = {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

/** What cdk-nag found, what of it was acknowledged with which reason, and every acknowledgement that there is. */
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
