import { counted } from '../../domain/counted.ts';
import { isNamed, nameWithReason, onlineOf } from '../../domain/host/inventory.ts';
import type { ManagedInstance, ManagedInstances } from '../clients/managed-instances.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';
import { checkedBefore, type KnownDocuments, type Reviewed, reviewedDocument } from './reviewed-document.ts';

/** The first agent version that passes values to scripts as environment variables; an older one leaves them unset. */
const oldestAgent = [3, 3, 2746, 0];

/** Systems Manager's list of hosts, and the tag of those that may be rolled back. */
export type Tagged = {
  readonly managedInstances: ManagedInstances;
  readonly tag: { readonly key: string; readonly value: string };
};

const none: Readonly<Record<string, Pinned>> = {};
/** Absent: every document's content is read. */
type WithChecks = { readonly knownDocuments?: KnownDocuments };

/** None of the hosts is online, so no command can be sent. */
export class NoHostOnline extends Error {
  /** Every host that the rollback would have acted on, each with the reason why it is away if one is known. */
  readonly hosts: readonly ManagedInstance[];
  constructor(message: string, hosts: readonly ManagedInstance[]) {
    super(message);
    this.hosts = hosts;
  }
}

/**
 * Returns the hosts that are online, those that are not, and the documents to run, each checked as the reviewed one.
 * Throws NoHostOnline if no host is.
 */
export async function freezeHosts(
  { managedInstances, tag, knownDocuments }: Tagged & WithChecks,
  reviewed: readonly Reviewed[],
  only: readonly string[] | null = null,
): Promise<Pick<RollbackScope, 'hosts' | 'not_online' | 'documents' | 'hosts_not_named'>> {
  const [all, checked] = await Promise.all([
    managedInstances.hosts(tag),
    knownDocuments ? checkedBefore(knownDocuments, reviewed) : none,
  ]);
  const found = all.filter((host) => only === null || isNamed(host, only));
  const online = onlineOf(all, only);
  if (online.length === 0)
    throw new NoHostOnline(
      `No host to roll back: ${only ? counted(found.length, 'host was named', 'hosts were named') : `${counted(found.length, 'host belongs', 'hosts belong')} to the fleet (tag ${tag.key}=${tag.value})`}, none of them is online in Systems Manager${found.length > 0 ? `: ${found.slice(0, 5).map(nameWithReason).join(', ')}` : ''}.`,
      found,
    );
  const tooOld = online.filter(({ agent_version }) => older(agent_version));
  if (tooOld.length > 0)
    throw new Error(
      `The SSM agent must be ${oldestAgent.join('.')} or newer; found ${tooOld.map(agentOf).join(', ')}. Update it and start again.`,
    );
  const documents = await Promise.all(
    reviewed.map(async (one) => [one.name, checked[one.name] ?? (await pinned(managedInstances, one))] as const),
  );
  return {
    hosts: online.map(identity),
    not_online: found.filter((host) => !host.online).map(identity),
    ...(only === null ? {} : { hosts_not_named: all.length - found.length }),
    documents: Object.fromEntries(documents),
  };
}

/** Returns the version and hash to pin. Throws if no version has the reviewed content. */
async function pinned(managedInstances: ManagedInstances, reviewed: Reviewed): Promise<Pinned> {
  const found = await reviewedDocument(managedInstances, reviewed);
  if ('problem' in found)
    throw new Error(`${found.problem} See docs/runbook.md#document-not-reviewed, then start again.`);
  return found;
}

type Pinned = RollbackScope['documents'][string];

const identity = ({ instance_id, name, away, missing }: ManagedInstance) => ({
  instance_id,
  name,
  ...(away ? { away } : {}),
  ...(missing ? { missing } : {}),
});

const agentOf = ({ name, agent_version }: ManagedInstance) => `${agent_version || 'none'} on ${name}`;

/** Whether an agent is older than the first that the product can use. */
export function older(version: string): boolean {
  const parts = version.split('.').map(Number);
  const difference = oldestAgent.map((oldest, i) => (parts[i] ?? 0) - oldest).find((one) => one !== 0) ?? 0;
  return Number.isNaN(difference) || difference < 0;
}
