import {
  DescribeDocumentCommand,
  GetDocumentCommand,
  type InstanceInformation,
  type InstanceInformationStringFilter,
  paginateDescribeInstanceInformation,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { FleetHost } from '../../domain/host/inventory.ts';

export type ManagedInstance = FleetHost;

/**
 * A document in the account: the version and hash that SendCommand pins, and the content to compare with the
 * synthesized one.
 */
type StoredDocument = { readonly version: string; readonly hash: string; readonly content: unknown };

/** Systems Manager's list of hosts and its documents, as the opening reads them. */
export type ManagedInstances = {
  hosts(tag: { key: string; value: string }): Promise<readonly ManagedInstance[]>;
  document(name: string): Promise<StoredDocument>;
};

async function listed(ssm: SSMClient, filter: InstanceInformationStringFilter): Promise<InstanceInformation[]> {
  const found: InstanceInformation[] = [];
  const pages = paginateDescribeInstanceInformation({ client: ssm, pageSize: 50 }, { Filters: [filter] });
  for await (const { InstanceInformationList = [] } of pages) found.push(...InstanceInformationList);
  return found;
}

/**
 * Returns the ids of all hybrid nodes, whatever their tags. To ask for single ids could fail: one that is not valid any more
 * is an error (API reference, DescribeInstanceInformation).
 */
type HybridNodes = { hybridNodes(): Promise<readonly string[]> };

export const managedInstancesOn = (ssm: SSMClient): ManagedInstances & HybridNodes => ({
  hosts: async ({ key, value }) => {
    const found = await listed(ssm, { Key: `tag:${key}`, Values: [value] });
    return found
      .map(({ InstanceId = '', ComputerName, Name, PingStatus, AgentVersion = '' }) => ({
        instance_id: InstanceId,
        name: ComputerName ?? Name ?? InstanceId, // Name: of a hybrid node, given at its activation
        online: PingStatus === 'Online',
        agent_version: AgentVersion,
      }))
      .toSorted((a, b) => a.instance_id.localeCompare(b.instance_id));
  },
  hybridNodes: async () =>
    (await listed(ssm, { Key: 'ResourceType', Values: ['ManagedInstance'] })).map(({ InstanceId = '' }) => InstanceId),
  document: async (Name) => {
    const { Document } = await ssm.send(new DescribeDocumentCommand({ Name }));
    const version = Document?.DefaultVersion ?? '';
    const { Content } = await ssm.send(new GetDocumentCommand({ Name, DocumentVersion: version }));
    if (!Document?.Hash || Document.DocumentVersion !== version)
      throw new Error(`Document ${Name} is being changed; start again in a minute.`);
    return { version, hash: Document.Hash, content: JSON.parse(Content ?? 'null') };
  },
});
