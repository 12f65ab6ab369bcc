import type { Clock, Instant } from '../clock/clock.ts';
import type { Surroundings } from '../wire/service.ts';
import {
  type Command,
  errorsOf,
  hasEnded,
  hostsOf,
  type Invocation,
  STATUS_OF,
  type StatusDetails,
} from './command.ts';
import type { DueFaults } from './faults.ts';
import type { Host } from './host.ts';
import { type HostRunOptions, modelledTimes, runOnHost } from './run-on-host.ts';
import type { ScriptEnd } from './run-script.ts';

/** What the agents of all hosts share. */
export type AgentOptions = HostRunOptions & {
  readonly surroundings: Surroundings;
  readonly faults: DueFaults;
};

/** Exit code of a script the agent had to kill: 128 + SIGKILL. One that exits so by itself looks the same to it. */
const KILLED = 137;

/** How long the output in a happening may be; a host's verdict is a line of at most 2,000 bytes. */
const TOLD_OUTPUT = 2_000;

/** The SSM agents of all hosts: they receive invocations, run scripts and report. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #clock: Clock;
  readonly #unreachable = new Map<string, Instant>();
  /** Begun and not ended, in the order begun. */
  readonly #open = new Set<Invocation>();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#clock = options.surroundings.clock;
  }

  /** Since when a host cannot be reached; undefined for one that can. */
  unreachableSince(host: Host): Instant | undefined {
    return this.#unreachable.get(host.instanceId);
  }

  setReachable(host: Host, reachable: boolean): void {
    if (!reachable) {
      if (!this.#unreachable.has(host.instanceId)) this.#unreachable.set(host.instanceId, this.#clock.now());
      return;
    }
    this.#unreachable.delete(host.instanceId);
    for (const invocation of [...this.#open].filter((open) => open.host.instanceId === host.instanceId)) {
      if (invocation.unreported) invocation.unreported();
      else if (!invocation.delivered) this.#deliver(invocation);
    }
  }

  /** Begins as many of a command's invocations as MaxConcurrency allows, and ends the rest once MaxErrors is passed. */
  proceed(command: Command): void {
    const waiting = command.invocations.filter((invocation) => !hasEnded(invocation) && !this.#open.has(invocation));
    if (errorsOf(command) > hostsOf(command, command.maxErrors)) {
      for (const invocation of waiting) this.#end(invocation, 'Terminated', -1);
      return;
    }
    const open = command.invocations.filter((invocation) => this.#open.has(invocation)).length;
    for (const invocation of waiting.slice(0, Math.max(0, hostsOf(command, command.maxConcurrency) - open))) {
      this.#begin(invocation);
    }
  }

  /** Ends an invocation wherever it is; a script that runs is killed with everything it started. */
  cancel(invocation: Invocation): void {
    if (hasEnded(invocation)) return;
    this.#end(invocation, 'Cancelled', invocation.startedAt === undefined ? -1 : KILLED);
  }

  /** Kills every script and takes back every alarm; nothing is told any more. */
  close(): void {
    for (const invocation of this.#open) {
      invocation.stop.abort();
      for (const alarm of invocation.alarms) alarm.cancel();
    }
    this.#open.clear();
  }

  #begin(invocation: Invocation): void {
    this.#open.add(invocation);
    if (this.#unreachable.has(invocation.host.instanceId)) {
      const expiresAt = this.#clock.now() + invocation.command.deliverySeconds * 1000;
      this.#at(invocation, expiresAt, () => this.#end(invocation, 'Delivery Timed Out', -1));
    } else this.#deliver(invocation);
  }

  /**
   * Starts the script at once, for real, and tells of it at the instants that delivery and run would have taken.
   *
   * The alarms are set here, before any child has ended, so that invocations of the same instant are told in the order
   * of commands and hosts, not in the order in which children happened to end.
   */
  #deliver(invocation: Invocation): void {
    for (const alarm of invocation.alarms.splice(0)) alarm.cancel();
    invocation.delivered = true;
    const fault = this.#options.faults.take(invocation.command, invocation.host);
    const ended = fault === 'hangs' ? undefined : runOnHost(this.#options, this.#clock, invocation, fault);
    if (!this.#options.modelledDurations) {
      this.#start(invocation);
      if (ended) void ended.then((end) => this.#conclude(invocation, end));
      else this.#overrun(invocation);
      return;
    }
    const { delivery, run } = modelledTimes(this.#options.surroundings.random, invocation);
    const startsAt = this.#clock.now() + delivery;
    this.#at(invocation, startsAt, () => {
      this.#start(invocation);
      if (!ended) this.#overrun(invocation);
    });
    if (ended) this.#at(invocation, startsAt + run, () => void ended.then((end) => this.#conclude(invocation, end)));
  }

  #start(invocation: Invocation): void {
    invocation.startedAt = this.#clock.now();
    invocation.details = 'In Progress';
    this.#tell('InvocationStarted', invocation);
  }

  /** A script that ended is told; one whose time is up is told when its time is up on the account's clock. */
  #conclude(invocation: Invocation, end: ScriptEnd): void {
    if (hasEnded(invocation) || end.reason === 'stopped') return;
    invocation.stdout = end.stdout;
    invocation.stderr = end.stderr;
    if (end.reason === 'time is up') this.#overrun(invocation);
    else this.#report(invocation, detailsOf(end.exitCode), end.exitCode);
  }

  #overrun(invocation: Invocation): void {
    const startedAt = invocation.startedAt ?? this.#clock.now();
    const timeIsUp = startedAt + invocation.command.executionSeconds * 1000;
    this.#at(invocation, timeIsUp, () => this.#report(invocation, 'Execution Timed Out', KILLED));
  }

  /**
   * Ends the invocation, unless the host cannot be reached now: then the account hears of it when it can again, or
   * gives the invocation up as not delivered once the command's whole time (delivery and execution) is over.
   */
  #report(invocation: Invocation, details: StatusDetails, responseCode: number): void {
    const { command, host } = invocation;
    const end = () => this.#end(invocation, details, responseCode);
    if (!this.#unreachable.has(host.instanceId)) {
      end();
      return;
    }
    invocation.unreported = end;
    const givenUpAt = command.requestedAt + (command.deliverySeconds + command.executionSeconds) * 1000;
    this.#at(invocation, givenUpAt, () => {
      invocation.stdout = '';
      invocation.stderr = '';
      this.#end(invocation, 'Delivery Timed Out', -1);
    });
  }

  #end(invocation: Invocation, details: StatusDetails, responseCode: number): void {
    if (hasEnded(invocation)) return;
    invocation.endedAt = this.#clock.now();
    invocation.details = details;
    invocation.responseCode = responseCode;
    for (const alarm of invocation.alarms.splice(0)) alarm.cancel();
    invocation.stop.abort();
    this.#open.delete(invocation);
    this.#tell('InvocationEnded', invocation);
    this.proceed(invocation.command);
  }

  #at(invocation: Invocation, instant: Instant, fire: () => void): void {
    invocation.alarms.push(this.#clock.at(instant, fire));
  }

  #tell(event: string, { command, host, details, responseCode, stdout }: Invocation): void {
    this.#options.surroundings.tell({
      service: 'ssm',
      event,
      command: command.id,
      document: command.document.name,
      comment: command.comment,
      instance: host.instanceId,
      name: host.name,
      status: STATUS_OF[details],
      details,
      responseCode,
      output: stdout.slice(0, TOLD_OUTPUT),
    });
  }
}

/** The agent tells a timeout by the exit code alone (GetStatus in pluginutil), so 137 is one whoever caused it. */
function detailsOf(exitCode: number): StatusDetails {
  if (exitCode === 0) return 'Success';
  return exitCode === KILLED ? 'Execution Timed Out' : 'Failed';
}
