import { NestedStack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  checks,
  compareScript,
  documentId,
  haltScript,
  holdScript,
  lookScript,
  prepareScript,
  readyScript,
  resumeScript,
  verifications,
} from '../config/host-document.ts';
import type { Infra } from '../config/infra.ts';
import { contentHash } from '../domain/content-hash.ts';
import { documentName, HostDocument } from './host-document.ts';

/** Twenty phases have 50 documents, so each of the three stacks holds about sixteen: 350 KB. */
const stackCount = 3;

export interface DocumentsProps {
  readonly environment: string;
  readonly infra: Infra;
}

/**
 * One Systems Manager document per host script, shared by the phases.
 *
 * The documents are in nested stacks, because each has about 22 KB and a template may have a megabyte; see
 * docs/decisions/stack-per-phase.md. A document's stack follows from its name, so that it never moves: a document that
 * moves to another stack would be created there under a name that still exists.
 */
export class Documents extends Construct {
  /**
   * ARNs by purpose of the script: change hosts, read flags there, check hosts, check hosts for a person, prepare hosts,
   * look at versions before a rollback, look whether hosts are ready, compare hosts, hold deployments, halt and resume trading. `every`: all ARNs,
   * those of other purposes included. `reviewed`: each document's name and the hash of its content.
   */
  readonly of: {
    readonly reviewed: readonly { readonly name: string; readonly sha256: string }[];
    readonly every: string[];
    readonly steps: string[];
    readonly flags: string[];
    readonly checks: string[];
    readonly looks: string[];
    readonly preparing: string[];
    readonly opening: string[];
    readonly readying: string[];
    readonly comparing: string[];
    readonly holding: string[];
    readonly halting: string[];
    readonly resuming: string[];
  };

  constructor(scope: Construct, id: string, { environment, infra: { runbooks, documents } }: DocumentsProps) {
    super(scope, id);
    const parts = Array.from(
      { length: stackCount },
      (_, i) => new NestedStack(this, `Part${i + 1}`, { description: 'Documents that run on hosts: one per script.' }),
    );
    const partOf = (name: string) => parts[Number.parseInt(contentHash(name).slice(0, 8), 16) % stackCount] ?? this;
    const scripts = (list: readonly { script: string }[]) => new Set(list.map(({ script }) => documentId(script)));
    const byPerson = scripts(runbooks.flatMap((one) => [...checks(one).slice(1), ...verifications(one)]));
    const all = runbooks.flatMap(({ steps }) => steps);
    const checking = scripts(runbooks.flatMap(checks));
    const flagReading = scripts(all.filter(({ flags }) => flags));
    const acting = scripts(all.filter(({ flags }) => !flags));
    const arns = new Map(
      documents.map((document) => [
        document.id,
        new HostDocument(partOf(document.id), `Document-${document.id}`, { environment, document }).arn,
      ]),
    );
    const arnsOf = (wanted: ReadonlySet<string>) => [...arns].filter(([id]) => wanted.has(id)).map(([, arn]) => arn);
    this.of = {
      reviewed: documents.map(({ id, sha256 }) => ({ name: documentName(environment, id), sha256 })),
      every: [...arns.values()],
      steps: arnsOf(acting),
      flags: arnsOf(flagReading),
      checks: arnsOf(checking),
      looks: arnsOf(byPerson),
      preparing: arnsOf(scripts([prepareScript])),
      opening: arnsOf(scripts([lookScript, ...runbooks.flatMap((one) => checks(one).slice(1))])),
      readying: arnsOf(scripts([readyScript])),
      comparing: arnsOf(scripts([compareScript])),
      holding: arnsOf(scripts([holdScript])),
      halting: arnsOf(scripts([haltScript])),
      resuming: arnsOf(scripts([resumeScript])),
    };
  }
}
