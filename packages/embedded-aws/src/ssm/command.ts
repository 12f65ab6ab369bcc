import type { Alarm, Instant } from '../clock/clock.ts';
import type { Document } from './document.ts';
import type { Host } from './host.ts';

/**
 * The coarse `Status` that follows from each `StatusDetails` of an invocation.
 *
 * The spelling is that of the API reference. Recorded responses of the service contain some details without spaces
 * (`ExecutionTimedOut`), so remove the spaces before a comparison.
 */
export const STATUS_OF = {
  Pending: 'Pending',
  'In Progress': 'InProgress',
  Success: 'Success',
  Failed: 'Failed',
  'Delivery Timed Out': 'TimedOut',
  'Execution Timed Out': 'TimedOut',
  Cancelled: 'Cancelled',
  Terminated: 'Cancelled',
} as const;

export type StatusDetails = keyof typeof STATUS_OF;

/** The run of a command on one host. */
export type Invocation = {
  readonly command: Command;
  readonly host: Host;
  details: StatusDetails;
  /** The script's exit code; -1 if the script has not ended or the host never received the command. */
  responseCode: number;
  stdout: string;
  stderr: string;
  /** Whether the host has received the invocation. From then on the script runs, even before its start is reported. */
  delivered: boolean;
  startedAt: Instant | undefined;
  endedAt: Instant | undefined;
  /** Kills the running script when aborted. */
  stop: AbortController;
  /** The clock's alarms for this invocation; cancelled when it ends. */
  alarms: Alarm[];
  /** Reports an end that came while the host was unreachable; called when the host is reachable again. */
  unreported: (() => void) | undefined;
};

/** A document that was sent to hosts. */
export type Command = {
  readonly id: string;
  /** Counts commands from 1. With the instance id it is the key of an invocation's random numbers. */
  readonly number: number;
  readonly document: Document;
  /** As requested; `$DEFAULT` if the request has none. */
  readonly documentVersion: string;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly requestedAt: Instant;
  /** TimeoutSeconds of the request: an invocation that has not started by then never starts. */
  readonly deliverySeconds: number;
  readonly executionSeconds: number;
  readonly workingDirectory: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly scriptFile: string;
  /** As requested: a number of hosts or a percentage. */
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  readonly invocations: Invocation[];
  cancelled: boolean;
};

export const newInvocation = (command: Command, host: Host): Invocation => ({
  command,
  host,
  details: 'Pending',
  responseCode: -1,
  stdout: '',
  stderr: '',
  delivered: false,
  startedAt: undefined,
  endedAt: undefined,
  stop: new AbortController(),
  alarms: [],
  unreported: undefined,
});

export const hasEnded = (invocation: Invocation): boolean => invocation.endedAt !== undefined;

/** Counts failures and execution timeouts. Delivery timeouts do not count against MaxErrors. */
export const errorsOf = ({ invocations }: Command): number =>
  invocations.filter(({ details }) => details === 'Failed' || details === 'Execution Timed Out').length;

/** Returns the number of hosts for a rate of `10` or `10%`. Percentages are rounded up: 1 % of three hosts is one. */
export function hostsOf(command: Command, rate: string): number {
  const number = Number.parseInt(rate, 10);
  return rate.endsWith('%') ? Math.ceil((number * command.invocations.length) / 100) : number;
}

/**
 * Returns the status of a command as a whole. Decide from the invocations instead, because this status hides failures.
 *
 * One success among hosts that were never reached counts as Success. Source: Systems Manager user guide, "Understanding
 * command statuses".
 */
export function commandStatus(command: Command): { Status: string; StatusDetails: string } {
  const details = new Set(command.invocations.map((invocation) => invocation.details));
  const status = (Status: string, StatusDetails = Status) => ({ Status, StatusDetails });

  if (!command.invocations.every(hasEnded)) {
    if (command.cancelled) return status('Cancelling');
    return details.size === 1 && details.has('Pending') ? status('Pending') : status('InProgress', 'In Progress');
  }
  if (command.cancelled && details.has('Cancelled')) return status('Cancelled');
  if (errorsOf(command) > hostsOf(command, command.maxErrors)) {
    return details.has('Failed') ? status('Failed') : status('TimedOut', 'Execution Timed Out');
  }
  if (errorsOf(command) > 0) return status('Failed', 'Incomplete');
  if (details.has('Success')) return status('Success');
  return details.has('Delivery Timed Out') ? status('TimedOut', 'Delivery Timed Out') : status('Cancelled');
}
