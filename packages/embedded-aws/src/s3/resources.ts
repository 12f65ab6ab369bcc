import * as z from 'zod';
import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { S3 } from './s3.ts';

/** Makes the buckets of a template. Nothing is encrypted, expires or is public here. */
export const s3Resources = (s3: S3, { region }: { readonly region: string }): Record<string, ResourceMaker> => ({
  'AWS::S3::Bucket': ({ stack, logicalId, properties }) => {
    const given = propertiesAs(bucket, properties);
    const name = given.BucketName ?? physicalName(stack, logicalId).toLowerCase();
    const retention = given.ObjectLockConfiguration?.Rule?.DefaultRetention;
    s3.createBucket({
      name,
      versioned: given.ObjectLockEnabled || given.VersioningConfiguration?.Status === 'Enabled',
      lock: given.ObjectLockEnabled
        ? retention
          ? { defaults: { mode: retention.Mode, days: retention.Days ?? (retention.Years ?? 0) * 365 } }
          : {}
        : undefined,
    });
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    };
  },

  'AWS::S3::BucketPolicy': ({ properties }) => {
    const { Bucket, PolicyDocument } = propertiesAs(bucketPolicy, properties);
    s3.putBucketPolicy(Bucket, PolicyDocument);
    return { ref: `${Bucket}-policy` };
  },
});

const retention = z.strictObject({
  Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
  Days: z.int().positive().optional(),
  Years: z.int().positive().optional(),
});

const bucket = z.strictObject({
  BucketName: z.string().optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  ObjectLockEnabled: z.boolean().default(false),
  ObjectLockConfiguration: z
    .strictObject({
      ObjectLockEnabled: z.literal('Enabled'),
      Rule: z.strictObject({ DefaultRetention: retention }).optional(),
    })
    .optional(),
  // Accepted and without effect.
  BucketEncryption: z.unknown().optional(),
  LifecycleConfiguration: z.unknown().optional(),
  LoggingConfiguration: z.unknown().optional(),
  OwnershipControls: z.unknown().optional(),
  PublicAccessBlockConfiguration: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

const bucketPolicy = z.strictObject({ Bucket: z.string(), PolicyDocument: z.unknown() });
