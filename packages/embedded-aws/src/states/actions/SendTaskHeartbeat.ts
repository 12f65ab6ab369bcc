import type { SendTaskHeartbeatInput } from '@aws-sdk/client-sfn';
import type { Action } from '../../wire/service.ts';
import type { States } from '../states.ts';

/** Reports that the holder of a token still works. HeartbeatSeconds starts again. */
export const SendTaskHeartbeat: Action<States, SendTaskHeartbeatInput, Record<string, never>> = {
  needs: () => [{ action: 'states:SendTaskHeartbeat', resource: '*' }],
  run: (states, { taskToken }) => {
    states.account.tokens.task(taskToken ?? '').heartbeat();
    return {};
  },
};
