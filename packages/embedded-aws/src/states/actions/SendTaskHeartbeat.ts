import type { SendTaskHeartbeatInput } from '@aws-sdk/client-sfn';
import type { Action } from '../../wire/service.ts';
import type { States } from '../states.ts';

/** Says that the holder of a token is still at work; HeartbeatSeconds counts from here again. */
export const SendTaskHeartbeat: Action<States, SendTaskHeartbeatInput, Record<string, never>> = {
  needs: () => [{ action: 'states:SendTaskHeartbeat', resource: '*' }],
  run: (states, { taskToken }) => {
    states.account.tokens.task(taskToken ?? '').heartbeat();
    return {};
  },
};
