import { StillRunning } from '../../domain/errors.ts';
import { type Host, type HostVerdict, hostVerdict, type Invocation } from '../../domain/host/host-verdict.ts';
import { sendsNextWave, wavesOf } from '../../domain/host/waves.ts';
import type { RunCommand } from '../clients/run-command.ts';
import { sendCommandInput } from '../clients/send-command-input.ts';
import type { HostCommand, Rollback } from '../middleware/payload.ts';
import type { FleetLocks } from '../stores/fleet-lock.ts';
import type { History } from '../stores/history.ts';
import type { RollbackScope, RollbackScopes } from '../stores/rollback-scope.ts';
import type { Attempt, Attempts } from '../stores/step-attempts.ts';

/** What a step on hosts needs of the outside world. */
export type HostStepDeps = {
  readonly frozen: RollbackScopes;
  readonly attempts: Attempts;
  readonly history: History;
  readonly locks: FleetLocks;
  readonly runCommand: RunCommand;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
};

/** To look at hosts takes no fleet. */
export type HostReadDeps = Omit<HostStepDeps, 'locks'>;

export type Request = {
  readonly rollback: Rollback;
  readonly fence: number;
  readonly command: HostCommand;
  /** Hosts are only looked at, so that it began is no event of the rollback. */
  readonly unrecorded?: true;
};

/** SendCommand takes at most 50 instance ids; one more is answered with a misleading "Rate exceeded" (botocore #993). */
const mostIds = 50;

/** Leaves time to write what is known before the function's own timeout. */
const reserveMilliseconds = 15_000;

/** What the rollback acts on. Marks the lock first: from here on, only a good ending or a person frees the fleet. */
export async function heldFleet({ frozen, locks }: HostStepDeps, { rollback, fence }: Request): Promise<RollbackScope> {
  const found = await frozen.read(rollback.id);
  if (!found) throw new Error(`Rollback ${rollback.id} was never opened: it has no frozen hosts.`);
  if (await locks.touch(rollback.fleet, rollback.id, fence)) return found;
  const holder = await locks.holder(rollback.fleet);
  throw new Error(
    `Rollback ${rollback.id} no longer holds fleet ${rollback.fleet}: ${holder ? `${holder.rollback} does` : 'a person released it'}. Nothing was sent.`,
  );
}

/**
 * Sends the command to `hosts`, wave by wave where the runbook says so, or takes up the attempt that an earlier invocation left running, and waits until every
 * host has answered or the attempt's time is over. Throws StillRunning shortly before the function's own timeout.
 *
 * SendCommand has no idempotency token; a command sent twice is harmless because the hosts' wrapper answers a repeat
 * with the report of the first.
 */
export async function attemptOnHosts(
  deps: HostReadDeps,
  request: Request,
  hosts: readonly Host[],
  frozen: RollbackScope,
  remainingMilliseconds: () => number,
): Promise<{ attempt: Attempt; verdicts: HostVerdict[] }> {
  const { rollback, command } = request;
  const last = await deps.attempts.read(rollback.id, command.id);
  const waves = wavesOf(hosts, command.waves);
  let attempt =
    last?.verdict === 'running'
      ? last
      : await begin(deps, request, { wave: waves[0] ?? [], of: hosts.length }, frozen, (last?.number ?? 0) + 1);
  for (;;) {
    const reached = new Set(attempt.commands.flatMap(({ instance_ids }) => instance_ids));
    const asked = hosts.filter(({ instance_id }) => reached.has(instance_id));
    const verdicts = await verdictsOf(deps, request, attempt, asked, remainingMilliseconds);
    await checkNotStopped(deps, request);
    const failed = verdicts.filter(({ verdict }) => verdict !== 'done').length;
    const sent = waves.filter((wave) => wave.every(({ instance_id }) => reached.has(instance_id))).length;
    const next = waves[sent];
    if (!next) return { attempt, verdicts };
    if (!sendsNextWave(command.waves, sent, failed))
      return { attempt, verdicts: [...verdicts, ...hosts.slice(asked.length).map(notSent(failed))] };
    attempt = await sendWave(deps, request, next, frozen, attempt);
  }
}

const notSent =
  (failed: number) =>
  (host: Host): HostVerdict => ({
    host,
    verdict: 'not started',
    reason: `not sent: ${failed} ${failed === 1 ? 'host' : 'hosts'} failed in an earlier wave`,
    report: null,
    command_id: null,
  });

/** This invocation may outlive its execution: what was stopped meanwhile is on record already, and its history sealed. */
async function checkNotStopped(
  { attempts }: Pick<HostReadDeps, 'attempts'>,
  { rollback, command }: Request,
): Promise<void> {
  if ((await attempts.read(rollback.id, command.id))?.verdict === 'stopped')
    throw new Error(`${command.name} was stopped while it ran, because the execution of ${rollback.id} has ended.`);
}

async function begin(
  deps: HostReadDeps,
  request: Request,
  { wave, of }: { readonly wave: readonly Host[]; readonly of: number },
  frozen: RollbackScope,
  number: number,
): Promise<Attempt> {
  const { rollback, command, unrecorded } = request;
  if (!unrecorded)
    await deps.history.append(rollback.id, {
      id: `step-started/${command.id}/${number}`,
      type: 'Step started',
      at: new Date(deps.now()).toISOString(),
      detail: { step: command.id, attempt: number, hosts: of },
    });
  return sendWave(deps, request, wave, frozen, { number, verdict: 'running', commands: [], gives_up_at: '' });
}

/** The attempt with the commands of one more wave, 50 hosts in each at the most. */
async function sendWave(
  deps: HostReadDeps,
  { rollback, fence, command }: Request,
  hosts: readonly Host[],
  frozen: RollbackScope,
  attempt: Attempt,
): Promise<Attempt> {
  const at = deps.now();
  const ids = hosts.map(({ instance_id }) => instance_id);
  const commands = [...attempt.commands];
  for (let from = 0; from < ids.length; from += mostIds) {
    const instance_ids = ids.slice(from, from + mostIds);
    const input = sendCommandInput(instance_ids, command, { rollback, fence, attempt: attempt.number, frozen });
    commands.push({ command_id: await deps.runCommand.send(input), instance_ids });
  }
  const gives_up_at = new Date(at + command.attempt_seconds * 1000).toISOString();
  const sent: Attempt = { ...attempt, commands, gives_up_at };
  await deps.attempts.write(rollback.id, command.id, sent);
  return sent;
}

async function verdictsOf(
  deps: HostReadDeps,
  { rollback, command }: Request,
  attempt: Attempt,
  hosts: readonly Host[],
  remainingMilliseconds: () => number,
): Promise<HostVerdict[]> {
  const step = { rollback: rollback.id, step: command.id };
  // 1 s, then longer by a quarter each time up to 5 s: a short step is seen at once, a long one costs few calls.
  for (let pause = 1000; ; pause = Math.min(pause * 1.25, 5000)) {
    if (remainingMilliseconds() < reserveMilliseconds)
      throw new StillRunning(`${command.name} is still running on some hosts.`);
    await deps.sleep(pause);
    const invocations = await seenOf(deps.runCommand, attempt);
    const verdicts = hosts.map((host) => hostVerdict(host, step, invocations.get(host.instance_id)));
    const waiting = verdicts.some(({ verdict }) => verdict === 'waiting');
    if (waiting && deps.now() < Date.parse(attempt.gives_up_at)) continue;
    if (waiting) for (const { command_id } of attempt.commands) await deps.runCommand.cancel(command_id);
    return (await readInFull(deps.runCommand, step, verdicts, invocations)).map((one) =>
      one.verdict === 'waiting'
        ? { ...one, verdict: 'failed', reason: `no answer in ${command.attempt_seconds} s` }
        : one,
    );
  }
}

/** What Systems Manager says of an attempt's hosts now, by instance id. */
export async function seenOf(runCommand: RunCommand, { commands }: Attempt): Promise<Map<string, Invocation>> {
  const found = new Map<string, Invocation>();
  for (const { command_id } of commands) {
    try {
      for (const invocation of await runCommand.invocations(command_id)) found.set(invocation.instance_id, invocation);
    } catch (error) {
      // A poll that was throttled has learnt nothing; the next one asks again.
      if (!(error instanceof Error && error.name === 'ThrottlingException')) throw error;
    }
  }
  return found;
}

/** A success without a verdict may only look so: the list's output is cut to 2,400 bytes. */
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
