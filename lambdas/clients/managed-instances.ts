import {
  DescribeDocumentCommand,
  GetDocumentCommand,
  paginateDescribeInstanceInformation,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** An instance with the fleet's tag, as Systems Manager lists it. */
export type ManagedInstance = {
  readonly instance_id: string;
  readonly name: string;
  readonly online: boolean;
  /** Version of the SSM agent, such as `3.3.2746.0`. */
  readonly agent_version: string;
};

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

export const managedInstancesOn = (ssm: SSMClient): ManagedInstances => ({
  hosts: async ({ key, value }) => {
    const found: ManagedInstance[] = [];
    const pages = paginateDescribeInstanceInformation(
      { client: ssm, pageSize: 50 },
      { Filters: [{ Key: `tag:${key}`, Values: [value] }] },
    );
    for await (const { InstanceInformationList = [] } of pages)
      found.push(
        ...InstanceInformationList.map(({ InstanceId = '', ComputerName, PingStatus, AgentVersion = '' }) => ({
          instance_id: InstanceId,
          name: ComputerName ?? InstanceId,
          online: PingStatus === 'Online',
          agent_version: AgentVersion,
        })),
      );
    return found.toSorted((a, b) => a.instance_id.localeCompare(b.instance_id));
  },
  document: async (Name) => {
    const { Document } = await ssm.send(new DescribeDocumentCommand({ Name }));
    const version = Document?.DefaultVersion ?? '';
    const { Content } = await ssm.send(new GetDocumentCommand({ Name, DocumentVersion: version }));
    if (!Document?.Hash || Document.DocumentVersion !== version)
      throw new Error(`Document ${Name} is being changed; start again in a minute.`);
    return { version, hash: Document.Hash, content: JSON.parse(Content ?? 'null') };
  },
});
