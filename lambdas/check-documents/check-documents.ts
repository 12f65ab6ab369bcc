import type { ManagedInstances } from '../clients/managed-instances.ts';
import { type Reviewed, reviewedDocument } from '../operations/reviewed-document.ts';

export type CheckDocumentsDeps = {
  readonly managedInstances: Pick<ManagedInstances, 'document'>;
  readonly reviewed: readonly Reviewed[];
  /** Counts, for the alarm on documents that no rollback would run. */
  readonly countNotReviewed: () => Promise<void>;
};

export type CheckedDocuments = { readonly checked: number; readonly problems: readonly string[] };

/**
 * Checks that every document of the product has a version with the reviewed content, before a rollback needs it.
 *
 * Reads one document after the other: Systems Manager throttles many calls at once. A document that does not exist is a
 * problem like any other; an error of Systems Manager is thrown.
 */
export async function checkDocuments({
  managedInstances,
  reviewed,
  countNotReviewed,
}: CheckDocumentsDeps): Promise<CheckedDocuments> {
  const problems: string[] = [];
  for (const one of reviewed) {
    const found = await reviewedDocument(managedInstances, one).catch((error: Error) => {
      if (error.name !== 'InvalidDocument') throw error;
      return { problem: `Document ${one.name} does not exist.` };
    });
    if ('problem' in found) problems.push(found.problem);
  }
  if (problems.length > 0) await countNotReviewed();
  return { checked: reviewed.length, problems };
}
