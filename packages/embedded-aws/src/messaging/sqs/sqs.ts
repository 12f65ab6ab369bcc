import { uuid } from '../../clock/random.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { runAction } from '../../wire/checked-action.ts';
import type { Authorize, HttpRequest, HttpResponse } from '../../wire/http-service.ts';
import type { Caller } from '../../wire/service.ts';
import { DeleteMessage } from './actions/DeleteMessage.ts';
import { GetQueueAttributes } from './actions/GetQueueAttributes.ts';
import { GetQueueUrl } from './actions/GetQueueUrl.ts';
import { ListQueues } from './actions/ListQueues.ts';
import { ReceiveMessage } from './actions/ReceiveMessage.ts';
import { SendMessage } from './actions/SendMessage.ts';
import type { SqsState } from './state.ts';

/** The actions of SQS that the account supports, by AWS's names. */
export const actions = { DeleteMessage, GetQueueAttributes, GetQueueUrl, ListQueues, ReceiveMessage, SendMessage };

/** Returns the handler of SQS requests: JSON 1.0 with the action in X-Amz-Target, also for errors. */
export function sqsEndpoint(state: SqsState) {
  const errors = { unknownAction: 'UnsupportedOperation', invalidRequest: 'InvalidParameterValue' };
  const service = { prefix: 'sqs', state, actions, errors };
  let requests = 0;
  return async (request: HttpRequest, authorize: Authorize, caller: Caller): Promise<HttpResponse> => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': uuid(state.surroundings.random, `sqs/request/${requests++}`),
    };
    try {
      const name = String(request.headers['x-amz-target'] ?? '').replace(/^AmazonSQS\./, '');
      const fields: unknown = JSON.parse(String(request.body) || '{}');
      const result = await runAction(service, { name, fields }, authorize, caller);
      return { status: 200, headers, body: JSON.stringify(result) };
    } catch (error) {
      return errorResponse(error, headers);
    }
  };
}

/** The errors' names in the Query protocol, which older clients and the AWS CLI still use. */
const QUERY_NAMES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
  AccessDeniedException: 'AccessDenied',
};

function errorResponse(error: unknown, headers: Readonly<Record<string, string>>): HttpResponse {
  const { code, message, statusCode } =
    error instanceof AwsError
      ? error
      : new AwsError(
          'InternalFailure',
          `The embedded account failed: ${error instanceof Error ? error.stack : error}`,
          500,
        );
  const side = statusCode < 500 ? 'Sender' : 'Receiver';
  return {
    status: code === 'AccessDeniedException' ? 403 : statusCode,
    headers: { ...headers, 'x-amzn-query-error': `${QUERY_NAMES[code] ?? code};${side}` },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
  };
}
