import {
  type AppConfigClient,
  BadRequestException,
  ConflictException,
  CreateHostedConfigurationVersionCommand,
  type DeploymentSummary,
  GetDeploymentCommand,
  GetHostedConfigurationVersionCommand,
  ListDeploymentsCommand,
  paginateListHostedConfigurationVersions,
  StartDeploymentCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import { StepFailed } from '../../domain/errors.ts';
import type { FlagValue } from '../../domain/flag.ts';
import { type FlagDocument, overriddenBy, valuesIn, withFlags } from '../../domain/infra/flag-document.ts';
import { flagsInContent } from './flag-content.ts';
import { isUnderWay } from './flag-rollouts.ts';

/** AppConfig's ids of a flag layer, and the zero-bake strategy, the only one that IAM allows here. */
export type FlagLayer = {
  readonly ApplicationId: string;
  readonly EnvironmentId: string;
  readonly ConfigurationProfileId: string;
  readonly DeploymentStrategyId: string;
};

/** Flags and the values that override all other layers. */
export type Overrides = Readonly<Record<string, FlagValue>>;

/** Result. `before`: each flag's previous value in this layer, null if unset. */
type Overridden = {
  readonly version: number;
  readonly changed: boolean;
  readonly before: Readonly<Record<string, FlagValue | null>>;
  /** The deployment in the same layer that was stopped, because it held up the override; absent: none. */
  readonly stopped?: string;
};

/** The flags of the safety layer, as the functions use them. */
export type Flags = {
  /**
   * Makes these overrides the newest deployed values, in one deployment, and leaves every other flag as it is.
   * Repeating it changes nothing. Resolves once AppConfig has deployed them; hosts read them up to one poll interval
   * later. A gradual deployment in the same layer is stopped: the override contains its values and deploys them too.
   */
  override(wanted: Overrides, rollback: string): Promise<Overridden>;
};

/** 1 s apart: enough for another flip in the same layer, which takes no time and does not bake. */
const tries = 30;

/** Tries after which a deployment that holds up the override is stopped: another flip takes no time. */
const patience = 5;

type Sleep = (milliseconds: number) => Promise<unknown>;

export const flagsOn = (client: AppConfigClient, layer: FlagLayer, sleep: Sleep): Flags => ({
  override: async (wanted, rollback) => {
    let [stopped, busy] = ['', 'Another deployment'];
    let first: Overridden | undefined; // the first write has the previous values; a later try finds its own
    for (let attempt = 0; attempt <= tries; attempt += 1) {
      if (attempt > 0) await sleep(1000);
      try {
        const written = await write(client, layer, wanted, rollback);
        if (!first || written.changed) first = written;
        const last = await newestDeployment(client, layer);
        if (isUnderWay(last)) {
          if (attempt >= patience && (await stop(client, layer, last))) stopped = described(last);
          busy = described(last);
          continue;
        }
        if (!isDeployed(last, written.version)) await deploy(client, layer, written.version, sleep);
        return { ...first, version: written.version, ...(stopped ? { stopped } : {}) };
      } catch (error) {
        if (!(error instanceof ConflictException)) throw error;
      }
    }
    throw new StepFailed(`${busy} kept the safety layer busy for ${tries} s.`);
  },
});

/**
 * Description of the version that seed-flags writes into a layer without values. If it is not version 1, somebody wrote
 * values at the same instant: it is empty, was never deployed, and would hide their overrides.
 */
export const seededDescription = 'First values';

/** Returns the newest version of the layer's flags and the newest number; version 0 if there is none. */
async function newestVersion(
  client: AppConfigClient,
  { ApplicationId, ConfigurationProfileId }: FlagLayer,
): Promise<{ version: number; latest: number; document: FlagDocument | undefined }> {
  let [version, latest] = [0, 0];
  for await (const { Items = [] } of paginateListHostedConfigurationVersions(
    { client },
    { ApplicationId, ConfigurationProfileId },
  ))
    for (const { VersionNumber = 0, Description } of Items) {
      latest = Math.max(latest, VersionNumber);
      if (VersionNumber === 1 || Description !== seededDescription) version = Math.max(version, VersionNumber);
    }
  if (version === 0) return { version, latest, document: undefined };
  const { Content } = await client.send(
    new GetHostedConfigurationVersionCommand({ ApplicationId, ConfigurationProfileId, VersionNumber: version }),
  );
  // The state's Retry reads damaged content again.
  return { version, latest, document: flagsInContent(Content, version, (sentence) => new StepFailed(sentence)) };
}

/** Writes a new version with the overrides, unless the newest version has them already. */
async function write(
  client: AppConfigClient,
  layer: FlagLayer,
  wanted: Overrides,
  rollback: string,
): Promise<Overridden> {
  const { ApplicationId, ConfigurationProfileId } = layer;
  const { version, latest, document } = await newestVersion(client, layer);
  const before = valuesIn(document, Object.keys(wanted));
  const next = withFlags(document, wanted);
  if (next === document) return { version, changed: false, before };
  const { VersionNumber = 0 } = await client.send(
    new CreateHostedConfigurationVersionCommand({
      ApplicationId,
      ConfigurationProfileId,
      Content: Buffer.from(JSON.stringify(next)),
      ContentType: 'application/json',
      Description: overriddenBy(rollback), // `rollback flags show` names it
      ...(latest > 0 ? { LatestVersionNumber: latest } : {}), // a concurrent change is a conflict, so it is not lost
    }),
  );
  return { version: VersionNumber, changed: true, before };
}

async function newestDeployment(
  client: AppConfigClient,
  { ApplicationId, EnvironmentId }: FlagLayer,
): Promise<DeploymentSummary> {
  const { Items = [] } = await client.send(new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: 1 }));
  return Items[0] ?? {};
}

const isDeployed = ({ State, ConfigurationVersion }: DeploymentSummary, version: number) =>
  State === 'COMPLETE' && ConfigurationVersion === String(version);

export const described = ({ DeploymentNumber, ConfigurationName, ConfigurationVersion, State }: DeploymentSummary) =>
  `Deployment ${DeploymentNumber} of ${ConfigurationName} version ${ConfigurationVersion} (${State})`;

/**
 * Stops a deployment. Returns whether it did: false if the deployment ended by itself.
 *
 * Only AllowRevert stops a baking deployment (API reference, StopDeployment).
 */
async function stop(
  client: AppConfigClient,
  { ApplicationId, EnvironmentId }: FlagLayer,
  { DeploymentNumber, State }: DeploymentSummary,
): Promise<boolean> {
  const AllowRevert = State === 'BAKING';
  try {
    await client.send(new StopDeploymentCommand({ ApplicationId, EnvironmentId, DeploymentNumber, AllowRevert }));
    return true;
  } catch (error) {
    if (error instanceof BadRequestException) return false;
    throw error;
  }
}

/** A deployment without growth and bake time took six seconds where one is recorded (AWS CLI, get-deployment). */
const firstLookMilliseconds = 5000;

/** Deploys a version and waits until the deployment is complete. */
async function deploy(client: AppConfigClient, layer: FlagLayer, version: number, sleep: Sleep): Promise<void> {
  const { ApplicationId, EnvironmentId } = layer;
  const { DeploymentNumber = 0 } = await client.send(
    new StartDeploymentCommand({ ...layer, ConfigurationVersion: String(version) }),
  );
  for (let attempt = 0; attempt < tries; attempt += 1) {
    await sleep(attempt === 0 ? firstLookMilliseconds : 1000);
    const { State } = await client.send(new GetDeploymentCommand({ ApplicationId, EnvironmentId, DeploymentNumber }));
    if (State === 'COMPLETE') return;
    if (State === 'ROLLED_BACK' || State === 'REVERTED')
      throw new Error(`AppConfig reverted deployment ${DeploymentNumber} of the override (${State}).`);
  }
  throw new StepFailed(`AppConfig had not deployed the override after ${tries} s (deployment ${DeploymentNumber}).`);
}
