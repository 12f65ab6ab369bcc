import { NestedStack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { checks, documentId, verifications } from '../config/host-document.ts';
import type { Infra } from '../config/infra.ts';
import { contentHash } from '../domain/content-hash.ts';
import { HostDocument } from './host-document.ts';

/** Of 48 documents for twenty phases, each takes some sixteen: 350 KB. */
const parted = 3;

export interface DocumentsProps {
  readonly environment: string;
  readonly infra: Infra;
}

/**
 * The host scripts, a document each, shared by the phases.
 *
 * In nested stacks of their own: each is some 22 KB, and a template takes a megabyte; see docs/decisions/stack-per-phase.md.
 * Which of them a document is in follows from its name, so that it never moves: a document that left one stack for another
 * would meet itself there.
 */
export class Documents extends Construct {
  /** By what their scripts do: change hosts, read flags there, look only; and those a person may look by. */
  readonly arns: {
    readonly steps: string[];
    readonly flags: string[];
    readonly checks: string[];
    readonly looks: string[];
  };

  constructor(scope: Construct, id: string, { environment, infra: { runbooks, documents } }: DocumentsProps) {
    super(scope, id);
    const parts = Array.from(
      { length: parted },
      (_, i) => new NestedStack(this, `Part${i + 1}`, { description: 'What runs on hosts: one document a script.' }),
    );
    const partOf = (name: string) => parts[Number.parseInt(contentHash(name).slice(0, 8), 16) % parted] ?? this;
    const scripts = (list: readonly { script: string }[]) => new Set(list.map(({ script }) => documentId(script)));
    const asked = scripts(runbooks.flatMap((one) => [...checks(one).slice(1), ...verifications(one)]));
    const all = runbooks.flatMap(({ steps }) => steps);
    const looking = scripts(runbooks.flatMap(checks));
    const flagReading = scripts(all.filter(({ flags }) => flags));
    const acting = scripts(all.filter(({ flags }) => !flags));
    const arns = new Map(
      documents.map((document) => [
        document.id,
        new HostDocument(partOf(document.id), `Document-${document.id}`, { environment, document }).arn,
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
