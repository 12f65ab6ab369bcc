import type { HttpService } from '../wire/http-service.ts';
import { queryEndpoint } from '../wire/query-service.ts';
import { GetCallerIdentity } from './actions/GetCallerIdentity.ts';
import type { StsState } from './state.ts';

/** Returns the handler of STS requests. No caller needs more of STS here: the access key id is the caller. */
export const sts = (state: StsState): HttpService =>
  queryEndpoint(state, {
    prefix: 'sts',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    state,
    actions: { GetCallerIdentity },
    errors: { unknownAction: 'InvalidAction', invalidRequest: 'ValidationError' },
  });
