import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AlarmMetric } from '../../domain/alarm/alarm-metrics.ts';
import { lookBackMilliseconds, type SecondWitness } from '../../domain/alarm/silence.ts';
import { isStopped } from '../../domain/host/inventory.ts';
import { unevaluatedOn } from '../clients/alarms.ts';
import { newestByPhase } from '../clients/datapoints.ts';
import type { Tagged } from '../operations/freeze-hosts.ts';

export type SecondWitnessDeps = Tagged & {
  readonly cloudWatch: CloudWatchClient;
  readonly environment: string;
  readonly phases: readonly number[];
  readonly now: () => number;
};

/**
 * Looks for the second witness of a silent alarm: in CloudWatch's evaluation of all alarms, in the other phases' data, and in
 * Systems Manager. Throws if one of them cannot be read, so that the opening retries.
 */
export const secondWitnessOn =
  ({ cloudWatch, environment, phases, now, managedInstances, tag }: SecondWitnessDeps) =>
  async (metric: AlarmMetric | null): Promise<SecondWitness> => {
    const to = now();
    const window = { from: to - lookBackMilliseconds, to };
    const [unevaluated, newest, hosts] = await Promise.all([
      unevaluatedOn(cloudWatch)(environment),
      metric ? newestByPhase(cloudWatch, metric, phases, window) : new Map<number, number>(),
      managedInstances.hosts(tag),
    ]);
    // Nobody knows whether the computer of a missing host runs, and a stopped one was not lost by the deployment.
    return { unevaluated, newest, hosts: hosts.filter((host) => !host.missing && !isStopped(host)) };
  };
