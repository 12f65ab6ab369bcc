import type { Instant } from '../clock/clock.ts';
import type { Host } from '../ssm/host.ts';
import type { Surroundings } from '../wire/service.ts';

/** The states of an instance, with AWS's codes (API reference, InstanceState). */
export const stateCodes = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;
export type InstanceState = keyof typeof stateCodes;

/** A host that is an instance of EC2. */
export type Instance = {
  readonly host: Pick<Host, 'instanceId' | 'name'>;
  readonly launchedAt: Instant;
  state: InstanceState;
  tags: Host['tags'];
};

/** EC2's data: the instances by id, in the order in which they were launched. */
export type Ec2State = {
  readonly surroundings: Surroundings;
  readonly instances: ReadonlyMap<string, Instance>;
};
