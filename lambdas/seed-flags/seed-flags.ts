import {
  type AppConfigClient,
  CreateHostedConfigurationVersionCommand,
  ListDeploymentsCommand,
  ListHostedConfigurationVersionsCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import type { FlagDocument } from '../../domain/infra/flag-document.ts';
import { type FlagLayer, seededDescription } from '../clients/flags.ts';

/** A layer that had values has them for so long without another look: only a person could delete all its versions. */
const lookAgainAfter = 15 * 60_000;

/** Returns the seeding of a layer. A warm function that found values passes the layer by for a while. */
export function seederOf(client: AppConfigClient, now: () => number) {
  return (layer: FlagLayer, first: FlagDocument): (() => Promise<void>) => {
    let seen = Number.NEGATIVE_INFINITY;
    return async () => {
      if (now() - seen < lookAgainAfter) return;
      const at = now();
      if (await seedFlags(client, layer, first)) seen = at;
    };
  };
}

/**
 * Writes a layer's first values if it has none. Returns whether it had some. Never changes existing values: people and rollbacks set them, and a
 * deployment of the product must not revert a flip.
 */
export async function seedFlags(client: AppConfigClient, layer: FlagLayer, first: FlagDocument): Promise<boolean> {
  const { ApplicationId, EnvironmentId, ConfigurationProfileId } = layer;
  const { Items = [] } = await client.send(
    new ListHostedConfigurationVersionsCommand({ ApplicationId, ConfigurationProfileId, MaxResults: 2 }),
  );
  const [only, other] = Items;
  if (other || (only && only.Description !== seededDescription)) return true;
  const { Items: deployments = [] } = only
    ? await client.send(new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: 1 }))
    : {};
  if (deployments.length > 0) return true;
  // An earlier call may have written the version and died before it deployed it.
  const { VersionNumber = 1 } =
    only ??
    (await client.send(
      new CreateHostedConfigurationVersionCommand({
        ApplicationId,
        ConfigurationProfileId,
        Content: Buffer.from(JSON.stringify(first)),
        ContentType: 'application/json',
        Description: seededDescription,
      }),
    ));
  if (VersionNumber > 1)
    throw new Error(
      `Somebody wrote the first values of configuration profile ${ConfigurationProfileId} at the same instant; version ${VersionNumber} was written after them and not deployed. Delete version ${VersionNumber}.`,
    );
  await client.send(new StartDeploymentCommand({ ...layer, ConfigurationVersion: String(VersionNumber) }));
  return false;
}
