import {
  CancelCommandCommand,
  type CommandInvocation,
  GetCommandInvocationCommand,
  paginateListCommandInvocations,
  SendCommandCommand,
  type SendCommandCommandInput,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { Invocation } from '../../domain/host/host-verdict.ts';

/** Systems Manager Run Command, as the functions use it. */
export type RunCommand = {
  send(input: SendCommandCommandInput): Promise<string>;
  /** Returns a command's invocations, one per host. A host may be missing for about a second after sending. */
  invocations(commandId: string): Promise<readonly Invocation[]>;
  /** Returns one host's whole output (24,000 characters), for a host without a verdict in the list's 2,400 bytes. */
  wholeOutput(commandId: string, instanceId: string): Promise<string>;
  cancel(commandId: string): Promise<void>;
};

export const runCommandOn = (ssm: SSMClient): RunCommand => ({
  send: async (input) => {
    const { Command } = await ssm.send(new SendCommandCommand(input));
    if (!Command?.CommandId) throw new Error(`SendCommand of ${input.DocumentName} returned no command id.`);
    return Command.CommandId;
  },
  invocations: async (CommandId) => {
    const found: Invocation[] = [];
    for await (const page of paginateListCommandInvocations({ client: ssm }, { CommandId, Details: true }))
      found.push(...(page.CommandInvocations ?? []).map(invocation));
    return found;
  },
  wholeOutput: async (CommandId, InstanceId) => {
    const { StandardOutputContent } = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
    return StandardOutputContent ?? '';
  },
  cancel: async (CommandId) => {
    await ssm.send(new CancelCommandCommand({ CommandId }));
  },
});

/** The agent joins stdout and stderr with this line in between (amazon-ssm-agent, iohandler.go, TruncateOutput). */
const beforeStderr = '\n----------ERROR-------\n';

function invocation({ InstanceId, CommandId, Status, StatusDetails, CommandPlugins }: CommandInvocation): Invocation {
  const plugin = CommandPlugins?.[0];
  return {
    instance_id: InstanceId ?? '',
    command_id: CommandId ?? '',
    status: Status ?? '',
    status_details: StatusDetails ?? '',
    response_code: plugin?.ResponseCode ?? -1,
    stdout: (plugin?.Output ?? '').split(beforeStderr)[0] ?? '',
    begun: plugin?.ResponseStartDateTime !== undefined,
  };
}
