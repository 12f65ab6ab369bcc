import type { Alarm, Instant } from '../clock/clock.ts';
import type { Document } from './document.ts';
import type { Host } from './host.ts';

/**
 * How far an invocation is, as `StatusDetails` says it; the coarser `Status` follows from it.
 *
 * Spelled as the API reference lists them. Recorded responses of the service write some without spaces
 * (`ExecutionTimedOut`), so whoever compares should take the spaces out first.
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

/** A command on one host. */
export type Invocation = {
  readonly command: Command;
  readonly host: Host;
  details: StatusDetails;
  /** -1 until a script has ended: the command has not started, or the host never received it. */
  responseCode: number;
  stdout: string;
  stderr: string;
  /** Its host has it; what happens there is real from now on, told or not. */
  delivered: boolean;
  startedAt: Instant | undefined;
  endedAt: Instant | undefined;
  /** Ends its script, if one runs. */
  readonly stop: AbortController;
  /** What the clock was asked to do about it; taken back when it ends. */
  alarms: Alarm[];
  /** Arrived while its host could not be reached; told as soon as it can. */
  unreported: (() => void) | undefined;
};

/** A document sent to hosts. */
export type Command = {
  readonly id: string;
  /** Commands are counted from 1; with the instance id it is the key of an invocation's randomness. */
  readonly number: number;
  readonly document: Document;
  /** As requested: `$DEFAULT` where nothing was. */
  readonly documentVersion: string;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly requestedAt: Instant;
  /** TimeoutSeconds of the request: not begun by then, never begun. */
  readonly deliverySeconds: number;
  readonly executionSeconds: number;
  readonly workingDirectory: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly scriptFile: string;
  /** As requested; a number of hosts or a percentage. */
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

/** Failures and execution timeouts; deliveries that timed out count nothing against MaxErrors. */
export const errorsOf = ({ invocations }: Command): number =>
  invocations.filter(({ details }) => details === 'Failed' || details === 'Execution Timed Out').length;

/** `10` or `10%` of the command's hosts; a percentage is rounded up, so that 1 % of three hosts is one. */
export function hostsOf(command: Command, rate: string): number {
  const number = Number.parseInt(rate, 10);
  return rate.endsWith('%') ? Math.ceil((number * command.invocations.length) / 100) : number;
}

/**
 * The parent's status, which hides more than it tells: one success among hosts that were never reached is a Success.
 *
 * Decide from the invocations. Source: Systems Manager user guide, "Understanding command statuses".
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
