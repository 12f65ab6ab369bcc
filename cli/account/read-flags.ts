import type { AppConfigClient, DeploymentSummary } from '@aws-sdk/client-appconfig';
import type { FlagValue } from '../../domain/flag.ts';
import { type FlagDocument, overriderIn, valuesIn } from '../../domain/infra/flag-document.ts';
import type { ConnectedTables } from './clients.ts';

/** A layer of flags as the hosts have it. */
export type ReadLayer = {
  readonly values: Readonly<Record<string, FlagValue | null>>;
  /** A deployment that has not ended, in words; null: none is under way. */
  readonly under_way: string | null;
};
export type ReadFlags = {
  readonly normal: ReadLayer;
  readonly safety: ReadLayer;
  /** The rollback that set each override; a flag is absent if no version names one. */
  readonly overridden_by: Readonly<Record<string, string>>;
};

/** The AppConfig module, which is loaded only by the command that needs it. */
type Api = typeof import('@aws-sdk/client-appconfig');
type Reader = { readonly api: Api; readonly client: AppConfigClient };
type Ids = Readonly<Record<'ApplicationId' | 'EnvironmentId' | 'ConfigurationProfileId', string>>;

/** Reads what AppConfig has deployed in both layers of an environment. */
export async function readFlags({ name, settings }: ConnectedTables): Promise<ReadFlags> {
  const api = await import('@aws-sdk/client-appconfig');
  const reader = { api, client: new api.AppConfigClient(settings) };
  const { normal, safety } = await idsOf(reader, name);
  const [one, other] = await Promise.all([readLayer(reader, normal), readLayer(reader, safety)]);
  return {
    normal: one,
    safety: other,
    overridden_by: await overriders(reader, safety, Object.keys(other.values)),
  };
}

type NamedItem = { readonly Name?: string | undefined; readonly Id?: string | undefined };

/** The names are those of cdk/flag-layers.ts, and few, so one page has all of them. */
async function idsOf({ api, client }: Reader, name: string): Promise<{ normal: Ids; safety: Ids }> {
  const named = (items: readonly NamedItem[] | undefined, wanted: string) => {
    const id = items?.find(({ Name }) => Name === wanted)?.Id;
    if (id === undefined)
      throw new Error(`AppConfig has no ${wanted} of environment ${name}. Deploy the product first.`);
    return id;
  };
  const applications = [];
  for await (const { Items = [] } of api.paginateListApplications({ client }, {})) applications.push(...Items);
  const ApplicationId = named(applications, `rollback-${name}`);
  const [environments, profiles] = await Promise.all([
    client.send(new api.ListEnvironmentsCommand({ ApplicationId })),
    client.send(new api.ListConfigurationProfilesCommand({ ApplicationId })),
  ]);
  const layer = (environment: string, profile: string) => ({
    ApplicationId,
    EnvironmentId: named(environments.Items, environment),
    ConfigurationProfileId: named(profiles.Items, profile),
  });
  return { normal: layer(name, 'flags'), safety: layer(`${name}-safety`, 'overrides') };
}

async function readLayer(reader: Reader, ids: Ids): Promise<ReadLayer> {
  const { ApplicationId, EnvironmentId } = ids;
  const { Items = [] } = await reader.client.send(
    new reader.api.ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: 50 }),
  );
  const deployed = Items.find(({ State }) => State === 'COMPLETE');
  const document = deployed && (await documentOf(reader, ids, Number(deployed.ConfigurationVersion)));
  return {
    values: valuesIn(document, Object.keys(document?.values ?? {})),
    under_way: underWay(Items[0]),
  };
}

const ended = ['COMPLETE', 'ROLLED_BACK', 'REVERTED'];

const underWay = (newest: DeploymentSummary | undefined) =>
  newest?.State === undefined || ended.includes(newest.State)
    ? null
    : `deployment ${newest.DeploymentNumber} is ${newest.State}: ${newest.PercentageComplete ?? 0} % of the hosts`;

async function documentOf({ api, client }: Reader, ids: Ids, VersionNumber: number): Promise<FlagDocument> {
  const { ApplicationId, ConfigurationProfileId } = ids;
  const { Content } = await client.send(
    new api.GetHostedConfigurationVersionCommand({ ApplicationId, ConfigurationProfileId, VersionNumber }),
  );
  return JSON.parse(Buffer.from(Content ?? []).toString('utf8')) as FlagDocument;
}

/** Versions that are read to find who set an override: more than the rollbacks of some months. */
const mostVersions = 20;

/** Returns the rollback that gave each flag its present override: that of the oldest version since which it has the value. */
async function overriders(reader: Reader, ids: Ids, flags: readonly string[]): Promise<Record<string, string>> {
  if (flags.length === 0) return {};
  const { ApplicationId, ConfigurationProfileId } = ids;
  const { Items = [] } = await reader.client.send(
    new reader.api.ListHostedConfigurationVersionsCommand({ ApplicationId, ConfigurationProfileId, MaxResults: 50 }),
  );
  const newest = Items.toSorted((a, b) => (b.VersionNumber ?? 0) - (a.VersionNumber ?? 0)).slice(0, mostVersions);
  const versions = await Promise.all(
    newest.map(async ({ VersionNumber = 0, Description }) => ({
      by: overriderIn(Description),
      values: valuesIn(await documentOf(reader, ids, VersionNumber), flags),
    })),
  );
  return Object.fromEntries(
    flags.flatMap((flag) => {
      const changed = versions.findIndex(({ values }) => values[flag] !== versions[0]?.values[flag]);
      const by = versions.at(changed === -1 ? versions.length - 1 : changed - 1)?.by;
      return by === undefined ? [] : [[flag, by]];
    }),
  );
}
