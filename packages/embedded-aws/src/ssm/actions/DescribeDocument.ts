import type { DescribeDocumentRequest, DescribeDocumentResult } from '@aws-sdk/client-ssm';
import type { Action } from '../../wire/service.ts';
import { checkVersion, documentNamed } from '../document.ts';
import { documentNeed, type SsmState } from '../state.ts';
import { refuseOthers } from '../validation.ts';
import { epochSeconds, type OnTheWire } from '../wire.ts';

/** Returns a document's description, including the hash to pin it by. */
export const DescribeDocument: Action<SsmState, DescribeDocumentRequest, OnTheWire<DescribeDocumentResult>> = {
  needs: (state, { Name = '' }) => [documentNeed(state, 'ssm:DescribeDocument', Name)],
  run: (state, request) => {
    refuseOthers('DescribeDocument', request, ['Name', 'DocumentVersion']);
    const document = documentNamed(state.documents, request.Name ?? '');
    checkVersion(document, request.DocumentVersion);
    return {
      Document: {
        Name: document.name,
        Hash: document.hash,
        HashType: 'Sha256',
        Owner: state.surroundings.accountId,
        CreatedDate: epochSeconds(document.createdAt),
        Status: 'Active',
        DocumentVersion: '1',
        LatestVersion: '1',
        DefaultVersion: '1',
        Description: document.description,
        Parameters: document.parameters.map(({ name, description, default: value }) => ({
          Name: name,
          Type: 'String',
          Description: description,
          ...(value === undefined ? {} : { DefaultValue: value }),
        })),
        PlatformTypes: ['Linux'],
        DocumentType: 'Command',
        SchemaVersion: '2.2',
        DocumentFormat: 'JSON',
        Tags: Object.entries(document.tags).map(([Key, Value]) => ({ Key, Value })),
      },
    };
  },
};
