import { type EC2Client, type Filter, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { Ec2Instance } from '../../domain/host/inventory.ts';

/** EC2's list of instances. */
export type Ec2Instances = {
  /** Returns the instances with a tag that are not terminated. */
  withTag(tag: { readonly key: string; readonly value: string }): Promise<readonly Ec2Instance[]>;
  /** Returns those of these ids whose instances exist and are not terminated, whatever their tags. */
  existing(ids: readonly string[]): Promise<readonly string[]>;
};

const alive = ['pending', 'running', 'stopping', 'stopped'] as const satisfies Ec2Instance['state'][];
const isAlive: Filter = { Name: 'instance-state-name', Values: [...alive] };

/** A filter takes at most 200 values (API reference, DescribeInstances). */
const mostValues = 200;

export const ec2InstancesOn = (ec2: EC2Client): Ec2Instances => {
  const all = async (...Filters: Filter[]) => {
    const found: Instance[] = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2, pageSize: 1000 }, { Filters }))
      found.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
    return found;
  };
  return {
    withTag: async ({ key, value }) => (await all({ Name: `tag:${key}`, Values: [value] }, isAlive)).map(hostOf),
    existing: async (ids) => {
      const found: string[] = [];
      for (let from = 0; from < ids.length; from += mostValues) {
        // A filter ignores ids that do not exist; InstanceIds would fail for them.
        const Values = ids.slice(from, from + mostValues);
        found.push(...(await all({ Name: 'instance-id', Values }, isAlive)).map(({ InstanceId = '' }) => InstanceId));
      }
      return found;
    },
  };
};

/** A stopped instance has no name of its own computer here, so its tag `Name` names it, else its private name. */
function hostOf({ InstanceId = '', Tags = [], PrivateDnsName, State }: Instance): Ec2Instance {
  const tag = Tags.find(({ Key }) => Key === 'Name')?.Value;
  return {
    instance_id: InstanceId,
    name: tag || PrivateDnsName || InstanceId,
    state: alive.find((one) => one === State?.Name) ?? 'stopped',
  };
}
