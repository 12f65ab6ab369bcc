import { afterBlock, blockOf, brakeSentence, freezeAt } from '../../domain/brakes/brakes.ts';
import { InvalidInput, NotPrepared } from '../../domain/errors.ts';
import { failureSentence, type HostVerdict } from '../../domain/host/host-verdict.ts';
import { nameWithReason } from '../../domain/host/inventory.ts';
import { type HostCommit, hostCommit, oneCommit } from '../../domain/prepare/one-commit.ts';
import { beginning, type Preparation, preparationId, tagBefore } from '../../domain/prepare/preparation.ts';
import { type PrepareRequest, parsePrepare } from '../../domain/prepare/prepare-request.ts';
import { runsAlready } from '../../domain/prepare/runs-already.ts';
import { preparePrefix } from '../../domain/tables.ts';
import type { ManagedInstances } from '../clients/managed-instances.ts';
import type { HostCommand } from '../middleware/payload.ts';
import { freezeHosts, NoHostOnline } from '../operations/freeze-hosts.ts';
import { attemptOnHosts } from '../operations/host-attempt.ts';
import { reportingId } from '../operations/reporting-id.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { Preparations } from '../stores/preparations.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import { cancelCommands, type GivingWayDeps, givingWay, refuseBesideRollback } from './giving-way.ts';

export type PrepareDeps = GivingWayDeps & {
  readonly managedInstances: ManagedInstances;
  readonly tag: { readonly key: string; readonly value: string };
  readonly readBrakes: BrakesStore['read'];
  readonly preparations: Preparations;
  readonly deployments: Pick<Deployments, 'newest' | 'recent'>;
};
export type PrepareInvocation = {
  readonly execution: {
    readonly id: string;
    readonly name: string;
    readonly start_time: string;
    readonly input: unknown;
  };
  readonly fleet: string;
  /** The command that prepares a host, by phase. */
  readonly commands: readonly { readonly phase: number; readonly command: HostCommand }[];
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
};

/**
 * Agrees on the one commit that every host is at, and registers it with the tag that will name it. Changes nothing on a host.
 *
 * Throws InvalidInput, and NotPrepared if deployments are frozen, the version is blocked, a rollback holds the fleet, no host is online, or the hosts
 * differ: with each host that differs, the commit found there and the one expected. Calling it again continues.
 */
export async function agreeOnCommit(
  deps: PrepareDeps,
  invocation: PrepareInvocation,
  remaining: () => number,
): Promise<Preparation & { readonly preparation_id: string }> {
  const { execution, fleet } = invocation;
  const { request, command } = requestOf(invocation);
  const { phase, version } = request;
  await refuseNested(deps, request);
  await refuseBraked(deps, request);
  await refuseBesideRollback(deps, fleet);
  const id = idOf(execution.name);
  const scope = (await deps.scopes.read(id)) ?? (await freezeFor(deps, invocation, id));
  if (scope.execution_arn !== execution.id)
    throw new InvalidInput(`${execution.name} is the name of an earlier preparation. Start again without a name.`);
  const tag = tagBefore(phase, version);
  const verdicts = await runBeside(deps, { ...invocation, id, scope, command: asking(command, tag) }, remaining);
  const silent = verdicts.filter((one) => one.verdict !== 'done' || !hostCommit(one));
  if (silent.length > 0)
    throw new NotPrepared(
      `The commit could not be read on ${failureSentence(silent.map(failed), verdicts.length)}. Nothing was tagged.`,
    );
  const before = await deps.preparations.read(phase, version);
  const commit = await agreedCommit(
    deps,
    request,
    verdicts.flatMap((one) => hostCommit(one) ?? []),
    before,
  );
  const preparation: Preparation = {
    ...request,
    state: 'preparing',
    tag,
    commit,
    begun_at: before?.by === execution.id ? before.begun_at : beginning(before, commit, deps.now()),
    by: execution.id,
    hosts: [],
  };
  await deps.preparations.put(preparation);
  await deps.scopes.freezeCommit(id, commit);
  return { ...preparation, preparation_id: id };
}

/** Throws InvalidInput if git could not make the version's tag beside that of another prepared version, on any host. */
async function refuseNested({ preparations }: PrepareDeps, { phase, version }: PrepareRequest): Promise<void> {
  const prepared = (await preparations.of(phase)).map((one) => one.version);
  const other = prepared.find((one) => isBelow(one, version) || isBelow(version, one));
  if (other !== undefined)
    throw new InvalidInput(
      `Version ${other} of phase ${phase} is prepared, and git cannot have a tag for ${version} beside its tag: a tag is a file, and cannot be a folder too. Choose another name, such as ${version.replaceAll('/', '-')}-1. Nothing was prepared.`,
    );
}

const isBelow = (name: string, folder: string) => name.startsWith(`${folder}/`);

/** Returns the one commit of all hosts, if it can be that of the version before. Throws NotPrepared with the reason if not. */
async function agreedCommit(
  { deployments, now }: PrepareDeps,
  { phase, version }: PrepareRequest,
  found: readonly HostCommit[],
  before: Preparation | undefined,
): Promise<string> {
  const [newest] = await deployments.recent(phase, new Date(now()).toISOString());
  const agreed = oneCommit(tagBefore(phase, version), found, before, newest);
  if ('problem' in agreed) throw new NotPrepared(agreed.problem);
  const { commit } = agreed;
  const late = runsAlready({ phase, version }, { commit, found }, before, newest);
  if (late) throw new NotPrepared(late);
  return commit;
}

/** Returns the request, and the command that prepares a host for its phase. Throws InvalidInput. */
export function requestOf({ execution, commands }: Pick<PrepareInvocation, 'execution' | 'commands'>): {
  readonly request: PrepareRequest;
  readonly command: HostCommand;
} {
  const request = parsePrepare(
    execution.input,
    commands.map(({ phase }) => phase),
  );
  const found = commands.find(({ phase }) => phase === request.phase);
  if (!found) throw new Error(`The machine has no command for phase ${request.phase}.`);
  return { request, command: found.command };
}

/** A version that a rollback took back would be prepared at the commit to which that rollback went, so nothing else would refuse it. */
async function refuseBraked({ readBrakes, now }: PrepareDeps, { phase, version }: PrepareRequest): Promise<void> {
  const brakes = await readBrakes();
  const freeze = freezeAt(brakes, phase, new Date(now()).toISOString());
  if (freeze)
    throw new NotPrepared(
      `${brakeSentence('freeze', freeze)} A deployment is not prepared while it may not be made. Nothing was changed.`,
    );
  const block = blockOf(brakes.blocks, { phase, version });
  if (block) throw new NotPrepared(`${brakeSentence('block', block)} Nothing was changed. ${afterBlock(block)}`);
}

/** Returns the id under which the hosts report. */
export const idOf = (execution: string): string => reportingId(preparationId(execution), preparePrefix, execution);

async function freezeFor(
  deps: PrepareDeps,
  { execution, documents }: PrepareInvocation,
  id: string,
): Promise<RollbackScope> {
  const frozen = await freezeHosts(deps, documents).catch((error: Error) => {
    if (!(error instanceof NoHostOnline)) throw error;
    const away = error.hosts.slice(0, 5).map(nameWithReason).join(', ') || 'the fleet has no host';
    throw new NotPrepared(`No host is online in Systems Manager (${away}). Nothing was prepared.`);
  });
  return deps.scopes.keep(id, {
    execution_arn: execution.id,
    ...frozen,
    only_hosts: null,
    steps: [],
    deployment: null,
    window_start: `${execution.start_time.slice(0, 19)}Z`,
    deadline: execution.start_time,
  });
}

/** The command that asks a host for its commit: the same script in mode `plan`, which changes nothing. git answers in milliseconds. */
const asking = (command: HostCommand, tag: string): HostCommand => ({
  ...command,
  id: 'prepare-ask',
  name: 'The question for the commit',
  timeout_seconds: 30,
  attempt_seconds: 40,
  parameters: {
    ...command.parameters,
    Step: 'prepare-ask',
    Kind: 'check',
    Mode: 'plan',
    Tag: tag,
    Preparation: '',
    Begun: '',
  },
});

export type Beside = Pick<PrepareInvocation, 'execution' | 'fleet'> & {
  readonly id: string;
  readonly scope: RollbackScope;
  readonly command: HostCommand;
};

/** Runs a command on every host of the scope, unless a rollback begins: it goes first, and the command is cancelled. */
export async function runBeside(
  deps: PrepareDeps,
  { execution, fleet, id, scope, command }: Beside,
  remaining: () => number,
): Promise<HostVerdict[]> {
  const place = { id, step: command.id, fleet };
  const rollback = {
    id,
    execution_arn: execution.id,
    phase: 0,
    fleet,
    alarm: null,
    deadline: execution.start_time,
  };
  const beside = { ...deps, runCommand: givingWay(deps, place, scope) };
  const last = await deps.attempts.read(id, command.id);
  try {
    const { attempt, verdicts } = await attemptOnHosts(
      beside,
      { rollback, fence: 0, command, unrecorded: true },
      { scope, hosts: scope.hosts, last },
      remaining,
    );
    await deps.attempts.write(id, command.id, { ...attempt, verdict: 'done' });
    return verdicts;
  } catch (error) {
    if (error instanceof NotPrepared) await cancelCommands(deps, place);
    throw error;
  }
}

/** A verdict as that of a host that is not prepared, whatever the reason. */
export const failed = (one: HostVerdict): HostVerdict => ({ ...one, verdict: 'failed' });
