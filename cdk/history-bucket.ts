import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { exportBucket } from '../domain/history/export.ts';
import type { Environment } from '../domain/infra/environment.ts';
import { pagesFolder } from '../domain/page-key.ts';
import { acknowledge } from './acknowledge.ts';

export interface HistoryBucketProps {
  readonly environmentName: string;
  readonly environment: Environment;
}

/**
 * The bucket of the history's export. Object Lock keeps each version of an object for the days of the environment's file;
 * in COMPLIANCE mode nobody shortens that, the account's owner included.
 */
export class HistoryBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { environmentName, environment }: HistoryBucketProps) {
    super(scope, id);
    const { mode, days } = environment.history_export;
    this.bucket = new Bucket(this, 'Resource', {
      bucketName: exportBucket(environmentName, environment),
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention:
        mode === 'COMPLIANCE'
          ? ObjectLockRetention.compliance(Duration.days(days))
          : ObjectLockRetention.governance(Duration.days(days)),
      // S3's own key, which nobody can disable: with a disabled key of ours the export would be unreadable.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const statement of denials(this.bucket)) this.bucket.addToResourcePolicy(statement);
    acknowledge(this.bucket, {
      'AwsSolutions-S1':
        'Access logs would need a second bucket without a lock. CloudTrail records who changes the bucket, and readers list every version.',
    });
  }
}

/**
 * Denies everybody to delete an object, to leave a delete marker, to bypass the retention, and to put a second version:
 * a put needs `If-None-Match` (S3 user guide, "Enforce conditional writes on Amazon S3 buckets").
 *
 * Incident pages are no part of the history: each writing is a new version, and none is deleted (docs/decisions/incident-page.md).
 *
 * An administrator may change this policy. The retention holds without it.
 */
const denials = (bucket: Bucket) => {
  const deny = (sid: string, actions: string[], resources: string[]) => ({
    ...{ sid, effect: Effect.DENY, principals: [new AnyPrincipal()], resources },
    actions: actions.map((action) => `s3:${action}`),
  });
  const objects = [bucket.arnForObjects('*')];
  return [
    new PolicyStatement(
      deny('ExportsAreKept', ['DeleteObject', 'DeleteObjectVersion', 'BypassGovernanceRetention'], objects),
    ),
    new PolicyStatement(deny('TheBucketIsKept', ['DeleteBucket'], [bucket.bucketArn])),
    new PolicyStatement({
      ...{ sid: 'AnObjectHasOneVersion', effect: Effect.DENY, principals: [new AnyPrincipal()] },
      actions: ['s3:PutObject'],
      notResources: [bucket.arnForObjects(`${pagesFolder}*`)],
      conditions: { Null: { 's3:if-none-match': 'true' } },
    }),
  ];
};
