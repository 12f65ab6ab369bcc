import { type Policy, parsePolicy } from './policy.ts';

/**
 * The AWS managed policies that the account knows, from the AWS Managed Policy Reference Guide
 * (docs.aws.amazon.com/aws-managed-policy/latest/reference). A role with another one is refused.
 */
const statements = {
  'service-role/AWSLambdaBasicExecutionRole': ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  AWSXRayDaemonWriteAccess: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ],
};

/** AWS's own managed policies by ARN. */
export const awsManagedPolicies: readonly (readonly [string, Policy])[] = Object.entries(statements).map(
  ([name, Action]) => {
    const arn = `arn:aws:iam::aws:policy/${name}`;
    return [arn, parsePolicy(arn, { Statement: { Effect: 'Allow', Action, Resource: '*' } })];
  },
);
