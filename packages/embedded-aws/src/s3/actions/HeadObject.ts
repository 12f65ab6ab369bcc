import { objectNeed, type S3Action } from '../action.ts';
import { objectResponse } from './GetObject.ts';

/** Returns what GetObject returns, without the body. IAM asks for the same action. */
export const HeadObject: S3Action = {
  needs: (request) => [objectNeed(request, 'GetObject')],
  run: (state, request) => ({ ...objectResponse(state, request), body: '' }),
};
