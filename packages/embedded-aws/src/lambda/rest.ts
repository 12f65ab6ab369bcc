import { AwsError } from '../wire/aws-error.ts';
import { runAction } from '../wire/checked-action.ts';
import type { HttpService } from '../wire/http-service.ts';
import { restError } from '../wire/rest-error.ts';
import { GetAccountSettings } from './actions/GetAccountSettings.ts';
import { type LambdaState, ListFunctions } from './actions/ListFunctions.ts';

/** The actions of Lambda's API that the account supports, by AWS's names. */
const actions = { GetAccountSettings, ListFunctions };

/** The paths of the actions. All of them only read. */
const paths: Readonly<Record<string, keyof typeof actions>> = {
  '/2015-03-31/functions': 'ListFunctions',
  '/2016-08-19/account-settings': 'GetAccountSettings',
};

/** Returns the handler of Lambda's REST API. Functions are invoked by machines, rules and topics, not by this API. */
export function lambdaRest(state: LambdaState): HttpService {
  const errors = { unknownAction: 'UnknownOperationException', invalidRequest: 'InvalidParameterValueException' };
  const service = { prefix: 'lambda', state, actions, errors };
  return async ({ method, path }, authorize, caller) => {
    try {
      const [pathname = '', query = ''] = path.split('?');
      const name = method === 'GET' ? paths[pathname.replace(/\/$/, '')] : undefined;
      if (name === undefined)
        throw new AwsError(
          'UnknownOperationException',
          `The embedded account has no ${method} ${pathname} of Lambda; it has ${Object.keys(actions).join(', ')}.`,
          404,
        );
      const fields = Object.fromEntries(new URLSearchParams(query));
      const result = await runAction(service, { name, fields }, authorize, caller);
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(result) };
    } catch (error) {
      return restError(error);
    }
  };
}
