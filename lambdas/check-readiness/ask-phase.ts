import type { FleetHost } from '../../domain/host/inventory.ts';
import { folderOf, folderOfInstant, type Preparation } from '../../domain/prepare/preparation.ts';
import type { CheckedHost } from '../../domain/ready/host-lines.ts';
import type { HostCommand } from '../middleware/payload.ts';
import { older } from '../operations/freeze-hosts.ts';
import { reviewedDocument } from '../operations/reviewed-document.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import { askHosts, notAsked } from './ask-hosts.ts';
import type { CheckInvocation, CheckingPhase, ReadinessDeps } from './deps.ts';

/** Asks every host about a phase, and returns what is known of each: a host that cannot be asked has the reason. */
export async function askPhase(
  deps: ReadinessDeps,
  { invocation, checking: { id, hosts }, one }: CheckingPhase,
  preparation: Preparation | undefined,
  remaining: () => number,
): Promise<CheckedHost[]> {
  const { execution, fleet } = invocation;
  const scope = await scopeFor(deps, invocation, { id, hosts, document: one.command.document });
  if ('problem' in scope) return hosts.map((host) => notAsked(host, scope.problem));
  const command = asking(one.command, preparation);
  const place = { id, executionArn: execution.id, fleet, startTime: execution.start_time };
  const found = await askHosts(deps, { ...place, scope, command }, remaining);
  return hosts.map((host) => found.get(host.instance_id) ?? notAsked(host, whyNot(host)));
}

const whyNot = ({ online, away, agent_version }: FleetHost): string => {
  if (!online) return away ?? 'it is not online in Systems Manager';
  return older(agent_version) ? `its agent is ${agent_version}, which is too old` : 'it came online meanwhile';
};

/** Returns the hosts to ask and the version of the script's document, the same when called again; or why none can be asked. */
async function scopeFor(
  deps: ReadinessDeps,
  { execution, documents }: CheckInvocation,
  { id, hosts, document }: { readonly id: string; readonly hosts: readonly FleetHost[]; readonly document: string },
): Promise<RollbackScope | { readonly problem: string }> {
  const kept = await deps.scopes.read(id);
  if (kept) return kept;
  const reviewed = documents.find(({ name }) => name === document);
  if (!reviewed) throw new Error(`The machine has no hash of the document ${document}.`);
  const pinned = await reviewedDocument(deps.managedInstances, reviewed).catch((error: Error) => ({
    problem: `document ${document} could not be read: ${error.name}`,
  }));
  if ('problem' in pinned) return pinned;
  const identity = ({ instance_id, name }: FleetHost) => ({ instance_id, name });
  const isAsked = ({ online, agent_version }: FleetHost) => online && !older(agent_version);
  return deps.scopes.keep(id, {
    execution_arn: execution.id,
    hosts: hosts.filter(isAsked).map(identity),
    not_online: hosts.filter((host) => !isAsked(host)).map(identity),
    documents: { [document]: pinned },
    only_hosts: null,
    steps: [],
    deployment: null,
    window_start: `${execution.start_time.slice(0, 19)}Z`,
    deadline: execution.start_time,
  });
}

const asking = (command: HostCommand, preparation: Preparation | undefined): HostCommand => ({
  ...command,
  parameters: {
    ...command.parameters,
    Tag: preparation?.tag ?? '',
    Preparation: preparation ? folderOf(preparation) : '',
    Begun: preparation ? folderOfInstant(preparation.begun_at) : '',
  },
});
