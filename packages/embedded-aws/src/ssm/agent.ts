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

/** The options that the agents of all hosts share. */
export type AgentOptions = HostRunOptions & {
  readonly surroundings: Surroundings;
  readonly faults: DueFaults;
};

/** Exit code of a script that the agent killed: 128 + SIGKILL. A script that exits with this code looks the same. */
const KILLED = 137;

/** The most characters of output in a happening. A host's verdict is a line of at most 2,000 bytes. */
const REPORTED_OUTPUT = 2_000;

/** The SSM agents of all hosts: they receive invocations, run scripts and report. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #clock: Clock;
  readonly #unreachable = new Map<string, Instant>();
  /** Invocations that have started and not ended, in the order of their start. */
  readonly #open = new Set<Invocation>();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#clock = options.surroundings.clock;
  }

  /** Returns the instant since which a host is unreachable; undefined if it is reachable. */
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

  /**
   * Switches a host off, as a reboot does. Every script that has not been reported runs again once the host is reachable: the agent keeps a
   * command until it has reported its end.
   */
  switchOff(host: Host): void {
    this.setReachable(host, false);
    for (const invocation of [...this.#open].filter((open) => open.host.instanceId === host.instanceId)) {
      if (!invocation.delivered) continue;
      for (const alarm of invocation.alarms.splice(0)) alarm.cancel();
      invocation.stop.abort();
      Object.assign(invocation, { stop: new AbortController(), delivered: false, unreported: undefined });
      this.#endUndelivered(invocation);
    }
  }

  /** Kills the scripts of a host without a report, as a stop of the host does: each ends when its whole time is over. */
  loseScripts({ instanceId }: Host): void {
    for (const invocation of [...this.#open].filter((open) => open.delivered && open.host.instanceId === instanceId)) {
      for (const alarm of invocation.alarms.splice(0)) alarm.cancel();
      invocation.stop.abort();
      invocation.unreported = undefined;
      this.#endUndelivered(invocation);
    }
  }

  /** Starts as many of a command's invocations as MaxConcurrency allows; ends the rest if MaxErrors is exceeded. */
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

  /** Cancels an invocation in any state. A running script is killed with all processes that it started. */
  cancel(invocation: Invocation): void {
    if (hasEnded(invocation)) return;
    this.#end(invocation, 'Cancelled', invocation.startedAt === undefined ? -1 : KILLED);
  }

  /** Kills every script and cancels every alarm. Afterwards nothing is reported. */
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
   * Starts the real script at once, and reports its start and end at the modelled instants.
   *
   * The alarms are set here, before any child has ended. Invocations of the same instant are therefore reported in the
   * order of commands and hosts, independent of the order in which the children end.
   */
  #deliver(invocation: Invocation): void {
    for (const alarm of invocation.alarms.splice(0)) alarm.cancel();
    invocation.delivered = true;
    const fault = this.#options.faults.take(invocation.command, invocation.host);
    const started = () => this.#notifyOfScript(invocation);
    const ended = fault === 'hang' ? undefined : runOnHost(this.#options, this.#clock, invocation, { fault, started });
    if (!this.#options.modelledDurations) {
      this.#start(invocation);
      if (ended) void ended.then((end) => this.#conclude(invocation, end));
      else this.#scheduleTimeout(invocation);
      return;
    }
    const { delivery, run } = modelledTimes(this.#options.surroundings.random, invocation);
    const startsAt = this.#clock.now() + delivery;
    this.#at(invocation, startsAt, () => {
      this.#start(invocation);
      if (!ended) this.#scheduleTimeout(invocation);
    });
    if (ended) this.#at(invocation, startsAt + run, () => void ended.then((end) => this.#conclude(invocation, end)));
  }

  /** Reports that the real script runs, which is before its modelled start. For measurements: its order is not the same twice. */
  #notifyOfScript(invocation: Invocation): void {
    if (this.#options.modelledDurations) this.#notify('ScriptStarted', invocation);
  }

  #start(invocation: Invocation): void {
    invocation.startedAt = this.#clock.now();
    invocation.details = 'In Progress';
    this.#notify('InvocationStarted', invocation);
  }

  /** Reports a script that ended. A timeout is reported when the execution time is over on the account's clock. */
  #conclude(invocation: Invocation, end: ScriptEnd): void {
    if (hasEnded(invocation) || end.reason === 'stopped') return;
    invocation.stdout = end.stdout;
    invocation.stderr = end.stderr;
    if (end.reason === 'timed out') this.#scheduleTimeout(invocation);
    else this.#report(invocation, detailsOf(end.exitCode), end.exitCode);
  }

  /** Schedules the report of an execution timeout. */
  #scheduleTimeout(invocation: Invocation): void {
    const startedAt = invocation.startedAt ?? this.#clock.now();
    const timesOutAt = startedAt + invocation.command.executionSeconds * 1000;
    this.#at(invocation, timesOutAt, () => this.#report(invocation, 'Execution Timed Out', KILLED));
  }

  /**
   * Ends the invocation if the host is reachable.
   *
   * An unreachable host reports the end when it is reachable again. If the command's whole time (delivery and execution)
   * is over before that, the invocation ends as not delivered.
   */
  #report(invocation: Invocation, details: StatusDetails, responseCode: number): void {
    const end = () => this.#end(invocation, details, responseCode);
    if (!this.#unreachable.has(invocation.host.instanceId)) {
      end();
      return;
    }
    invocation.unreported = end;
    this.#endUndelivered(invocation);
  }

  /** Ends an invocation that reports nothing, once the command's whole time is over. */
  #endUndelivered(invocation: Invocation): void {
    const { command } = invocation;
    const expiresAt = command.requestedAt + (command.deliverySeconds + command.executionSeconds) * 1000;
    this.#at(invocation, expiresAt, () => {
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
    this.#notify('InvocationEnded', invocation);
    this.proceed(invocation.command);
  }

  #at(invocation: Invocation, instant: Instant, fire: () => void): void {
    invocation.alarms.push(this.#clock.at(instant, fire));
  }

  #notify(event: string, { command, host, details, responseCode, stdout }: Invocation): void {
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
      output: stdout.slice(0, REPORTED_OUTPUT),
    });
  }
}

/** Returns the status of an exit code. The agent recognizes a timeout by exit code 137 alone (GetStatus in pluginutil). */
function detailsOf(exitCode: number): StatusDetails {
  if (exitCode === 0) return 'Success';
  return exitCode === KILLED ? 'Execution Timed Out' : 'Failed';
}
