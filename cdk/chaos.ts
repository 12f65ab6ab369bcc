import { NestedStack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { HostDocument as Document } from '../config/host-document.ts';
import { HostDocument } from './host-document.ts';

export interface ChaosProps {
  readonly environment: string;
  readonly document: Document;
}

/**
 * The document that puts faults on hosts. Only an environment whose file allows chaos has this stack, and the policy people/chaos.ts: elsewhere
 * there is nothing to send, and every policy of people denies commands of the product.
 */
export class Chaos extends NestedStack {
  constructor(scope: Construct, id: string, props: ChaosProps) {
    super(scope, id, { description: 'Puts faults on hosts of this environment on purpose.' });
    new HostDocument(this, 'Document', props);
  }
}
