import { CfnDeletionPolicy, CfnResource, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * What stays when a stack goes does not stay where the deployment that makes it fails: it is empty, and its name or its
 * function's version would stand in the way of the next try.
 *
 * RetainExceptOnCreate (CloudFormation template reference, "DeletionPolicy attribute").
 */
export class KeptOnceMade implements IAspect {
  visit(node: IConstruct): void {
    if (CfnResource.isCfnResource(node) && node.cfnOptions.deletionPolicy === CfnDeletionPolicy.RETAIN)
      node.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
  }
}
