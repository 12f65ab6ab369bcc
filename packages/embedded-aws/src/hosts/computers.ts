import type { AgentFile } from '../appconfig/host-agent.ts';
import type { Clock, Instant } from '../clock/clock.ts';
import type { Host } from '../ssm/host.ts';
import type { RunScript } from '../ssm/run-script.ts';
import type { HostFaults } from './host-faults.ts';
import type { HostCount } from './image.ts';

/** The response of a host's program to a tick: metrics by the value of their dimension, or the reason why there are none. */
export type TickResponse =
  | { readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>> }
  | { readonly error: string };

/** The program that runs on a host as long as the account. It responds to each line that it is sent. */
export type HostProgram = {
  readonly host: Host;
  /** Sends the program a line and resolves with its response; with an error if the program has ended. */
  send(line: unknown): Promise<TickResponse>;
  close(): void;
};

/** The computers behind the hosts: folders and processes, or a model of them. */
export type Computers = {
  readonly hosts: readonly Host[];
  /** The folder of the tools that scripts run with. */
  readonly toolbox: string;
  /** Stores a command's script. Returns its name for `run`. */
  readonly keepScript: (commandId: string, text: string) => string;
  readonly run: RunScript;
  /** Brings the files of a host's AppConfig agent up to date. */
  writeAgentFiles(host: Host, files: readonly AgentFile[]): void;
  /** Starts the image's program. `command` is its path on the host. */
  startProgram(host: Host, command: string): HostProgram;
  readonly faults: HostFaults;
  /** Returns what a person sees who logs on to the host and asks for the status of its trading system. */
  statusOf(host: Host): Promise<unknown>;
  close(): Promise<void>;
};

/** The computers that an account needs. */
export type Fleet = HostCount & {
  /** The folder of the host image. */
  readonly image: string;
  /** A folder that only the account uses. */
  readonly folder: string;
  readonly clock: Clock;
  /** The instant at which the hosts are built. */
  readonly builtAt: Instant;
};
export type OpenComputers = (fleet: Fleet) => Promise<Computers>;
