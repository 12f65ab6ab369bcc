import { NotPrepared } from '../../domain/errors.ts';
import { failureSentence, type HostVerdict } from '../../domain/host/host-verdict.ts';
import { nameWithReason } from '../../domain/host/inventory.ts';
import {
  folderOf,
  folderOfInstant,
  type Preparation,
  type PreparedHost,
  superseded,
} from '../../domain/prepare/preparation.ts';
import type { HostCommand } from '../middleware/payload.ts';
import type { AwayHost } from '../stores/rollback-scope.ts';
import { failed, idOf, type PrepareDeps, type PrepareInvocation, requestOf, runBeside } from './prepare-the-hosts.ts';

export type Prepared = Preparation & {
  /** The hosts' reports are stored under it. */
  readonly preparation_id: string;
};

/**
 * Tags the agreed commit and makes the copies on every host, and stores the result. Calling it again continues.
 *
 * Throws NotPrepared, with each host and the reason, unless every host of the fleet is prepared. The others stay prepared, and
 * a repeat keeps their copies. A host that no list has in the fleet any more is named and not waited for: no deployment reaches it either.
 */
export async function makeCopies(
  deps: PrepareDeps,
  invocation: PrepareInvocation,
  remaining: () => number,
): Promise<Prepared> {
  const { request, command } = requestOf(invocation);
  const { phase, version } = request;
  const id = idOf(invocation.execution.name);
  const [scope, preparation] = await Promise.all([deps.scopes.read(id), deps.preparations.read(phase, version)]);
  if (!scope || !preparation) throw new Error(`${id} has not agreed on a commit; start prepare-deployment again.`);
  if (preparation.by !== invocation.execution.id)
    throw new NotPrepared(
      `Another run prepares ${version} of phase ${phase} since: ${preparation.by}. Wait for its end; it does the same.`,
    );
  const going = await supersededBy(deps, preparation);
  const copying = copyingCommand(command, preparation, going);
  const verdicts = await runBeside(deps, { ...invocation, id, scope, command: copying }, remaining);
  const all = [...verdicts, ...scope.not_online.filter((host) => !host.missing).map(notOnline)];
  await deps.history.putHosts(id, copying.id, all);
  const hosts = all.flatMap((one) => preparedHost(one) ?? []);
  const missing = all.filter((one) => !preparedHost(one));
  if (missing.length > 0) {
    await deps.preparations.put({ ...preparation, hosts });
    throw new NotPrepared(
      `Not prepared: ${failureSentence(missing.map(failed), all.length)}. ${hosts.length > 0 ? `Prepared: ${hosts.length}; these keep their copies. ` : ''}Correct that, then prepare again: a repeat does the rest.`,
    );
  }
  for (const one of going) await deps.preparations.put({ ...one, superseded: true });
  const prepared_at = new Date(deps.now()).toISOString();
  const left = scope.not_online.filter((host) => host.missing).map(nameWithReason);
  const prepared: Preparation = {
    ...preparation,
    state: 'prepared',
    prepared_at,
    hosts,
    ...(left.length > 0 ? { left_the_fleet: left } : {}),
  };
  await deps.preparations.put(prepared);
  return { ...prepared, preparation_id: id };
}

/** One parameter of a document takes so many characters; the rest goes at the next preparation. */
const mostCharacters = 1000;

async function supersededBy(
  { preparations, deployments, now }: PrepareDeps,
  { phase, version }: Preparation,
): Promise<Preparation[]> {
  const [all, newest] = await Promise.all([
    preparations.of(phase),
    deployments.newest(phase, new Date(now()).toISOString()),
  ]);
  let characters = 0;
  return superseded(all, newest?.version, version).filter((one) => {
    characters += folderOf(one).length + 1;
    return characters <= mostCharacters;
  });
}

const copyingCommand = (
  command: HostCommand,
  preparation: Preparation,
  going: readonly Preparation[],
): HostCommand => ({
  ...command,
  parameters: {
    ...command.parameters,
    Tag: preparation.tag,
    Preparation: folderOf(preparation),
    Begun: folderOfInstant(preparation.begun_at),
    Superseded: going.map(folderOf).join(' '),
  },
});

const notOnline = ({ away, instance_id, name }: AwayHost): HostVerdict => ({
  host: { instance_id, name },
  verdict: 'unknown',
  reason: away ?? 'not online in Systems Manager',
  report: null,
  command_id: null,
});

/** Returns what is stored about a host that is prepared; undefined if it is not. */
function preparedHost({ host, verdict, report }: HostVerdict): PreparedHost | undefined {
  const { manifest, configuration } = report ?? {};
  if (verdict !== 'done' || typeof manifest !== 'string') return undefined;
  const { sha256 } = (configuration ?? {}) as { readonly sha256?: unknown };
  return { ...host, manifest, configuration: String(sha256) };
}
