import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type Assembly, assetPath, type Stack, templateOf } from './assembly.ts';
import { physicalName } from './physical-name.ts';
import { propertiesAs } from './properties.ts';
import type { ResourceDescription } from './resource.ts';

export const NESTED = 'AWS::CloudFormation::Stack';

/** Returns the stack that a resource of another stack nests, from the assembly's assets, and its parameters' values. */
export function nestedStack(
  assembly: Assembly,
  parent: Stack,
  { logicalId, properties }: ResourceDescription,
): { readonly stack: Stack; readonly parameters: Readonly<Record<string, string>> } {
  const { TemplateURL, Parameters } = propertiesAs(nested, properties);
  const name = physicalName(parent.name, logicalId, 128);
  const file = assetPath(assembly, TemplateURL.slice(TemplateURL.lastIndexOf('/') + 1));
  return {
    stack: { name, environment: parent.environment, template: templateOf(name, readFileSync(file, 'utf8')) },
    parameters: Parameters,
  };
}

const nested = z.strictObject({
  TemplateURL: z.string(),
  Parameters: z.record(z.string(), z.string()).default({}),
  Tags: z.unknown().optional(),
});
