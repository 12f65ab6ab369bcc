import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A rule of cdk-nag by its exact id, with the finding where a rule has several: `AwsSolutions-IAM5[Resource::*]`. */
export type Finding = `${'AwsSolutions' | 'Serverless'}-${string}`;

/**
 * Accepts findings of cdk-nag on a construct, each with the reason a reviewer is asked to accept.
 *
 * With its pack before the id it is the CDK that matches it, and `validation-report.json` lists it with its reason;
 * without, cdk-nag swallows the finding and says so nowhere.
 */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<Finding, string>>): void {
  for (const [finding, reason] of Object.entries(findings))
    Validations.of(construct).acknowledge({ id: `${finding.split('-')[0]}::${finding}`, reason });
}
