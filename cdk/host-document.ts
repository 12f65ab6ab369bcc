import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { HostDocument as Document } from '../config/host-document.ts';

/** Returns the name of a document in the account. */
export const documentName = (environment: string, id: string) => `rollback-${environment}-${id}`;

/** One host script with its wrapper, as a Systems Manager document. */
export class HostDocument extends Construct {
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    { environment, document }: { readonly environment: string; readonly document: Document },
  ) {
    super(scope, id);
    const name = documentName(environment, document.id);
    const resource = new CfnDocument(this, 'Resource', {
      name,
      documentType: 'Command',
      documentFormat: 'JSON',
      targetType: '/', // every kind of resource (API reference, CreateDocument): a hybrid node is no instance of EC2
      updateMethod: 'NewVersion', // a named document cannot be replaced, and a running rollback pins the version it froze
      content: document.content,
    });
    // A running rollback may still pin the document of a script that a new version of the product no longer has.
    resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.arn = Stack.of(this).formatArn({ service: 'ssm', resource: 'document', resourceName: name });
  }
}
