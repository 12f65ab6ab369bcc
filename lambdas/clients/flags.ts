import {
  type AppConfigClient,
  ConflictException,
  CreateHostedConfigurationVersionCommand,
  GetDeploymentCommand,
  GetHostedConfigurationVersionCommand,
  ListDeploymentsCommand,
  paginateListHostedConfigurationVersions,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig';
import { StepFailed } from '../../domain/errors.ts';
import type { FlagValue } from '../../domain/flag.ts';
import { type FlagDocument, valuesIn, withFlags } from '../../domain/infra/flag-document.ts';

/** Where a layer's flags live: AppConfig's ids, and the zero-bake strategy that is the only one IAM allows here. */
export type FlagLayer = {
  readonly ApplicationId: string;
  readonly EnvironmentId: string;
  readonly ConfigurationProfileId: string;
  readonly DeploymentStrategyId: string;
};

/** Flags and the values that override all others. */
export type Overrides = Readonly<Record<string, FlagValue>>;

/** What came of it. `before`: what the layer said of each; null: nothing, so another layer's value was effective. */
type Overridden = {
  readonly version: number;
  readonly changed: boolean;
  readonly before: Readonly<Record<string, FlagValue | null>>;
};

/** The safety layer's flags, as the functions use them. */
export type Flags = {
  /**
   * Makes these overrides the newest deployed values, by one deployment, leaving every other flag as it is. Repeating it
   * changes nothing. Resolves once AppConfig has deployed them; hosts read them up to their poll interval later.
   */
  override(wanted: Overrides): Promise<Overridden>;
};

/** 1 s apart: long enough for another flip in the same layer, which takes no time and does not bake. */
const tries = 30;

export function flagsIn(
  client: AppConfigClient,
  layer: FlagLayer,
  sleep: (milliseconds: number) => Promise<unknown>,
): Flags {
  const { ApplicationId, EnvironmentId, ConfigurationProfileId } = layer;

  const newest = async (): Promise<{ version: number; document: FlagDocument | undefined }> => {
    let version = 0;
    for await (const { Items = [] } of paginateListHostedConfigurationVersions(
      { client },
      { ApplicationId, ConfigurationProfileId },
    ))
      version = Math.max(version, ...Items.map(({ VersionNumber = 0 }) => VersionNumber));
    if (version === 0) return { version, document: undefined };
    const { Content } = await client.send(
      new GetHostedConfigurationVersionCommand({ ApplicationId, ConfigurationProfileId, VersionNumber: version }),
    );
    return { version, document: JSON.parse(Buffer.from(Content ?? []).toString('utf8')) as FlagDocument };
  };

  const write = async (wanted: Overrides): Promise<Overridden> => {
    const { version, document } = await newest();
    const before = valuesIn(document, Object.keys(wanted));
    const next = withFlags(document, wanted);
    if (next === document) return { version, changed: false, before };
    const { VersionNumber = 0 } = await client.send(
      new CreateHostedConfigurationVersionCommand({
        ApplicationId,
        ConfigurationProfileId,
        Content: Buffer.from(JSON.stringify(next)),
        ContentType: 'application/json',
        ...(version > 0 ? { LatestVersionNumber: version } : {}), // somebody else's change in between is a conflict, not lost
      }),
    );
    return { version: VersionNumber, changed: true, before };
  };

  const deployed = async (version: number): Promise<'yes' | 'no' | 'under way'> => {
    const { Items = [] } = await client.send(
      new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: 1 }),
    );
    const [last] = Items;
    if (last && ['DEPLOYING', 'BAKING', 'VALIDATING', 'ROLLING_BACK'].includes(last.State ?? '')) return 'under way';
    return last?.State === 'COMPLETE' && last.ConfigurationVersion === String(version) ? 'yes' : 'no';
  };

  const deploy = async (version: number): Promise<void> => {
    const { DeploymentNumber = 0 } = await client.send(
      new StartDeploymentCommand({ ...layer, ConfigurationVersion: String(version) }),
    );
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const { State } = await client.send(new GetDeploymentCommand({ ApplicationId, EnvironmentId, DeploymentNumber }));
      if (State === 'COMPLETE') return;
      if (State === 'ROLLED_BACK' || State === 'REVERTED')
        throw new Error(`AppConfig took deployment ${DeploymentNumber} of the override back (${State}).`);
      await sleep(1000);
    }
    throw new StepFailed(`AppConfig had not deployed the override after ${tries} s (deployment ${DeploymentNumber}).`);
  };

  return {
    override: async (wanted) => {
      let first: Overridden | undefined; // a later try finds what it has written itself
      for (let attempt = 0; attempt <= tries; attempt += 1) {
        if (attempt > 0) await sleep(1000);
        try {
          const written = await write(wanted);
          if (!first || written.changed) first = written;
          const state = await deployed(written.version);
          if (state === 'under way') continue;
          if (state === 'no') await deploy(written.version);
          return { ...first, version: written.version };
        } catch (error) {
          if (!(error instanceof ConflictException)) throw error;
        }
      }
      throw new StepFailed(`Another deployment kept the safety layer busy for ${tries} s.`);
    },
  };
}
