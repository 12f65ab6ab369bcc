import type { SendTaskSuccessInput } from '@aws-sdk/client-sfn';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { type Payload, tooLarge } from '../interpreter/payload.ts';
import type { States } from '../states.ts';

/** Finishes the task that waits for a token; `output` is its result. */
export const SendTaskSuccess: Action<States, SendTaskSuccessInput, Record<string, never>> = {
  // The service authorization reference gives the three SendTask actions no resource type.
  needs: () => [{ action: 'states:SendTaskSuccess', resource: '*' }],
  run: (states, { taskToken, output }) => {
    states.account.tokens.task(taskToken ?? '').succeed(parsed(output ?? ''));
    return {};
  },
};

function parsed(output: string): Payload {
  if (tooLarge(output)) throw new AwsError('ValidationException', 'output must have at most 262144 bytes of UTF-8');
  try {
    return { value: JSON.parse(output), text: output };
  } catch (error) {
    throw new AwsError('InvalidOutput', `Invalid Output: '${(error as Error).message}'`);
  }
}
