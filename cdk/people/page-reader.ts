import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { exportBucket } from '../../domain/history/export.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { pagesFolder } from '../../domain/page-key.ts';
import { explain, wildcard } from '../wildcard.ts';

/**
 * Creates the policy of everybody who is sent messages: it opens the link in them, and does nothing else. A policy of its own,
 * because people without another right read pages too, and that of the operator is full.
 */
export function pageReader(scope: Construct, environmentName: string, environment: Environment): void {
  const bucket = Stack.of(scope).formatArn({
    service: 's3',
    region: '',
    account: '',
    resource: exportBucket(environmentName, environment),
  });
  const statements = [
    wildcard('Any page, because its key names its rollback. It only reads.', {
      actions: ['s3:GetObject'],
      resources: [`${bucket}/${pagesFolder}*`],
    }),
    new PolicyStatement({
      actions: ['s3:ListBucket'], // the console shows an object in its folder
      resources: [bucket],
      conditions: { StringLike: { 's3:prefix': `${pagesFolder}*` } },
    }),
  ];
  const policy = new ManagedPolicy(scope, 'Reader', {
    managedPolicyName: `rollback-${environmentName}-page-reader`,
    description: 'Reads the pages of incidents, to which messages link. Nothing else.',
    statements,
  });
  explain(policy, statements);
}
