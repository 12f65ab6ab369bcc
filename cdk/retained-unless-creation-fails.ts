import { CfnDeletionPolicy, CfnResource, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Lets CloudFormation delete a retained resource if the deployment that creates it fails.
 *
 * The resource is still empty then, and its name or version would block the next deployment. The policy is
 * RetainExceptOnCreate (CloudFormation template reference, "DeletionPolicy attribute").
 */
export class RetainedUnlessCreationFails implements IAspect {
  visit(node: IConstruct): void {
    if (CfnResource.isCfnResource(node) && node.cfnOptions.deletionPolicy === CfnDeletionPolicy.RETAIN)
      node.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
  }
}
