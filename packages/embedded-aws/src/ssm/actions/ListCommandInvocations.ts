import type {
  CommandInvocation,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
} from '@aws-sdk/client-ssm';
import type { Action } from '../../wire/service.ts';
import { hasEnded, type Invocation, STATUS_OF } from '../command.ts';
import { passes } from '../command-filters.ts';
import { page } from '../page.ts';
import { pluginOutput } from '../plugin-output.ts';
import type { SsmState } from '../state.ts';
import { checkNumber, refuseOthers } from '../validation.ts';
import { isVisible } from '../visible.ts';
import { epochSeconds, type OnTheWire } from '../wire.ts';

/** Lists invocations, the latest command first; with `Details` also the output of their scripts. */
export const ListCommandInvocations: Action<
  SsmState,
  ListCommandInvocationsRequest,
  OnTheWire<ListCommandInvocationsResult>
> = {
  needs: () => [{ action: 'ssm:ListCommandInvocations', resource: '*' }],
  run: (state, request) => {
    const { CommandId, InstanceId, MaxResults, NextToken, Filters, Details = false } = request;
    const supported = ['CommandId', 'InstanceId', 'MaxResults', 'NextToken', 'Filters', 'Details'];
    refuseOthers('ListCommandInvocations', request, supported);
    checkNumber(MaxResults, 'maxResults', 1, 50);
    const now = state.surroundings.clock.now();
    const found = [...state.commands.values()]
      .reverse()
      .filter((command) => isVisible(command, now) && (CommandId === undefined || command.id === CommandId))
      .flatMap(({ invocations }) => invocations)
      .filter(({ host }) => InstanceId === undefined || host.instanceId === InstanceId)
      .filter((invocation) => passes(Filters, filtered(invocation)));
    const { items, next } = page(found, MaxResults ?? 50, NextToken);
    return { CommandInvocations: items.map((invocation) => commandInvocation(invocation, Details)), ...next };
  },
};

const filtered = (invocation: Invocation) => ({
  command: invocation.command,
  status: STATUS_OF[invocation.details],
  details: invocation.details,
  ended: hasEnded(invocation),
});

function commandInvocation(invocation: Invocation, details: boolean): OnTheWire<CommandInvocation> {
  const { command, host } = invocation;
  return {
    CommandId: command.id,
    InstanceId: host.instanceId,
    InstanceName: host.name,
    Comment: command.comment,
    DocumentName: command.document.name,
    DocumentVersion: command.documentVersion,
    RequestedDateTime: epochSeconds(command.requestedAt),
    Status: STATUS_OF[invocation.details],
    StatusDetails: invocation.details,
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: details ? [plugin(invocation)] : [],
  };
}

function plugin(invocation: Invocation) {
  const { command, startedAt, endedAt, stdout, stderr } = invocation;
  return {
    Name: command.document.step.name,
    Status: STATUS_OF[invocation.details],
    StatusDetails: invocation.details,
    ResponseCode: invocation.responseCode,
    ...(startedAt === undefined ? {} : { ResponseStartDateTime: epochSeconds(startedAt) }),
    ...(endedAt === undefined ? {} : { ResponseFinishDateTime: epochSeconds(endedAt) }),
    Output: hasEnded(invocation) ? pluginOutput(stdout, stderr) : '',
    StandardOutputUrl: '',
    StandardErrorUrl: '',
  };
}
