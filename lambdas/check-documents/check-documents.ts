import { contentHash } from '../../domain/content-hash.ts';
import type { ListDocuments } from '../clients/list-documents.ts';
import type { ManagedInstances } from '../clients/managed-instances.ts';
import { commonPrefix, isListedAs, type Reviewed, reviewedDocument } from '../operations/reviewed-document.ts';
import type { CheckedDocument, CheckedDocumentsStore } from '../stores/checked-documents.ts';

export type CheckDocumentsDeps = {
  readonly managedInstances: Pick<ManagedInstances, 'document'>;
  readonly listDocuments: ListDocuments;
  /** The findings of this check, for the rollbacks that open before the next one. */
  readonly checkedDocuments: CheckedDocumentsStore;
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
  listDocuments,
  checkedDocuments,
  reviewed,
  countNotReviewed,
}: CheckDocumentsDeps): Promise<CheckedDocuments> {
  const problems: string[] = [];
  const good: Record<string, CheckedDocument> = {};
  // Listed first: a document that changes while it is checked is then listed otherwise afterwards.
  const listed = await listDocuments(commonPrefix(reviewed.map(({ name }) => name)));
  for (const one of reviewed) {
    const found = await reviewedDocument(managedInstances, one).catch((error: Error) => {
      if (error.name !== 'InvalidDocument') throw error;
      return { problem: `Document ${one.name} does not exist.` };
    });
    if ('problem' in found) problems.push(found.problem);
    else {
      const created = listed.get(one.name)?.created ?? '';
      // A version that is not the default one may be deleted unseen, so a rollback looks for it itself.
      if (isListedAs({ ...found, created }, listed.get(one.name)))
        good[one.name] = { sha256: one.sha256, ...found, created };
    }
  }
  if (contentHash(good) !== contentHash(await checkedDocuments.read())) await checkedDocuments.keep(good);
  if (problems.length > 0) await countNotReviewed();
  return { checked: reviewed.length, problems };
}
