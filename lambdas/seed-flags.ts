import {
  type AppConfigClient,
  CreateHostedConfigurationVersionCommand,
  ListHostedConfigurationVersionsCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import type { FlagDocument } from '../domain/flag-document.ts';
import type { SafetyLayer } from './flags.ts';

/**
 * Writes a layer's first values if it has none. What is there is never touched: values are people's and rollbacks', and
 * a deployment of the product must not revert a flip.
 */
export async function seedFlags(client: AppConfigClient, layer: SafetyLayer, first: FlagDocument): Promise<void> {
  const {
    application: ApplicationId,
    environment: EnvironmentId,
    profile: ConfigurationProfileId,
    strategy: DeploymentStrategyId,
  } = layer;
  const { Items = [] } = await client.send(
    new ListHostedConfigurationVersionsCommand({ ApplicationId, ConfigurationProfileId, MaxResults: 1 }),
  );
  if (Items.length > 0) return;
  const Content = Buffer.from(JSON.stringify(first));
  const { VersionNumber = 1 } = await client.send(
    new CreateHostedConfigurationVersionCommand({
      ApplicationId,
      ConfigurationProfileId,
      Content,
      ContentType: 'application/json',
    }),
  );
  await client.send(
    new StartDeploymentCommand({
      ApplicationId,
      EnvironmentId,
      ConfigurationProfileId,
      DeploymentStrategyId,
      ConfigurationVersion: String(VersionNumber),
    }),
  );
}
