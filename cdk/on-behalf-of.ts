import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * A service of AWS as the one that takes on a role, on behalf of this account only and, where the service says for which
 * resource it acts, for these only: nobody has it act for them with our rights (IAM guide, "The confused deputy problem").
 */
export const onBehalfOf = (
  scope: Construct,
  service: 'lambda' | 'states' | 'events',
  ...resources: readonly string[]
) =>
  new ServicePrincipal(`${service}.amazonaws.com`).withConditions({
    StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
    ...(resources.length > 0 ? { ArnEquals: { 'aws:SourceArn': [...resources] } } : {}),
  });
