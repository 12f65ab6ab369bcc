import type { SendTaskFailureInput } from '@aws-sdk/client-sfn';
import type { Action } from '../../wire/service.ts';
import { StateFailure } from '../interpreter/state-failure.ts';
import type { States } from '../states.ts';

/** Fails the task that waits for a token; Retry and Catch match `error`. */
export const SendTaskFailure: Action<States, SendTaskFailureInput, Record<string, never>> = {
  needs: () => [{ action: 'states:SendTaskFailure', resource: '*' }],
  run: (states, { taskToken, error, cause }) => {
    states.account.tokens.task(taskToken ?? '').fail(new StateFailure(error, cause));
    return {};
  },
};
