import {
  type AppConfigClient,
  ConflictException,
  CreateHostedConfigurationVersionCommand,
  type DeploymentSummary,
  GetDeploymentCommand,
  GetHostedConfigurationVersionCommand,
  type HostedConfigurationVersionSummary,
  ListDeploymentsCommand,
  paginateListHostedConfigurationVersions,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import { FlagRefused, RolloutUnderWay } from '../../domain/errors.ts';
import type { FlagValue } from '../../domain/flag.ts';
import type { SetFlagRequest, Strategy } from '../../domain/flags/set-flag-request.ts';
import { type FlagDocument, valuesIn, withFlags } from '../../domain/infra/flag-document.ts';
import { flagsInContent } from './flag-content.ts';
import { isUnderWay } from './flag-rollouts.ts';
import { described, type FlagLayer } from './flags.ts';

/** The normal layer, with the id of each strategy by which a person may change it. */
export type NormalLayer = Omit<FlagLayer, 'DeploymentStrategyId'> & {
  readonly strategies: Readonly<Record<Strategy, string>>;
};

/** A deployment of a flag's value. `before`: the value that was deployed before, null if none was. */
export type Rollout = {
  readonly deployment: number;
  readonly before: FlagValue | null;
  readonly state: 'under way' | 'complete' | 'rolled back';
};

/** The flags of the normal layer, as a person's request changes them. `by`: the execution of the request. */
export type NormalFlags = {
  /** Returns the deployment that the execution started in an earlier try; undefined if it started none. */
  find(flag: string, by: string): Promise<Rollout | undefined>;
  /** Starts to deploy a value. Throws FlagRefused if the flag has it, or another deployment is under way. */
  set(asked: Pick<SetFlagRequest, 'flag' | 'value' | 'strategy'>, by: string): Promise<Rollout>;
  /** Returns why AppConfig took a deployment back, in its own words. */
  whyRolledBack(deployment: number): Promise<string>;
};

/**
 * Returns the same for the safety layer, in which only circuit breakers are set. A rollback's flip may be under way there, or may stop a
 * deployment, whose values it takes over: then the change waits, and is made again.
 */
export const breakersOn = (
  client: AppConfigClient,
  layer: Omit<NormalLayer, 'strategies'>,
  immediate: string,
): NormalFlags => {
  const strategies = { immediate, linear: immediate, canary: immediate };
  const flags = normalFlagsOn(client, { ...layer, strategies }, (what) => new RolloutUnderWay(`${what} is under way.`));
  return {
    ...flags,
    find: async (flag, by) => {
      const found = await flags.find(flag, by);
      return found?.state === 'rolled back' ? undefined : found;
    },
  };
};

export const normalFlagsOn = (
  client: AppConfigClient,
  layer: NormalLayer,
  busy: (what: string) => Error = refusedAsBusy,
): NormalFlags => ({
  find: async (flag, by) => {
    const [versions, deployments] = await Promise.all([versionsOf(client, layer), deploymentsOf(client, layer)]);
    const own = ownVersion(versions, by);
    const deployment = own && deployments.find(isOf(own));
    if (!deployment) return undefined;
    const older = deployments.filter(
      ({ DeploymentNumber = 0 }) => DeploymentNumber < (deployment.DeploymentNumber ?? 0),
    );
    const base = deployedIn(older);
    const before = base ? valueIn(await documentOf(client, layer, Number(base.ConfigurationVersion)), flag) : null;
    return rolloutOf(deployment, before);
  },
  set: async (asked, by) => {
    const [versions, deployments] = await Promise.all([versionsOf(client, layer), deploymentsOf(client, layer)]);
    const [newest] = deployments;
    if (newest && isUnderWay(newest)) throw busy(described(newest));
    const base = deployedIn(deployments);
    if (!newest || !base)
      throw new FlagRefused(
        'The normal layer has no values yet: seed-flags writes the first ones within two minutes of the deployment of the product. Nothing was changed. Repeat it then.',
      );
    const document = await documentOf(client, layer, Number(base.ConfigurationVersion));
    const before = valueIn(document, asked.flag);
    if (before === asked.value)
      throw new FlagRefused(`${asked.flag} is ${asked.value} in the normal layer already. Nothing was changed.`);
    try {
      const version =
        ownVersion(versions, by, newest)?.VersionNumber ??
        (await write(client, layer, withFlags(document, { [asked.flag]: asked.value }), { by, versions, newest }));
      return rolloutOf(await deploy(client, layer, { version, strategy: asked.strategy, newest }), before);
    } catch (error) {
      if (error instanceof ConflictException) throw busy('Another change');
      throw error;
    }
  },
  whyRolledBack: async (DeploymentNumber) => {
    const { ApplicationId, EnvironmentId } = layer;
    const { EventLog = [] } = await client.send(
      new GetDeploymentCommand({ ApplicationId, EnvironmentId, DeploymentNumber }),
    );
    const started = EventLog.find(
      ({ EventType }) => EventType === 'ROLLBACK_STARTED' || EventType === 'REVERT_COMPLETED',
    );
    return started?.Description ?? 'AppConfig gives no reason';
  },
});

const refusedAsBusy = (what: string) =>
  new FlagRefused(`${what} is under way in the normal layer. Nothing was changed. Repeat it once that has ended.`);

/** Names the execution, and the newest deployment that it saw: a version that an earlier try wrote is not deployed over a later one. */
const descriptionOf = (by: string) => `Set by ${by}`;
const afterDeployment = ({ DeploymentNumber }: DeploymentSummary) => `, after deployment ${DeploymentNumber}`;

const ownVersion = (versions: readonly HostedConfigurationVersionSummary[], by: string, newest?: DeploymentSummary) =>
  versions.find(({ Description = '' }) =>
    newest
      ? Description === `${descriptionOf(by)}${afterDeployment(newest)}`
      : Description.startsWith(`${descriptionOf(by)},`),
  );

const isOf =
  ({ VersionNumber }: HostedConfigurationVersionSummary) =>
  ({ ConfigurationVersion }: DeploymentSummary) =>
    ConfigurationVersion === String(VersionNumber);

/**
 * Returns the deployment whose values the hosts have. The newest version will not do: AppConfig may have rolled it back, and its
 * next deployment would bring the bad value again.
 */
const deployedIn = (deployments: readonly DeploymentSummary[]) => deployments.find(({ State }) => State === 'COMPLETE');

const valueIn = (document: FlagDocument, flag: string) => valuesIn(document, [flag])[flag] ?? null;

const rolloutOf = (deployment: DeploymentSummary, before: FlagValue | null): Rollout => ({
  deployment: deployment.DeploymentNumber ?? 0,
  before,
  state: stateOf(deployment),
});

function stateOf(deployment: DeploymentSummary): Rollout['state'] {
  if (isUnderWay(deployment)) return 'under way';
  return deployment.State === 'COMPLETE' ? 'complete' : 'rolled back';
}

async function versionsOf(client: AppConfigClient, { ApplicationId, ConfigurationProfileId }: NormalLayer) {
  const versions: HostedConfigurationVersionSummary[] = [];
  for await (const { Items = [] } of paginateListHostedConfigurationVersions(
    { client },
    { ApplicationId, ConfigurationProfileId },
  ))
    versions.push(...Items);
  return versions;
}

/** The newest deployments, the newest first: more than AppConfig can roll back before one completes. */
async function deploymentsOf(client: AppConfigClient, { ApplicationId, EnvironmentId }: NormalLayer) {
  const { Items = [] } = await client.send(
    new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: 50 }),
  );
  return Items;
}

async function documentOf(
  client: AppConfigClient,
  { ApplicationId, ConfigurationProfileId }: NormalLayer,
  VersionNumber: number,
): Promise<FlagDocument> {
  const { Content } = await client.send(
    new GetHostedConfigurationVersionCommand({ ApplicationId, ConfigurationProfileId, VersionNumber }),
  );
  return flagsInContent(
    Content,
    VersionNumber,
    (sentence) => new FlagRefused(`${sentence} Nothing was changed. Repeat it.`),
  );
}

type Place = {
  readonly by: string;
  readonly versions: readonly HostedConfigurationVersionSummary[];
  readonly newest: DeploymentSummary;
};

async function write(
  client: AppConfigClient,
  { ApplicationId, ConfigurationProfileId }: NormalLayer,
  document: FlagDocument,
  { by, versions, newest }: Place,
): Promise<number> {
  const { VersionNumber = 0 } = await client.send(
    new CreateHostedConfigurationVersionCommand({
      ApplicationId,
      ConfigurationProfileId,
      Content: Buffer.from(JSON.stringify(document)),
      ContentType: 'application/json',
      Description: `${descriptionOf(by)}${afterDeployment(newest)}`,
      LatestVersionNumber: Math.max(...versions.map(({ VersionNumber: number = 0 }) => number)),
    }),
  );
  return VersionNumber;
}

type Deploying = { readonly version: number; readonly strategy: Strategy; readonly newest: DeploymentSummary };

/** A deployment that somebody started since the newest one was read is a conflict, so its values are not lost. */
const deploy = (
  client: AppConfigClient,
  { strategies, ...layer }: NormalLayer,
  { version, strategy, newest }: Deploying,
): Promise<DeploymentSummary> =>
  client.send(
    new StartDeploymentCommand({
      ...layer,
      DeploymentStrategyId: strategies[strategy],
      ConfigurationVersion: String(version),
      LatestDeploymentNumber: newest.DeploymentNumber,
    }),
  );
