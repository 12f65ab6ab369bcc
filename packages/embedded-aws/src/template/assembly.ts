import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { remembered } from '../remembered.ts';
import { inDependencyOrder } from './dependency-order.ts';
import { propertiesAs } from './properties.ts';
import { type Template, template } from './template.ts';

/** The output of `cdk synth`. */
export type Assembly = {
  /** In the order of deployment. */
  readonly stacks: readonly Stack[];
  /** The path of each asset, by its key in the assets bucket. */
  readonly assets: ReadonlyMap<string, string>;
};

export type Stack = {
  readonly name: string;
  /** `aws://<account>/<region>`. */
  readonly environment: string;
  readonly template: Template;
};

/** Reads a cloud assembly, the folder with `manifest.json`. */
export function readAssembly(folder: string): Assembly {
  const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
  const read = (file: string): unknown => JSON.parse(textOf(file));
  const { artifacts } = propertiesAs(manifest, read('manifest.json'));
  for (const [id, { type }] of Object.entries(artifacts))
    if (!knownArtifacts.includes(type)) throw new Error(`${folder}: artifact ${id} has the unknown type ${type}.`);
  const ids = inDependencyOrder(Object.keys(artifacts), (id) => artifacts[id]?.dependencies ?? []);
  const ofType = (type: string) => ids.map((id) => ({ id, ...artifacts[id] })).filter((one) => one.type === type);
  return {
    stacks: ofType('aws:cloudformation:stack').map(({ id, environment = '', properties }) => {
      const { stackName = id, templateFile } = propertiesAs(stack, properties);
      return { name: stackName, environment, template: templateOf(stackName, textOf(templateFile)) };
    }),
    assets: new Map(
      ofType('cdk:asset-manifest').flatMap(({ properties }) =>
        filesOf(read(propertiesAs(assets, properties).file)).map(({ key, path }) => [key, join(folder, path)] as const),
      ),
    ),
  };
}

/** Returns the path of an asset by its key in the assets bucket: a folder of function code, or a nested stack's template. */
export function assetPath(assembly: Assembly, s3Key: string): string {
  const path = assembly.assets.get(s3Key);
  if (path) return path;
  throw new Error(`The assembly has no asset ${s3Key}. It has ${[...assembly.assets.keys()].join(', ')}.`);
}

/** The accepted artifact types. The construct tree and the report on feature flags have no effect. */
const knownArtifacts = ['aws:cloudformation:stack', 'cdk:asset-manifest', 'cdk:feature-flag-report', 'cdk:tree'];

const manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      dependencies: z.array(z.string()).optional(),
      properties: z.unknown().optional(),
    }),
  ),
});
const stack = z.object({ templateFile: z.string(), stackName: z.string().optional() });
const assets = z.object({ file: z.string() });
const assetManifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const filesOf = (document: unknown) =>
  Object.values(propertiesAs(assetManifest, document).files).flatMap(({ source: { path }, destinations }) =>
    Object.values(destinations).map(({ objectKey }) => ({ key: objectKey, path })),
  );

/** Reads a template. Throws an error with the stack's name if the template is invalid. */
export function templateOf(stackName: string, text: string): Template {
  const parsed = parsedTemplate(text);
  if (!parsed.success) throw new Error(`Template of ${stackName}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** An environment has eight templates. */
const parsedTemplate = remembered(24, (text) => template.safeParse(JSON.parse(text)));
