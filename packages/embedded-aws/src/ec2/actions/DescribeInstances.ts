import * as z from 'zod';
import { matchesWildcard } from '../../iam/wildcard.ts';
import { page } from '../../ssm/page.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { CheckedAction } from '../../wire/checked-action.ts';
import { type Ec2State, type Instance, stateCodes } from '../state.ts';

/** The Query protocol sends a list as numbered fields. */
const list = <Item extends z.ZodType>(item: Item) => z.record(z.string().regex(/^\d+$/), item).transform(Object.values);

const request = z.strictObject({
  Filter: list(z.strictObject({ Name: z.string(), Value: list(z.string()) })).optional(),
  InstanceId: list(z.string()).optional(),
  MaxResults: z.coerce.number().optional(),
  NextToken: z.string().optional(),
});
type Filter = { readonly Name: string; readonly Value: readonly string[] };

/** Lists instances, a reservation for each. Without MaxResults, all of them on one page. */
export const DescribeInstances: CheckedAction<Ec2State, typeof request, unknown> = {
  request,
  needs: () => [{ action: 'ec2:DescribeInstances', resource: '*' }],
  run: (state, { Filter = [], InstanceId, MaxResults, NextToken }) => {
    checkPage(MaxResults, InstanceId);
    const named =
      InstanceId === undefined ? [...state.instances.values()] : InstanceId.map((id) => instanceOf(state, id));
    const found = named.filter((instance) => Filter.every((filter: Filter) => passes(instance, filter)));
    const { items, next } = page(found, MaxResults ?? Number.POSITIVE_INFINITY, NextToken);
    return {
      reservationSet: items.map((instance) => reservationOf(state, instance)),
      ...(next.NextToken ? { nextToken: next.NextToken } : {}),
    };
  },
};

/** The bounds and the exclusion are the API reference's (DescribeInstances, MaxResults). */
function checkPage(size: number | undefined, ids: readonly string[] | undefined): void {
  if (size === undefined) return;
  if (ids) {
    const message = 'The parameter instancesSet cannot be used with the parameter maxResults';
    throw new AwsError('InvalidParameterCombination', message);
  }
  if (!Number.isInteger(size) || size < 5 || size > 1000)
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Use 5 to 1000.`,
    );
}

/** Returns an instance by its id. One that does not exist fails the whole request, unlike in a filter. */
function instanceOf({ instances }: Ec2State, id: string): Instance {
  const found = instances.get(id);
  if (found) return found;
  if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
    throw new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
  throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
}

/** An instance passes a filter if it matches one of the values, which may have wildcards. */
function passes(instance: Instance, { Name, Value }: Filter): boolean {
  const found = valuesOf(instance, Name);
  return Value.some((pattern) => found.some((value) => matchesWildcard(pattern, value)));
}

function valuesOf({ host, state, tags }: Instance, filter: string): string[] {
  if (filter.startsWith('tag:')) {
    const value = tags[filter.slice('tag:'.length)];
    return value === undefined ? [] : [value];
  }
  switch (filter) {
    case 'tag-key':
      return Object.keys(tags);
    case 'instance-id':
      return [host.instanceId];
    case 'instance-state-name':
      return [state];
    default:
      throw new AwsError(
        'InvalidParameterValue',
        `The filter '${filter}' is invalid here. Use tag:KEY, tag-key, instance-id, instance-state-name.`,
      );
  }
}

const reservationOf = ({ surroundings }: Ec2State, { host, state, tags, launchedAt }: Instance) => ({
  reservationId: host.instanceId.replace(/^i-/, 'r-'),
  ownerId: surroundings.accountId,
  groupSet: [],
  instancesSet: [
    {
      instanceId: host.instanceId,
      instanceState: { code: stateCodes[state], name: state },
      privateDnsName: state === 'terminated' ? '' : `${host.name}.ec2.internal`,
      launchTime: new Date(launchedAt).toISOString(),
      tagSet: Object.entries(tags).map(([key, value]) => ({ key, value })),
    },
  ],
});
