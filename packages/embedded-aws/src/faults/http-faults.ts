import { AwsError, GARBLED, garbledResponse } from '../wire/aws-error.ts';
import type { HttpResponse, HttpService } from '../wire/http-service.ts';
import type { Reachable } from '../wire/route.ts';
import type { Caller, Need } from '../wire/service.ts';
import type { ActionFaults } from './action-faults.ts';

/**
 * Returns a service with its own protocol, with its checks and the injected faults: before the action, or after it.
 *
 * A fault after the action is answered in the service's own protocol: the service is called again, and its check fails with
 * the fault before anything happens.
 */
export const withFaults =
  (
    handle: HttpService,
    faults: ActionFaults,
    authorize: (caller: Caller, needs: readonly Need[]) => void,
  ): Reachable['httpServices'][string] =>
  async (request, caller) => {
    let checked: readonly Need[] = [];
    const action = () => checked[0]?.action ?? '';
    const check = (needs: readonly Need[]) => {
      authorize(caller, needs);
      checked = needs;
      faults.strike(action(), needs, { caller: caller.arn });
    };
    const response = await handle(request, check, caller);
    if (checked.length === 0 || response.status < 200 || response.status >= 300) return response;
    try {
      faults.strike(action(), checked, { caller: caller.arn, done: true });
      return response;
    } catch (fault) {
      if (!(fault instanceof AwsError)) throw fault;
      if (fault.statusCode === garbledResponse) return garbled(response);
      const refuse = () => {
        throw fault;
      };
      return handle(request, refuse, caller);
    }
  };

const garbled = ({ headers }: HttpResponse): HttpResponse => ({
  status: 200,
  headers: { ...headers, 'content-type': 'text/html' },
  body: GARBLED,
});
