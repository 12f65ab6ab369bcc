import type { Infra } from '../config/infra.ts';
import { type MadeWith, madeWith } from '../domain/trust-evidence.ts';
import { documentsOf } from './states/opening.ts';

/** Returns the hashes of the files from which an environment's rollbacks are made, as its drills store them. */
export const filesOfRollbacks = (
  environment: string,
  { runbooks, documents, triggers }: Pick<Infra, 'runbooks' | 'documents' | 'triggers'>,
): MadeWith =>
  madeWith(
    triggers,
    runbooks.map((runbook) => ({
      runbook,
      documents: documentsOf(runbook, documents).map(({ name, sha256 }) => ({
        name: name.replace('${Environment}', environment),
        sha256,
      })),
    })),
  );
