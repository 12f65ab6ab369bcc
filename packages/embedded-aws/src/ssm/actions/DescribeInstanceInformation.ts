import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
  InstanceInformationStringFilter,
} from '@aws-sdk/client-ssm';
import { AwsError } from '../../wire/aws-error.ts';
import type { Action } from '../../wire/service.ts';
import { type Host, isHybrid } from '../host.ts';
import { page } from '../page.ts';
import type { SsmState } from '../state.ts';
import { checkNumber, refuseOthers } from '../validation.ts';
import { epochSeconds, type OnTheWire } from '../wire.ts';

/** Lists the hosts of Systems Manager, and whether their agents are reachable. */
export const DescribeInstanceInformation: Action<
  SsmState,
  DescribeInstanceInformationRequest,
  OnTheWire<DescribeInstanceInformationResult>
> = {
  needs: () => [{ action: 'ssm:DescribeInstanceInformation', resource: '*' }],
  run: (state, request) => {
    const { Filters = [], MaxResults, NextToken } = request;
    refuseOthers('DescribeInstanceInformation', request, ['Filters', 'MaxResults', 'NextToken']);
    checkNumber(MaxResults, 'maxResults', 5, 50);
    checkTagFilters(Filters);
    const found = [...state.hosts.values()].filter((host) => Filters.every((filter) => passes(state, host, filter)));
    const { items, next } = page(found, MaxResults ?? 10, NextToken);
    return { InstanceInformationList: items.map((host) => informationOf(state, host)), ...next };
  },
};

const isTagFilter = ({ Key }: InstanceInformationStringFilter) => /^tag(-key$|:)/.test(Key ?? '');

/** Refuses tag filters beside other filters (API reference, DescribeInstanceInformation, Filters). */
function checkTagFilters(filters: readonly InstanceInformationStringFilter[]): void {
  if (filters.every(isTagFilter) || !filters.some(isTagFilter)) return;
  throw new AwsError('InvalidFilterKey', "Tag filters can't be combined with other filter types.");
}

function passes(state: SsmState, host: Host, { Key = '', Values = [] }: InstanceInformationStringFilter): boolean {
  if (Key === 'tag-key') return Values.some((key) => key in host.tags);
  if (Key.startsWith('tag:')) return Values.includes(host.tags[Key.slice('tag:'.length)] ?? '');
  const { InstanceId, PingStatus, PlatformType, AgentVersion, ResourceType } = informationOf(state, host);
  const known = { InstanceIds: InstanceId, PingStatus, PlatformTypes: PlatformType, AgentVersion, ResourceType };
  const value = (known as Record<string, string | undefined>)[Key];
  if (value === undefined)
    throw new AwsError(
      'InvalidFilterKey',
      `${Key} is not a filter for hosts. Use tag-key, tag:KEY, ${Object.keys(known).join(', ')}.`,
    );
  return Values.includes(value);
}

function informationOf(state: SsmState, host: Host): OnTheWire<InstanceInformation> {
  const lostAt = state.agent.unreachableSince(host);
  return {
    InstanceId: host.instanceId,
    PingStatus: lostAt === undefined ? 'Online' : 'ConnectionLost',
    LastPingDateTime: epochSeconds(lostAt ?? state.surroundings.clock.now()),
    AgentVersion: host.agentVersion,
    IsLatestVersion: true,
    ...host.platform,
    ...(isHybrid(host.instanceId)
      ? { ResourceType: 'ManagedInstance', Name: host.name }
      : { ResourceType: 'EC2Instance' }),
    IPAddress: '127.0.0.1',
    ComputerName: host.name,
    RegistrationDate: epochSeconds(state.startedAt),
  };
}
