import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Returns the principal of an AWS service that may assume a role, on behalf of this account only.
 *
 * If resources are given, it may act for these only. Other accounts therefore cannot make the service act with our
 * rights (IAM guide, "The confused deputy problem").
 */
export const onBehalfOf = (
  scope: Construct,
  service: 'lambda' | 'states' | 'events' | 'scheduler',
  ...resources: readonly string[]
) =>
  new ServicePrincipal(`${service}.amazonaws.com`).withConditions({
    StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
    ...(resources.length > 0 ? { ArnEquals: { 'aws:SourceArn': [...resources] } } : {}),
  });
