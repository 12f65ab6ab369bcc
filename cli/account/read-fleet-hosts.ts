import { paginateDescribeInstanceInformation, SSMClient } from '@aws-sdk/client-ssm';
import type { Connected } from './clients.ts';

/** A host with the fleet's tag, as Systems Manager lists it. */
export type ListedHost = {
  readonly instance_id: string;
  readonly name: string;
  readonly online: boolean;
  readonly agent_version: string;
  /** ISO 8601: its agent's newest sign of life; null: not known. */
  readonly seen_at: string | null;
};

/** Lists the hosts of the fleet that Systems Manager knows. One request per 50 hosts. */
export async function readFleetHosts({ settings, environment }: Connected): Promise<ListedHost[]> {
  const { key, value } = environment.fleet.tag;
  const pages = paginateDescribeInstanceInformation(
    { client: new SSMClient(settings), pageSize: 50 },
    { Filters: [{ Key: `tag:${key}`, Values: [value] }] },
  );
  const found: ListedHost[] = [];
  for await (const { InstanceInformationList = [] } of pages)
    for (const {
      InstanceId = '',
      ComputerName,
      Name,
      PingStatus,
      AgentVersion = '',
      LastPingDateTime,
    } of InstanceInformationList)
      found.push({
        instance_id: InstanceId,
        name: ComputerName ?? Name ?? InstanceId,
        online: PingStatus === 'Online',
        agent_version: AgentVersion,
        seen_at: LastPingDateTime?.toISOString() ?? null,
      });
  return found.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
