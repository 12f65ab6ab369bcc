import {
  DescribeDocumentCommand,
  GetDocumentCommand,
  type InstanceInformation,
  type InstanceInformationStringFilter,
  InvalidDocumentVersion,
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
  /**
   * Returns the version of a document whose content is wanted: of its default, its latest and the newest versions the first.
   * If none is, returns the default version.
   */
  document(name: string, isWanted: (content: unknown) => boolean): Promise<StoredDocument>;
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
      .map(({ InstanceId = '', ComputerName, Name, PingStatus, AgentVersion = '', ...of }) => ({
        instance_id: InstanceId,
        name: ComputerName ?? Name ?? InstanceId, // Name: of a hybrid node, given at its activation
        online: PingStatus === 'Online',
        agent_version: AgentVersion,
        ...(of.PlatformName ? { platform: [of.PlatformName, of.PlatformVersion ?? ''].join(' ').trim() } : {}),
      }))
      .toSorted((a, b) => a.instance_id.localeCompare(b.instance_id));
  },
  hybridNodes: async () =>
    (await listed(ssm, { Key: 'ResourceType', Values: ['ManagedInstance'] })).map(({ InstanceId = '' }) => InstanceId),
  document: (name, isWanted) => wantedDocument(ssm, name, isWanted),
});

/**
 * The number of newest versions to look through. CloudFormation may leave the default version behind when it updates a
 * document (cloudformation-coverage-roadmap #2539), and a person may have added versions since.
 */
const newestVersions = 5;

async function wantedDocument(
  ssm: SSMClient,
  Name: string,
  isWanted: (content: unknown) => boolean,
): Promise<StoredDocument> {
  const { Document: described = {} } = await ssm.send(new DescribeDocumentCommand({ Name }));
  const { DefaultVersion = '', LatestVersion = DefaultVersion } = described;
  let fallback: unknown;
  for (const version of versionsToRead(DefaultVersion, LatestVersion)) {
    const content = await contentOf(ssm, Name, version);
    if (version === DefaultVersion) fallback = content;
    if (!isWanted(content)) continue;
    const { Document = {} } =
      version === described.DocumentVersion
        ? { Document: described }
        : await ssm.send(new DescribeDocumentCommand({ Name, DocumentVersion: version }));
    if (!Document.Hash || Document.DocumentVersion !== version)
      throw new Error(`Document ${Name} is being changed; start again in a minute.`);
    return { version, hash: Document.Hash, content };
  }
  return { version: DefaultVersion, hash: described.Hash ?? '', content: fallback };
}

/** Versions are numbered from 1. A number may be missing, because a person may delete a version. */
function versionsToRead(defaultVersion: string, latestVersion: string): string[] {
  const latest = Number(latestVersion);
  const newest = Array.from({ length: newestVersions }, (_, i) => latest - i).filter((number) => number >= 1);
  return [...new Set([defaultVersion, latestVersion, ...newest.map(String)])];
}

/** The content that was read last of each document, by the document's name. */
const contents = new Map<string, { readonly text: string; readonly content: unknown }>();

/** Returns a content, the same object for the same text: a warm function then parses and hashes 60 KB once. */
function parsed(name: string, text: string): unknown {
  const known = contents.get(name);
  if (known?.text === text) return known.content;
  const content: unknown = JSON.parse(text);
  contents.set(name, { text, content });
  return content;
}

/** Returns the content of a version; undefined if it does not exist, is not active yet or is not JSON. */
async function contentOf(ssm: SSMClient, Name: string, DocumentVersion: string): Promise<unknown> {
  try {
    const { Content, Status = 'Active' } = await ssm.send(new GetDocumentCommand({ Name, DocumentVersion }));
    return Status === 'Active' ? parsed(Name, Content ?? 'null') : undefined;
  } catch (error) {
    if (error instanceof InvalidDocumentVersion || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
