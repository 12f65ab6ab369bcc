import * as z from 'zod';
import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { Iam } from './iam.ts';

/** The longest names of roles and policies (IAM quotas). */
const LONGEST_ROLE_NAME = 64;
const LONGEST_POLICY_NAME = 128;

/** Returns the makers of IAM resources. Description, Tags and MaxSessionDuration have no effect. */
export const iamResources = (iam: Iam, { accountId }: { accountId: string }): Record<string, ResourceMaker> => ({
  'AWS::IAM::Role': ({ stack, logicalId, properties }) => {
    const { AssumeRolePolicyDocument, ManagedPolicyArns, Path, Policies, RoleName } = propertiesAs(role, properties);
    const name = RoleName ?? physicalName(stack, logicalId, LONGEST_ROLE_NAME);
    const arn = `arn:aws:iam::${accountId}:role${Path}${name}`;
    iam.createRole({
      name,
      arn,
      assumeRolePolicyDocument: AssumeRolePolicyDocument,
      inlinePolicies: Policies.map(({ PolicyName, PolicyDocument }) => ({
        name: PolicyName,
        document: PolicyDocument,
      })),
      managedPolicyArns: ManagedPolicyArns,
    });
    return { ref: name, attributes: { Arn: arn } };
  },

  'AWS::IAM::Policy': ({ properties }) => {
    const { PolicyDocument, PolicyName, Roles } = propertiesAs(policy, properties);
    for (const roleName of Roles) iam.attachPolicy(roleName, PolicyName, PolicyDocument);
    return { ref: PolicyName };
  },

  'AWS::IAM::ManagedPolicy': ({ stack, logicalId, properties }) => {
    const { ManagedPolicyName, Path, PolicyDocument, Roles } = propertiesAs(managedPolicy, properties);
    const name = ManagedPolicyName ?? physicalName(stack, logicalId, LONGEST_POLICY_NAME);
    const arn = `arn:aws:iam::${accountId}:policy${Path}${name}`;
    iam.createManagedPolicy(arn, PolicyDocument);
    for (const roleName of Roles) iam.attachManagedPolicy(roleName, arn);
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
});

const role = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Description: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: z.number().optional(),
  Path: z.string().default('/'),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([]),
  RoleName: z.string().optional(),
  Tags: z.array(z.unknown()).optional(),
});

const policy = z.strictObject({
  PolicyDocument: z.unknown(),
  PolicyName: z.string(),
  Roles: z.array(z.string()),
});

const managedPolicy = z.strictObject({
  Description: z.string().optional(),
  ManagedPolicyName: z.string().optional(),
  Path: z.string().default('/'),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
});
