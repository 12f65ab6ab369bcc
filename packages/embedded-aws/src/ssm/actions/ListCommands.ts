import type { ListCommandsRequest, ListCommandsResult } from '@aws-sdk/client-ssm';
import type { Action } from '../../wire/service.ts';
import { type Command, commandStatus, hasEnded } from '../command.ts';
import { passes } from '../command-filters.ts';
import { commandResponse } from '../command-response.ts';
import { page } from '../page.ts';
import type { SsmState } from '../state.ts';
import { checkNumber, refuseOthers } from '../validation.ts';
import type { OnTheWire } from '../wire.ts';

/** Lists the commands of the account, the latest first. */
export const ListCommands: Action<SsmState, ListCommandsRequest, OnTheWire<ListCommandsResult>> = {
  needs: () => [{ action: 'ssm:ListCommands', resource: '*' }],
  run: (state, request) => {
    const { CommandId, InstanceId, MaxResults, NextToken, Filters } = request;
    refuseOthers('ListCommands', request, ['CommandId', 'InstanceId', 'MaxResults', 'NextToken', 'Filters']);
    checkNumber(MaxResults, 'maxResults', 1, 50);
    const found = [...state.commands.values()]
      .reverse()
      .filter((command) => CommandId === undefined || command.id === CommandId)
      .filter(({ invocations }) => !InstanceId || invocations.some(({ host }) => host.instanceId === InstanceId))
      .filter((command) => passes(Filters, filtered(command)));
    const { items, next } = page(found, MaxResults ?? 50, NextToken);
    return { Commands: items.map(commandResponse), ...next };
  },
};

function filtered(command: Command) {
  const { Status, StatusDetails } = commandStatus(command);
  return { command, status: Status, details: StatusDetails, ended: command.invocations.every(hasEnded) };
}
