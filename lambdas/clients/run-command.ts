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
  /** Sends a command. `look` is called before each try of the client, and ends the tries if it throws. */
  send(input: SendCommandCommandInput, look?: () => Promise<void>): Promise<string>;
  /** Returns a command's invocations, one per host. A host may be missing for about a second after sending. */
  invocations(commandId: string): Promise<readonly Invocation[]>;
  /** Returns one host's whole output (24,000 characters), for a host without a verdict in the list's 2,400 bytes. */
  wholeOutput(commandId: string, instanceId: string): Promise<string>;
  cancel(commandId: string): Promise<void>;
};

/** Sends commands and reads their invocations: for a function that neither waits nor cancels, this alone. */
export const looksOn = (ssm: SSMClient): Pick<RunCommand, 'send' | 'invocations'> => ({
  send: async (input, look) => {
    const command = new SendCommandCommand(input);
    // The client's retries are part of the same step, with a higher priority: this runs inside of them.
    if (look) command.middlewareStack.add(after(look), { step: 'finalizeRequest', name: 'look', priority: 'low' });
    const { Command } = await ssm.send(command);
    if (!Command?.CommandId) throw new Error(`SendCommand of ${input.DocumentName} returned no command id.`);
    return Command.CommandId;
  },
  invocations: async (CommandId) => {
    const found: Invocation[] = [];
    for await (const page of paginateListCommandInvocations({ client: ssm }, { CommandId, Details: true }))
      found.push(...(page.CommandInvocations ?? []).map(invocation));
    return found;
  },
});

export const runCommandOn = (ssm: SSMClient): RunCommand => ({
  ...looksOn(ssm),
  wholeOutput: async (CommandId, InstanceId) => {
    const { StandardOutputContent } = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
    return StandardOutputContent ?? '';
  },
  cancel: async (CommandId) => {
    await ssm.send(new CancelCommandCommand({ CommandId }));
  },
});

type Next<Args, Output> = (args: Args) => Promise<Output>;
const after =
  (look: () => Promise<void>) =>
  <Args, Output>(next: Next<Args, Output>): Next<Args, Output> =>
  async (args) => {
    await look();
    return next(args);
  };

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
