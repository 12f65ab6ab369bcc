import type { ListDocumentsRequest, ListDocumentsResult } from '@aws-sdk/client-ssm';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import type { Document } from '../document.ts';
import { page } from '../page.ts';
import type { SsmState } from '../state.ts';
import { checkNumber, refuseOthers } from '../validation.ts';
import { epochSeconds, type OnTheWire } from '../wire.ts';

type Filter = NonNullable<ListDocumentsRequest['Filters']>[number];

/** Lists the documents of the account by name. AWS's own documents are not here. */
export const ListDocuments: Action<SsmState, ListDocumentsRequest, OnTheWire<ListDocumentsResult>> = {
  needs: () => [{ action: 'ssm:ListDocuments', resource: '*' }],
  run: ({ documents, surroundings }, request) => {
    refuseOthers('ListDocuments', request, ['Filters', 'MaxResults', 'NextToken']);
    checkNumber(request.MaxResults, 'maxResults', 1, 50);
    const { Filters = [], MaxResults = 50, NextToken } = request;
    const found = [...documents.values()]
      .filter((document) => Filters.every((filter) => meets(document, filter)))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const { items, next } = page(found, MaxResults, NextToken);
    return {
      DocumentIdentifiers: items.map(({ name, createdAt, tags }) => ({
        Name: name,
        CreatedDate: epochSeconds(createdAt),
        Owner: surroundings.accountId,
        PlatformTypes: ['Linux'],
        DocumentVersion: '1',
        DocumentType: 'Command',
        SchemaVersion: '2.2',
        DocumentFormat: 'JSON',
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
      ...next,
    };
  },
};

/** Returns whether a document meets a filter. Names are compared as prefixes (SSM API reference, DocumentKeyValuesFilter). */
function meets({ name, tags }: Document, { Key = '', Values = [] }: Filter): boolean {
  if (Key === 'Name') return Values.some((prefix) => name.startsWith(prefix));
  if (Key === 'Owner') return Values.some((owner) => owner === 'Self' || owner === 'Private');
  if (Key === 'DocumentType') return Values.includes('Command');
  if (Key === 'PlatformTypes') return Values.includes('Linux');
  if (Key.startsWith('tag:')) return Values.includes(tags[Key.slice(4)] ?? '');
  throw new AwsError(
    'InvalidFilterKey',
    `ListDocuments: the filter ${Key} is not supported. Use Name, Owner, DocumentType, PlatformTypes or tag:<key>.`,
  );
}
