import type { SendCommandCommandInput } from '@aws-sdk/client-ssm';
import type { Invocation } from '../../domain/host/host-verdict.ts';
import type { RunCommand } from '../../lambdas/clients/run-command.ts';

/** A host's reaction to a command. Defaults: the host does its step in a second. */
export type HostReaction = {
  /** Seconds from sending the command until the script ends; Infinity: never. */
  readonly after?: number;
  /** Seconds until its script begins; Infinity: the host is never reached. */
  readonly begins?: number;
  readonly status?: string;
  readonly code?: number;
  readonly stdout?: string;
  /** Output of GetCommandInvocation, if the list's output is cut. */
  readonly whole?: string;
};

/** The report line of the hosts' wrapper. */
export const says = (verdict: string, { RollbackId, Step }: Record<string, string[]>, more: object = {}) =>
  `${JSON.stringify({ rollback: RollbackId?.[0], step: Step?.[0], fence: 1, verdict, ...more })}\n`;

export const failing = (reason: string) => (sent: SendCommandCommandInput) => ({
  status: 'Failed',
  code: 1,
  stdout: says('failed', sent.Parameters ?? {}, { reason }),
});

/** Messages of SendCommand. That of InvalidInstanceId is often empty (aws-cli #3646). */
const messages: Readonly<Record<string, (host: string) => string>> = {
  InvalidInstanceId: () => '',
  AccessDeniedException: (host) =>
    `User: close is not authorized to perform: ssm:SendCommand on resource: arn:aws:ec2:eu-west-1:000000000000:instance/${host}`,
};

const silent = { response_code: -1, stdout: '' };

/** Systems Manager with scripted hosts. Its clock moves only while a caller sleeps. */
export function scriptedHosts(start: string) {
  let now = Date.parse(start);
  const refused: string[][] = [];
  const sent: (SendCommandCommandInput & { at: number })[] = [];
  const cancelled: string[] = [];
  const polls: string[] = [];
  const asked: string[] = [];
  const faults: Error[] = [];
  let refuses: (host: string) => string | undefined = () => undefined;
  let react: (host: string, sent: SendCommandCommandInput, attempt: number) => HostReaction = () => ({});

  /** Returns the command and the host's reaction to it; attempts are counted per host. */
  const reactionTo = (commandId: string, host: string) => {
    const number = Number(commandId.slice('command-'.length));
    const command = sent[number - 1];
    if (!command) throw new Error(`No command ${commandId} was sent.`);
    const attempt = sent.slice(0, number).filter(({ InstanceIds }) => InstanceIds?.includes(host)).length;
    return { command, ...react(host, command, attempt) };
  };

  const invocation = (command_id: string, instance_id: string): Invocation => {
    const {
      command,
      after = 1,
      begins = 0,
      status = 'Success',
      code = 0,
      stdout,
    } = reactionTo(command_id, instance_id);
    const over = now >= command.at + after * 1000;
    const report = { at_target: true, version: command.Parameters?.['Target']?.[0], different: 0 };
    const begun = now >= command.at + begins * 1000;
    if (!over && cancelled.includes(command_id))
      return { ...silent, instance_id, command_id, status: 'Cancelled', status_details: 'Cancelled', begun };
    if (!begun) return { ...silent, instance_id, command_id, status: 'Pending', status_details: 'Pending', begun };
    return {
      begun,
      instance_id,
      command_id,
      status: over ? status : 'InProgress',
      status_details: over ? status : 'In Progress',
      response_code: over ? code : -1,
      stdout: over ? (stdout ?? says('done', command.Parameters ?? {}, { report })) : '',
    };
  };

  const runCommand: RunCommand = {
    send: async (input, look) => {
      await look?.();
      const fault = faults.shift();
      if (fault) throw fault;
      const named = (input.InstanceIds ?? []).find((host) => refuses(host));
      if (named) {
        refused.push(input.InstanceIds ?? []);
        throw Object.assign(new Error(messages[refuses(named) ?? '']?.(named) ?? ''), { name: refuses(named) });
      }
      sent.push({ ...input, at: now });
      return `command-${sent.length}`;
    },
    invocations: async (commandId) => {
      polls.push(commandId);
      const fault = faults.shift();
      if (fault) throw fault;
      const command = sent[Number(commandId.slice('command-'.length)) - 1];
      return (command?.InstanceIds ?? []).map((host) => invocation(commandId, host));
    },
    wholeOutput: async (commandId, host) => {
      asked.push(host);
      return reactionTo(commandId, host).whole ?? '';
    },
    cancel: async (commandId) => void cancelled.push(commandId),
  };

  return {
    runCommand,
    sent,
    /** The hosts of each refused command. */
    refused,
    cancelled,
    polls,
    /** Hosts whose whole output was read. */
    asked,
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
    /** Makes Systems Manager refuse every command to a host for which this returns an error's name. */
    refuseWith: (how: typeof refuses) => {
      refuses = how;
    },
    reactWith: (how: typeof react) => {
      react = how;
    },
    /** Makes the next calls of Systems Manager fail with errors of these names. */
    failingWith: (...names: string[]) =>
      void faults.push(...names.map((name) => Object.assign(new Error('Rate exceeded'), { name }))),
  };
}
