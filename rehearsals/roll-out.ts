import {
  CreateHostedConfigurationVersionCommand,
  GetHostedConfigurationVersionCommand,
  ListApplicationsCommand,
  ListConfigurationProfilesCommand,
  ListEnvironmentsCommand,
  ListHostedConfigurationVersionsCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import type { RemoteAccount } from './account.ts';
import type { StoryAction } from './story.ts';

type FlagDocument = { flags: Record<string, unknown>; values: Record<string, unknown> };

/** Starts the rollout of a flag in the normal layer, as a person does in the AppConfig console. */
export async function rollOut(
  { appConfig, environment }: RemoteAccount,
  { flag, value, strategy }: NonNullable<StoryAction['rollout']>,
): Promise<void> {
  const named = (
    items: readonly { Name?: string | undefined; Id?: string | undefined }[] = [],
    name: string,
  ): string => {
    const id = items.find(({ Name }) => Name === name)?.Id;
    if (!id) throw new Error(`AppConfig has no ${name}; found ${items.map(({ Name }) => Name).join(', ') || 'none'}.`);
    return id;
  };
  const applications = await appConfig.send(new ListApplicationsCommand({}));
  const ApplicationId = named(applications.Items, `rollback-${environment}`);
  const environments = await appConfig.send(new ListEnvironmentsCommand({ ApplicationId }));
  const profiles = await appConfig.send(new ListConfigurationProfilesCommand({ ApplicationId }));
  const profile = { ApplicationId, ConfigurationProfileId: named(profiles.Items, 'flags') };

  const { Items = [] } = await appConfig.send(new ListHostedConfigurationVersionsCommand(profile));
  const newest = Math.max(0, ...Items.map(({ VersionNumber = 0 }) => VersionNumber));
  if (newest === 0) throw new Error('The normal layer has no flags yet, so a flag cannot be rolled out in it.');
  const { Content } = await appConfig.send(
    new GetHostedConfigurationVersionCommand({ ...profile, VersionNumber: newest }),
  );
  const document = JSON.parse(Buffer.from(Content ?? []).toString('utf8')) as FlagDocument;
  document.flags[flag] ??= { name: flag, attributes: { value: { constraints: { type: 'string' } } } };
  document.values[flag] = { enabled: true, value };
  const { VersionNumber } = await appConfig.send(
    new CreateHostedConfigurationVersionCommand({
      ...profile,
      Content: Buffer.from(JSON.stringify(document)),
      ContentType: 'application/json',
      LatestVersionNumber: newest,
    }),
  );
  await appConfig.send(
    new StartDeploymentCommand({
      ...profile,
      EnvironmentId: named(environments.Items, environment),
      DeploymentStrategyId: strategy,
      ConfigurationVersion: String(VersionNumber),
    }),
  );
}
