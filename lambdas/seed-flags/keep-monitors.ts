import {
  type AppConfigClient,
  GetEnvironmentCommand,
  ListDeploymentsCommand,
  type Monitor,
  UpdateEnvironmentCommand,
} from '@aws-sdk/client-appconfig';
import type { FlagLayer } from '../clients/flags.ts';

/** An alarm that AppConfig watches while a flag rolls out, and the role by which AppConfig reads it. */
export type FlagMonitor = Required<Pick<Monitor, 'AlarmArn' | 'AlarmRoleArn'>>;

/** AppConfig takes so many (API reference, UpdateEnvironment). */
const most = 5;

/**
 * Gives a layer its monitors if one is missing, and keeps those that somebody added, as far as there is room.
 *
 * Does nothing until a deployment of the layer is complete: a monitor would take the first values back while a phase's alarm is
 * red, as it is before hosts publish.
 */
export async function keepMonitors(
  client: AppConfigClient,
  { ApplicationId, EnvironmentId }: Pick<FlagLayer, 'ApplicationId' | 'EnvironmentId'>,
  wanted: readonly FlagMonitor[],
): Promise<void> {
  const { Monitors: found = [] } = await client.send(new GetEnvironmentCommand({ ApplicationId, EnvironmentId }));
  if (wanted.every((one) => found.some((other) => isSame(one, other)))) return;
  const { Items = [] } = await client.send(
    new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: 50 }),
  );
  if (!Items.some(({ State }) => State === 'COMPLETE')) return;
  const others = found.filter(({ AlarmArn }) => !wanted.some((one) => one.AlarmArn === AlarmArn));
  const Monitors = [...wanted, ...others].slice(0, most);
  await client.send(new UpdateEnvironmentCommand({ ApplicationId, EnvironmentId, Monitors }));
}

const isSame = (one: FlagMonitor, other: Monitor) =>
  one.AlarmArn === other.AlarmArn && one.AlarmRoleArn === other.AlarmRoleArn;
