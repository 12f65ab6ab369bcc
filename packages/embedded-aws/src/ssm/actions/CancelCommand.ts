import type { CancelCommandRequest, CancelCommandResult } from '@aws-sdk/client-ssm';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import type { SsmState } from '../state.ts';
import { refuseOthers } from '../validation.ts';

/** Cancels a command on all of its hosts, or on the named ones. Changes that a script already made remain. */
export const CancelCommand: Action<SsmState, CancelCommandRequest, CancelCommandResult> = {
  needs: () => [{ action: 'ssm:CancelCommand', resource: '*' }],
  run: (state, request) => {
    refuseOthers('CancelCommand', request, ['CommandId', 'InstanceIds']);
    const { CommandId = '', InstanceIds = [] } = request;
    const command = state.commands.get(CommandId);
    if (!command) throw new AwsError('InvalidCommandId', `There is no command ${CommandId}.`);
    const all = command.invocations;
    const unknown = InstanceIds.filter((instanceId) => !all.some(({ host }) => host.instanceId === instanceId));
    if (unknown.length > 0) {
      throw new AwsError('InvalidInstanceId', `Command ${CommandId} was not sent to ${unknown.join(', ')}.`);
    }
    command.cancelled ||= InstanceIds.length === 0;
    const chosen = all.filter(({ host }) => InstanceIds.length === 0 || InstanceIds.includes(host.instanceId));
    // From last to first, because ending an invocation starts a later one that waits for MaxConcurrency.
    for (const invocation of chosen.toReversed()) state.agent.cancel(invocation);
    return {};
  },
};
