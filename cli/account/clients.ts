import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { environmentNames } from '../../config/environment-files.ts';
import { infraFolder } from '../../config/infra-folder.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { cachedEnvironment } from './environment-cache.ts';
import { UsageError } from './usage-error.ts';

/** The options of every command that connects to an account. */
export type AccountOptions = {
  readonly environment: string;
  /** A profile of ~/.aws/config; absent: AWS_PROFILE, then the SDK's other sources of credentials. */
  readonly profile?: string;
  /** Must be the environment's own region: its file decides. */
  readonly region?: string;
  /** The address of an embedded account that this program has opened; absent: AWS_ENDPOINT_URL, else the environment's own. */
  readonly endpoint?: string;
};

/** A connection to the tables of an environment's account: AWS, or an embedded account if its file names an endpoint. */
export type Tables = {
  readonly name: string;
  readonly environment: Environment;
  readonly db: DynamoDBDocumentClient;
};

/** A connection to an environment's account. */
export type Connection = Tables & {
  readonly stepFunctions: SFNClient;
  arnOf(machine: string): string;
};

type Made = {
  /** The profile that the credentials come from; undefined if they come from elsewhere. */
  readonly profile: string | undefined;
  /** Settings for any further client of the SDK. */
  readonly settings: Settings;
};

/** A connection, and how it was made. */
export type Connected = Connection & Made;
export type ConnectedTables = Tables & Made;

type Settings = ReturnType<typeof embeddedSettings> | Awaited<ReturnType<typeof awsSettings>>;

/** Connects to an environment. Throws UsageError if it does not exist, or if profile or region do not fit it. */
export async function connect(options: AccountOptions): Promise<Connected> {
  const tables = await connectToTables(options);
  const { SFNClient } = await import('@aws-sdk/client-sfn');
  const { account, region } = tables.environment;
  return {
    ...tables,
    stepFunctions: new SFNClient(tables.settings),
    arnOf: (machine) => `arn:aws:states:${region}:${account}:stateMachine:rollback-${tables.name}-${machine}`,
  };
}

/** As connect, for a command that reads tables only: it need not load the client of Step Functions. */
export async function connectToTables({
  environment: name,
  profile,
  region,
  endpoint: opened,
}: AccountOptions): Promise<ConnectedTables> {
  const environment = await knownEnvironment(name);
  refuseMisfit(name, environment, { profile, region });
  const { endpoint } = environment;
  const chosen = profile ?? process.env['AWS_PROFILE'];
  // AWS_ENDPOINT_URL overrides the file: an embedded account may be open on another port.
  const settings = endpoint
    ? embeddedSettings(environment.region, opened ?? process.env['AWS_ENDPOINT_URL'] ?? endpoint)
    : await awsSettings(environment.region, chosen);
  return {
    name,
    environment,
    profile: chosen,
    settings,
    db: DynamoDBDocumentClient.from(new DynamoDBClient(settings)),
  };
}

/** The embedded account takes the access key id as the caller's name and needs no secret. */
function embeddedSettings(region: string, endpoint: string) {
  return {
    region,
    endpoint,
    credentials: { accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? 'person', secretAccessKey: 'none' },
  };
}

/** Without a profile the SDK looks for credentials itself: in the variables AWS_…, then those of the machine or container. */
async function awsSettings(region: string, profile: string | undefined) {
  return {
    region,
    // With the client's own setting `profile` the SDK would take the machine's role for a profile that is misspelt.
    ...(profile === undefined ? {} : { credentials: await ofProfile(profile, region) }),
    // The defaults never time out: a command must not hang if packets are dropped on the way.
    requestHandler: { connectionTimeout: 5000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  };
}

async function ofProfile(profile: string, region: string) {
  const { fromIni } = await import('@aws-sdk/credential-provider-ini');
  return fromIni({ profile, clientConfig: { region } });
}

async function knownEnvironment(name: string): Promise<Environment> {
  if (!environmentNames().includes(name))
    throw new UsageError(`Unknown environment "${name}". Known: ${environmentNames().join(', ')}.`);
  return cachedEnvironment(name);
}

function refuseMisfit(
  name: string,
  environment: Environment,
  { profile, region }: { readonly profile: string | undefined; readonly region: string | undefined },
): void {
  if (profile !== undefined && environment.endpoint)
    throw new UsageError(
      `Environment ${name} is an embedded account, which has no profiles. Leave out --profile, or name another --environment.`,
    );
  if (region !== undefined && region !== environment.region)
    throw new UsageError(
      `Environment ${name} is in region ${environment.region} (${infraFolder}/environments/${name}.yaml); found --region ${region}. Leave out --region.`,
    );
}
