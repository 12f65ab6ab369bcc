import type { GetCommandInvocationRequest, GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { hasEnded, type Invocation, STATUS_OF } from '../command.ts';
import type { SsmState } from '../state.ts';
import { refuseOthers } from '../validation.ts';
import { isVisible } from '../visible.ts';
import type { OnTheWire } from '../wire.ts';

/** Returns the state of a command on one host, with the first 24,000 characters of stdout and 8,000 of stderr. */
export const GetCommandInvocation: Action<
  SsmState,
  GetCommandInvocationRequest,
  OnTheWire<GetCommandInvocationResult>
> = {
  needs: () => [{ action: 'ssm:GetCommandInvocation', resource: '*' }],
  run: (state, request) => {
    refuseOthers('GetCommandInvocation', request, ['CommandId', 'InstanceId', 'PluginName']);
    const invocation = invocationOf(state, request);
    const { command, host, startedAt, endedAt } = invocation;
    const { name } = command.document.step;
    if (![undefined, name, 'aws:runShellScript'].includes(request.PluginName)) {
      throw new AwsError(
        'InvalidPluginName',
        `Document ${command.document.name} has no step ${request.PluginName}. Its only step is ${name}.`,
      );
    }
    return {
      CommandId: command.id,
      InstanceId: host.instanceId,
      Comment: command.comment,
      DocumentName: command.document.name,
      DocumentVersion: command.documentVersion,
      PluginName: name,
      ResponseCode: invocation.responseCode,
      ExecutionStartDateTime: startedAt === undefined ? '' : new Date(startedAt).toISOString(),
      ExecutionElapsedTime: startedAt === undefined || endedAt === undefined ? '' : duration(endedAt - startedAt),
      ExecutionEndDateTime: startedAt === undefined || endedAt === undefined ? '' : new Date(endedAt).toISOString(),
      Status: STATUS_OF[invocation.details],
      StatusDetails: invocation.details,
      StandardOutputContent: hasEnded(invocation) ? invocation.stdout : '',
      StandardOutputUrl: '',
      StandardErrorContent: hasEnded(invocation) ? invocation.stderr : '',
      StandardErrorUrl: '',
      CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
    };
  },
};

function invocationOf(state: SsmState, { CommandId = '', InstanceId = '' }: GetCommandInvocationRequest): Invocation {
  const command = state.commands.get(CommandId);
  const invocation = command?.invocations.find(({ host }) => host.instanceId === InstanceId);
  if (!command || !invocation || !isVisible(command, state.surroundings.clock.now())) {
    throw new AwsError('InvocationDoesNotExist', `No invocation of command ${CommandId} on ${InstanceId}.`);
  }
  return invocation;
}

/** Formats a duration as ISO 8601 without zero hours and minutes: an hour and 271 ms is `PT1H0.271S`. */
function duration(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  return `PT${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${(milliseconds % 60_000) / 1000}S`;
}
