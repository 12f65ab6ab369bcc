import { paginateListDocuments, type SSMClient } from '@aws-sdk/client-ssm';

/** A document as Systems Manager lists it: its default version, and when it was created. */
export type ListedDocument = { readonly version: string; readonly created: string };

/** Returns the documents whose names begin with a prefix, by name. */
export type ListDocuments = (prefix: string) => Promise<ReadonlyMap<string, ListedDocument>>;

/** The filter compares the beginning of a name (Systems Manager API reference, DocumentKeyValuesFilter). */
export const listDocumentsOn =
  (ssm: SSMClient): ListDocuments =>
  async (prefix) => {
    const listed = new Map<string, ListedDocument>();
    const Filters = [
      { Key: 'Owner', Values: ['Self'] },
      { Key: 'Name', Values: [prefix] },
    ];
    for await (const { DocumentIdentifiers = [] } of paginateListDocuments({ client: ssm, pageSize: 50 }, { Filters }))
      for (const { Name = '', DocumentVersion = '', CreatedDate } of DocumentIdentifiers)
        listed.set(Name, { version: DocumentVersion, created: CreatedDate?.toISOString() ?? '' });
    return listed;
  };
