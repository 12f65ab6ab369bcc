import { NestedStack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Infra } from '../statemachines/files.ts';
import { checks, documentId, verifications } from '../statemachines/host-document.ts';
import { HostDocument } from './host-document.ts';

export interface DocumentsProps {
  readonly environment: string;
  readonly infra: Infra;
}

/**
 * The host scripts, a document each, shared by the phases.
 *
 * A nested stack of their own: each is some 20 KB, and a template takes a megabyte; see docs/decisions/a-stack-a-phase.md.
 */
export class Documents extends NestedStack {
  /** By what their scripts do: change hosts, read flags there, look only; and those a person may look by. */
  readonly arns: {
    readonly steps: string[];
    readonly flags: string[];
    readonly checks: string[];
    readonly looks: string[];
  };

  constructor(scope: Construct, id: string, { environment, infra: { runbooks, documents } }: DocumentsProps) {
    super(scope, id, { description: 'What runs on hosts: one document a script.' });
    const scripts = (list: readonly { script: string }[]) => new Set(list.map(({ script }) => documentId(script)));
    const asked = scripts(runbooks.flatMap((one) => [...checks(one).slice(1), ...verifications(one)]));
    const all = runbooks.flatMap(({ steps }) => steps);
    const looking = scripts(runbooks.flatMap(checks));
    const flagReading = scripts(all.filter(({ flags }) => flags));
    const acting = scripts(all.filter(({ flags }) => !flags));
    const arns = new Map(
      documents.map((document) => [
        document.id,
        new HostDocument(this, `Document-${document.id}`, { environment, document }).arn,
      ]),
    );
    const those = (wanted: (id: string) => boolean) => [...arns].filter(([id]) => wanted(id)).map(([, arn]) => arn);
    this.arns = {
      steps: those((id) => acting.has(id)),
      flags: those((id) => flagReading.has(id)),
      checks: those((id) => looking.has(id)),
      looks: those((id) => asked.has(id)),
    };
  }
}
