import { counted } from '../../domain/counted.ts';
import { StillRunning } from '../../domain/errors.ts';
import { type Host, type HostVerdict, hostVerdict, type Invocation } from '../../domain/host/host-verdict.ts';
import { nameWithReason } from '../../domain/host/inventory.ts';
import { awayOf, everyHostLostBefore, type LostHost, lostVerdict } from '../../domain/host/lost-hosts.ts';
import { sendsNextWave, wavesOf } from '../../domain/host/waves.ts';
import type { RunCommand } from '../clients/run-command.ts';
import { sendCommandInput } from '../clients/send-command-input.ts';
import { sendToHosts } from '../clients/send-to-hosts.ts';
import type { HostCommand, Rollback } from '../middleware/payload.ts';
import type { Endings } from '../stores/endings.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';
import { partOfScope, type RollbackScope, type RollbackScopes } from '../stores/rollback-scope.ts';
import type { Attempt, Attempts } from '../stores/step-attempts.ts';
import { checkOpen } from './check-open.ts';
import { type HeldFleetDeps, sendingWhileHeld } from './held-fleet.ts';
import { mostNamed } from './most-named.ts';

/** Returns lost hosts with the reason that EC2 and Systems Manager know. */
export type WhyLost = (lost: readonly LostHost[]) => Promise<readonly LostHost[]>;

/** Dependencies of a step on hosts. */
export type HostStepDeps = {
  readonly scopes: RollbackScopes;
  readonly endings: Endings;
  readonly attempts: Attempts;
  readonly history: History;
  readonly locks: FleetLocks;
  readonly runCommand: RunCommand;
  /** Absent: a lost host's reason is what SendCommand's error says. */
  readonly whyLost?: WhyLost;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

/** Dependencies of a command to hosts. */
export type HostReadDeps = Omit<HostStepDeps, 'locks' | 'endings'> & {
  /** With it, the command is sent only while the rollback is open and holds the fleet. Absent: a check that needs no lock. */
  readonly whileHeld?: HeldFleetDeps;
};

export type HostStepRequest = {
  readonly rollback: Rollback;
  readonly fence: number;
  readonly command: HostCommand;
  /** `all`: the step is sent to the hosts too that have done it; they report it again. Absent or else: only to the others. */
  readonly repeat?: 'all' | 'failed' | null | undefined;
  /** The command is a check, so its start is not an event of the rollback. */
  readonly unrecorded?: true;
};

/** The hosts to send to, and the scope that pins the documents. */
type HostTargets = { readonly scope: RollbackScope; readonly hosts: readonly Host[] };

/** `last`: the newest attempt at the command, as it is stored; undefined: there is none. */
export type AttemptTargets = HostTargets & { readonly last: Attempt | undefined };

/**
 * SendCommand takes at most 50 instance ids; for one more it responds with a misleading "Rate exceeded" (botocore
 * #993).
 */
const mostIds = 50;

/**
 * Milliseconds before the first poll: Systems Manager takes 1 to 3 s until a script runs (docs/assumptions.md). The next pause is
 * 1.25 s, and each further one is a quarter longer, up to 5 s: a short step is seen soon, and a long one costs few calls.
 */
const firstPause = 2000;

/** Leaves time to store the results before the function's own timeout. */
const reserveMilliseconds = 15_000;

/**
 * Sends the command to the hosts, in waves if the runbook has waves, and waits until every host has reported or the
 * attempt times out. If an earlier invocation left an attempt running, continues that attempt.
 *
 * Throws StillRunning shortly before the function's own timeout. SendCommand has no idempotency token. Sending a
 * command twice is harmless because the hosts' wrapper responds to a repeat with the report of the first.
 */
export async function attemptOnHosts(
  { whileHeld, ...given }: HostReadDeps,
  request: HostStepRequest,
  { scope, hosts, last }: AttemptTargets,
  remainingMilliseconds: () => number,
): Promise<{ attempt: Attempt; verdicts: HostVerdict[] }> {
  const { rollback, command } = request;
  const runCommand = whileHeld ? sendingWhileHeld({ ...given, ...whileHeld }, request) : given.runCommand;
  const deps = { ...given, runCommand };
  const waves = wavesOf(hosts, command.waves);
  let attempt =
    last?.verdict === 'running'
      ? last
      : await begin(
          deps,
          request,
          { scope, hosts: waves[0] ?? [] },
          { number: (last?.number ?? 0) + 1, of: hosts.length },
        );
  for (;;) {
    const reached = new Set(attempt.commands.flatMap(({ instance_ids }) => instance_ids));
    const asked = hosts.filter(({ instance_id }) => reached.has(instance_id));
    const answered = await verdictsOf(deps, request, { attempt, hosts: asked }, remainingMilliseconds);
    await (whileHeld ? checkOpen(whileHeld, rollback) : checkNotStopped(deps, request));
    const lost = (attempt.lost ?? []).map(lostVerdict);
    const verdicts = [...answered, ...lost];
    for (const { host } of lost) reached.add(host.instance_id);
    const failed = answered.filter(({ verdict }) => verdict !== 'done').length;
    const sent = waves.filter((wave) => wave.every(({ instance_id }) => reached.has(instance_id))).length;
    const next = waves[sent];
    if (!next) return { attempt, verdicts: await withoutHostsThatLeft(deps, request, scope, verdicts) };
    if (!sendsNextWave(command.waves, sent, failed)) {
      const unsent = hosts.filter(({ instance_id }) => !reached.has(instance_id)).map(notSent(failed));
      return { attempt, verdicts: await withoutHostsThatLeft(deps, request, scope, [...verdicts, ...unsent]) };
    }
    attempt = await sendWave(deps, request, { scope, hosts: next }, attempt);
  }
}

/** As attemptOnHosts. The command is sent only while the rollback is open and holds the fleet. */
export const attemptWhileHeld = (
  deps: HostStepDeps,
  request: HostStepRequest,
  targets: AttemptTargets,
  remainingMilliseconds: () => number,
): ReturnType<typeof attemptOnHosts> =>
  attemptOnHosts({ ...deps, whileHeld: deps }, request, targets, remainingMilliseconds);

/**
 * Takes the hosts that left the fleet out of the rollback, and records that. Returns the verdicts.
 *
 * Throws an error if no host is left: then nothing could be rolled back, and a person must look. A look at hosts is no
 * rollback; its lost hosts are in its verdicts only.
 */
async function withoutHostsThatLeft(
  { scopes, history, now }: HostReadDeps,
  { rollback, command, unrecorded }: HostStepRequest,
  scope: RollbackScope,
  verdicts: HostVerdict[],
): Promise<HostVerdict[]> {
  const lost = verdicts.filter(({ verdict }) => verdict === 'lost');
  if (lost.length === 0 || unrecorded) return verdicts;
  const hosts = lost.map(({ host }) => host);
  if (lost.length === scope.hosts.length)
    throw new Error(
      everyHostLostBefore(
        command.name,
        lost.slice(0, mostNamed).map(({ host, reason }) => `${host.name} ${reason}`),
      ),
    );
  await history.append(rollback.id, {
    id: `hosts-lost/${hosts.map(({ instance_id }) => instance_id).join('/')}`,
    type: 'Hosts lost',
    at: new Date(now()).toISOString(),
    detail: {
      step: command.id,
      lost: hosts.length,
      names: hosts.slice(0, mostNamed).map(({ name }) => name),
      away: lost.slice(0, mostNamed).map((one) => nameWithReason(awayOf(one))),
      reasons: [...new Set(lost.map(({ reason }) => reason))],
    },
  });
  await scopes.lose(rollback.id, lost.map(awayOf));
  return verdicts;
}

const notSent =
  (failed: number) =>
  (host: Host): HostVerdict => ({
    host,
    verdict: 'not started',
    reason: `not sent: ${counted(failed, 'host')} failed in an earlier wave`,
    report: null,
    command_id: null,
  });

/** Throws if the attempt was stopped: this invocation may outlive its execution, and the history is sealed. */
async function checkNotStopped(
  { attempts }: Pick<HostReadDeps, 'attempts'>,
  { rollback, command }: HostStepRequest,
): Promise<void> {
  if ((await attempts.read(rollback.id, command.id))?.verdict === 'stopped')
    throw new Error(`${command.name} was stopped while it ran, because the execution of ${rollback.id} has ended.`);
}

/** Starts an attempt with its first wave. `of`: the hosts of all waves. */
async function begin(
  deps: HostReadDeps,
  request: HostStepRequest,
  firstWave: HostTargets,
  { number, of }: { readonly number: number; readonly of: number },
): Promise<Attempt> {
  const { rollback, command, unrecorded } = request;
  if (!unrecorded)
    await deps.history.append(rollback.id, {
      id: `step-started/${command.id}/${number}`,
      type: 'Step started',
      at: new Date(deps.now()).toISOString(),
      detail: { step: command.id, attempt: number, hosts: of },
    });
  return sendWave(deps, request, firstWave, { number, verdict: 'running', commands: [], gives_up_at: '' });
}

/** Sends one more wave, at most 50 hosts per command, and returns the attempt with these commands. */
async function sendWave(
  deps: HostReadDeps,
  { rollback, fence, command }: HostStepRequest,
  { scope, hosts }: HostTargets,
  attempt: Attempt,
): Promise<Attempt> {
  const at = deps.now();
  const commands = [...attempt.commands];
  const lost = [...(attempt.lost ?? [])];
  const own = partOfScope(scope, command.phase);
  const inputFor = (instanceIds: readonly string[]) =>
    sendCommandInput(instanceIds, command, { rollback, fence, attempt: attempt.number, scope: own });
  for (let from = 0; from < hosts.length; from += mostIds) {
    const sent = await sendToHosts(deps.runCommand, hosts.slice(from, from + mostIds), inputFor);
    commands.push(...sent.commands);
    lost.push(...(sent.lost.length > 0 && deps.whyLost ? await deps.whyLost(sent.lost) : sent.lost));
  }
  const gives_up_at = new Date(at + command.attempt_seconds * 1000).toISOString();
  const sent: Attempt = { ...attempt, commands, gives_up_at, ...(lost.length > 0 ? { lost } : {}) };
  await deps.attempts.write(rollback.id, command.id, sent);
  return sent;
}

/** Polls until every host of the attempt has a verdict. Cancels the attempt's commands when it times out. */
async function verdictsOf(
  deps: HostReadDeps,
  { rollback, command }: HostStepRequest,
  { attempt, hosts }: { readonly attempt: Attempt; readonly hosts: readonly Host[] },
  remainingMilliseconds: () => number,
): Promise<HostVerdict[]> {
  const step = { rollback: rollback.id, step: command.id };
  for (let pause = firstPause, next = 1250; ; pause = next, next = Math.min(next * 1.25, 5000)) {
    if (remainingMilliseconds() < reserveMilliseconds)
      throw new StillRunning(`${command.name} is still running on some hosts.`);
    await deps.sleep(pause);
    const invocations = await invocationsOf(deps.runCommand, attempt);
    const verdicts = hosts.map((host) => hostVerdict(host, step, invocations.get(host.instance_id)));
    const waiting = verdicts.some(({ verdict }) => verdict === 'waiting');
    if (waiting && deps.now() < Date.parse(attempt.gives_up_at)) continue;
    if (waiting) for (const { command_id } of attempt.commands) await deps.runCommand.cancel(command_id);
    return (await readInFull(deps.runCommand, step, verdicts, invocations)).map((one) =>
      one.verdict === 'waiting'
        ? { ...one, verdict: 'failed', reason: `no report in ${command.attempt_seconds} s` }
        : one,
    );
  }
}

/** Returns the current invocations of an attempt's commands in Systems Manager, by instance id. */
export async function invocationsOf(runCommand: RunCommand, { commands }: Attempt): Promise<Map<string, Invocation>> {
  const found = new Map<string, Invocation>();
  for (const { command_id } of commands) {
    try {
      for (const invocation of await runCommand.invocations(command_id)) found.set(invocation.instance_id, invocation);
    } catch (error) {
      // A throttled poll returns nothing; the next poll reads the same again.
      if (!(error instanceof Error && error.name === 'ThrottlingException')) throw error;
    }
  }
  return found;
}

/**
 * Reads the whole output of each host whose command succeeded without a verdict: the list's output is cut to 2,400
 * bytes, so the verdict may be in the part that was cut off.
 */
async function readInFull(
  runCommand: RunCommand,
  step: { rollback: string; step: string },
  verdicts: readonly HostVerdict[],
  invocations: ReadonlyMap<string, Invocation>,
): Promise<HostVerdict[]> {
  const full: HostVerdict[] = [];
  for (const one of verdicts) {
    const invocation = invocations.get(one.host.instance_id);
    if (one.verdict !== 'failed' || invocation?.status !== 'Success') full.push(one);
    else {
      const stdout = await runCommand.wholeOutput(invocation.command_id, invocation.instance_id);
      full.push(hostVerdict(one.host, step, { ...invocation, stdout }));
    }
  }
  return full;
}
