import type { GetDocumentRequest, GetDocumentResult } from '@aws-sdk/client-ssm';
import type { Action } from '../../wire/service.ts';
import { checkVersion, documentNamed } from '../document.ts';
import { documentNeed, type SsmState } from '../state.ts';
import { refuseOthers } from '../validation.ts';
import { epochSeconds, type OnTheWire } from '../wire.ts';

/** Returns the content of a document as it was created. */
export const GetDocument: Action<SsmState, GetDocumentRequest, OnTheWire<GetDocumentResult>> = {
  needs: (state, { Name = '' }) => [documentNeed(state, 'ssm:GetDocument', Name)],
  run: (state, request) => {
    refuseOthers('GetDocument', request, ['Name', 'DocumentVersion']);
    const document = documentNamed(state.documents, request.Name ?? '');
    checkVersion(document, request.DocumentVersion);
    return {
      Name: document.name,
      CreatedDate: epochSeconds(document.createdAt),
      DocumentVersion: '1',
      Status: 'Active',
      Content: document.content,
      DocumentType: 'Command',
      DocumentFormat: 'JSON',
    };
  },
};
