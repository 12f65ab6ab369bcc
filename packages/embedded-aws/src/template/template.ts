import * as z from 'zod';

/** A CloudFormation template. An unknown section or resource attribute is an error that names it. */
export type Template = z.infer<typeof template>;
export type Resource = z.infer<typeof resource>;

const resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.array(z.string()), z.string().transform((one) => [one])]).default([]),
  Condition: z.string().optional(),
  Metadata: z.unknown().optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});

const output = z.strictObject({
  Value: z.unknown(),
  Condition: z.string().optional(),
  Description: z.string().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
});

const parameter = z.looseObject({ Type: z.string(), Default: z.union([z.string(), z.number()]).optional() });

export const template = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  /** Assertions on parameters, not evaluated. CDK's own rule requires a bootstrapped account. */
  Rules: z.unknown().optional(),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource).default({}),
  Outputs: z.record(z.string(), output).default({}),
});
