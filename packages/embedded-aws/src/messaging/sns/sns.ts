import { uuid } from '../../clock/random.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { Authorize, HttpRequest, HttpResponse } from '../../wire/http-service.ts';
import type { Caller } from '../../wire/service.ts';
import { runAction } from '../checked-action.ts';
import { GetTopicAttributes } from './actions/GetTopicAttributes.ts';
import { ListSubscriptionsByTopic } from './actions/ListSubscriptionsByTopic.ts';
import { ListTopics } from './actions/ListTopics.ts';
import { Publish } from './actions/Publish.ts';
import { Subscribe } from './actions/Subscribe.ts';
import { errorXml, parseQuery, responseXml } from './query.ts';
import type { SnsState } from './state.ts';

/** The actions of SNS that the account supports, by AWS's names. */
export const actions = { GetTopicAttributes, ListSubscriptionsByTopic, ListTopics, Publish, Subscribe };

/** Returns the handler of SNS requests: the Query protocol with responses, and errors, in XML. */
export function snsEndpoint(state: SnsState) {
  const errors = { unknownAction: 'InvalidAction', invalidRequest: 'InvalidParameter' };
  const service = { prefix: 'sns', state, actions, errors };
  let requests = 0;
  return async (request: HttpRequest, authorize: Authorize, caller: Caller): Promise<HttpResponse> => {
    const requestId = uuid(state.surroundings.random, `sns/request/${requests++}`);
    const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
    const { action, fields } = parseQuery(request.body.toString('utf8'));
    try {
      const result = await runAction(service, { name: action, fields }, authorize, caller);
      return { status: 200, headers, body: responseXml(action, result, requestId) };
    } catch (error) {
      const { code, message, status } = asSnsError(error);
      return { status, headers, body: errorXml(code, message, status, requestId) };
    }
  };
}

/** SNS's own codes for denials (its model, `awsQueryError`). */
const DENIALS: Readonly<Record<string, { readonly code: string; readonly status: number }>> = {
  AccessDeniedException: { code: 'AuthorizationError', status: 403 },
  KMSAccessDeniedException: { code: 'KMSAccessDenied', status: 400 },
};

/** Returns the code, message and status of an error in SNS. */
function asSnsError(error: unknown): { code: string; message: string; status: number } {
  if (!(error instanceof AwsError)) {
    const message = `The embedded account failed: ${error instanceof Error ? error.stack : error}`;
    return { code: 'InternalError', message, status: 500 };
  }
  const { code, message, statusCode } = error;
  return { code, status: statusCode, ...DENIALS[code], message };
}
