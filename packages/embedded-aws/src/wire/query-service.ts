import { uuid } from '../clock/random.ts';
import { AwsError } from './aws-error.ts';
import { type CheckedActions, runAction } from './checked-action.ts';
import type { HttpService } from './http-service.ts';
import { errorXml, parseQuery, type QueryError, responseXml } from './query.ts';
import type { Surroundings } from './service.ts';

/** A service of the Query protocol: form fields in requests; XML in responses, and in errors. */
export type QueryService<State> = {
  /** The service's prefix in IAM actions: `sns`. */
  readonly prefix: string;
  /** The XML namespace of its responses. */
  readonly namespace: string;
  readonly state: State;
  readonly actions: CheckedActions<State>;
  /** The service's error codes for an unknown action and for an invalid request. */
  readonly errors: { readonly unknownAction: string; readonly invalidRequest: string };
  /** The service's own codes and statuses for denials, by the code of the embedded account. */
  readonly denials?: Readonly<Record<string, { readonly code: string; readonly status: number }>>;
};

/** Returns the handler of a service's requests. */
export function queryEndpoint<State>(
  { random }: Pick<Surroundings, 'random'>,
  service: QueryService<State>,
): HttpService {
  const { prefix, namespace, denials = {} } = service;
  let requests = 0;
  return async (request, authorize, caller) => {
    const requestId = uuid(random, `${prefix}/request/${requests++}`);
    const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
    const { action, fields } = parseQuery(String(request.body));
    try {
      const result = await runAction(service, { name: action, fields }, authorize, caller);
      return { status: 200, headers, body: responseXml(namespace, action, result, requestId) };
    } catch (error) {
      const found = { ...queryError(error), ...denialOf(error, denials) };
      return { status: found.status, headers, body: errorXml(namespace, found, requestId) };
    }
  };
}

function queryError(error: unknown): QueryError {
  if (error instanceof AwsError) return { code: error.code, message: error.message, status: error.statusCode };
  const message = `The embedded account failed: ${error instanceof Error ? error.stack : error}`;
  return { code: 'InternalError', message, status: 500 };
}

/** A denial is AccessDenied with 403, unless the service has a code of its own. */
function denialOf(error: unknown, denials: NonNullable<QueryService<unknown>['denials']>) {
  if (!(error instanceof AwsError)) return undefined;
  const usual = error.code === 'AccessDeniedException' ? { code: 'AccessDenied', status: 403 } : undefined;
  return denials[error.code] ?? usual;
}
