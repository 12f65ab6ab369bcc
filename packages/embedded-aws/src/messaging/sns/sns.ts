import type { HttpService } from '../../wire/http-service.ts';
import { queryEndpoint } from '../../wire/query-service.ts';
import { GetTopicAttributes } from './actions/GetTopicAttributes.ts';
import { ListSubscriptions } from './actions/ListSubscriptions.ts';
import { ListSubscriptionsByTopic } from './actions/ListSubscriptionsByTopic.ts';
import { ListTopics } from './actions/ListTopics.ts';
import { Publish } from './actions/Publish.ts';
import { Subscribe } from './actions/Subscribe.ts';
import type { SnsState } from './state.ts';

/** The actions of SNS that the account supports, by AWS's names. */
export const actions = {
  GetTopicAttributes,
  ListSubscriptions,
  ListSubscriptionsByTopic,
  ListTopics,
  Publish,
  Subscribe,
};

/** Returns the handler of SNS requests. SNS has codes of its own for denials (its model, `awsQueryError`). */
export const snsEndpoint = (state: SnsState): HttpService =>
  queryEndpoint(state.surroundings, {
    prefix: 'sns',
    namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    state,
    actions,
    errors: { unknownAction: 'InvalidAction', invalidRequest: 'InvalidParameter' },
    denials: {
      AccessDeniedException: { code: 'AuthorizationError', status: 403 },
      KMSAccessDeniedException: { code: 'KMSAccessDenied', status: 400 },
    },
  });
