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
 * Returns the check that every document of the product has a version with the reviewed content, before a rollback needs it.
 *
 * A warm function reads only the documents whose default version or date of creation has changed in the list since it read
 * them, because the content of a version never changes. It trusts its own readings only, not those in the table, which
 * somebody may have changed.
 */
export function documentsCheck(deps: CheckDocumentsDeps): () => Promise<CheckedDocuments> {
  let known: Readonly<Record<string, CheckedDocument>> = {};
  return async () => {
    const { good, ...result } = await checkDocuments(deps, known);
    known = good;
    return result;
  };
}

type Checked = CheckedDocuments & { readonly good: Readonly<Record<string, CheckedDocument>> };

/**
 * Reads one document after the other: Systems Manager throttles many calls at once. A document that does not exist is a
 * problem like any other; an error of Systems Manager is thrown.
 */
async function checkDocuments(deps: CheckDocumentsDeps, known: Checked['good']): Promise<Checked> {
  const { managedInstances, listDocuments, checkedDocuments, reviewed, countNotReviewed } = deps;
  const problems: string[] = [];
  const good: Record<string, CheckedDocument> = {};
  // Listed first: a document that changes while it is checked is then listed otherwise afterwards.
  const listed = await listDocuments(commonPrefix(reviewed.map(({ name }) => name)));
  for (const one of reviewed) {
    const before = known[one.name];
    if (before && isListedAs(before, listed.get(one.name))) {
      good[one.name] = before;
      continue;
    }
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
  return { checked: reviewed.length, problems, good };
}
