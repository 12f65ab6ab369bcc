import middy from '@middy/core';
import { type CheckDocumentsDeps, documentsCheck } from './check-documents.ts';

/** Checks all documents, and logs a line for each that is not the reviewed one. Takes no input; may run at any time. */
export const checkDocumentsHandler = (deps: CheckDocumentsDeps) => {
  const check = documentsCheck(deps);
  return middy(async () => {
    const result = await check();
    for (const problem of result.problems) console.warn(problem);
    return result;
  });
};
