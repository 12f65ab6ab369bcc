import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The exact id of a rule of cdk-nag, with the finding if the rule has several: `AwsSolutions-IAM5[Resource::*]`. */
export type Finding = `${'AwsSolutions' | 'Serverless'}-${string}`;

/**
 * Acknowledges findings of cdk-nag on a construct, each with the reason that a reviewer is asked to accept.
 *
 * The id starts with its pack, so that the CDK matches it and `validation-report.json` lists it with its reason. Without
 * the pack, cdk-nag drops the finding and reports it nowhere.
 */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<Finding, string>>): void {
  for (const [finding, reason] of Object.entries(findings))
    Validations.of(construct).acknowledge({ id: `${finding.split('-')[0]}::${finding}`, reason });
}
