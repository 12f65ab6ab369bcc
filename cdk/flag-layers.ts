import { CfnOutput, type CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnApplication,
  CfnConfigurationProfile,
  CfnDeploymentStrategy,
  CfnEnvironment,
} from 'aws-cdk-lib/aws-appconfig';
import { Construct } from 'constructs';

/**
 * The two layers of feature flags: `<env>` for normal rollouts, `<env>-safety` for overrides.
 *
 * There are two layers, because a monitor would revert an override in the first one, and because one environment runs one
 * deployment at a time. The stack contains no values, because its next deployment would write them over an override.
 *
 * The layers stay when the stack is deleted: hosts still read their flags from them.
 */
export class FlagLayers extends Construct {
  /** The environment variables of functions that use the layers. */
  readonly settings: Readonly<Record<string, string>>;
  /** ARNs for the permissions of functions. */
  readonly application: string;
  readonly normal: { readonly environment: string; readonly profile: string };
  readonly safety: { readonly environment: string; readonly profile: string };
  readonly immediate: string;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: string }) {
    super(scope, id);
    const application = kept(new CfnApplication(this, 'Resource', { name: `rollback-${environment}` }));
    const applicationId = application.ref;
    const normal = layer(this, applicationId, environment, 'flags');
    const safety = layer(this, applicationId, `${environment}-safety`, 'overrides');
    const strategy = immediateStrategy(this, environment);
    const arn = (path: string) => Stack.of(this).formatArn({ service: 'appconfig', resource: path });
    this.application = arn(`application/${applicationId}`);
    const arnsOf = (one: Layer) => ({
      environment: `${this.application}/environment/${one.environment}`,
      profile: `${this.application}/configurationprofile/${one.profile}`,
    });
    this.normal = arnsOf(normal);
    this.safety = arnsOf(safety);
    this.immediate = arn(`deploymentstrategy/${strategy.ref}`);
    this.settings = {
      FLAGS_APPLICATION: applicationId,
      FLAGS_ENVIRONMENT: normal.environment,
      FLAGS_PROFILE: normal.profile,
      FLAGS_SAFETY_ENVIRONMENT: safety.environment,
      FLAGS_OVERRIDES_PROFILE: safety.profile,
      FLAGS_IMMEDIATE_STRATEGY: strategy.ref,
    };
    addOutputs(this, {
      FlagsApplication: applicationId,
      FlagsEnvironment: normal.environment,
      FlagsProfile: normal.profile,
      SafetyEnvironment: safety.environment,
      OverridesProfile: safety.profile,
    });
  }
}

/** The ids of a layer's environment and profile. */
type Layer = { readonly environment: string; readonly profile: string };

/** Creates the environment and the configuration profile of one layer. */
const layer = (scope: Construct, applicationId: string, name: string, profileName: string): Layer => ({
  environment: kept(new CfnEnvironment(scope, `Environment-${name}`, { applicationId, name })).ref,
  profile: kept(
    new CfnConfigurationProfile(scope, `Profile-${profileName}`, {
      applicationId,
      name: profileName,
      locationUri: 'hosted',
      type: 'AWS.AppConfig.FeatureFlags',
    }),
  ).ref,
});

const immediateStrategy = (scope: Construct, environment: string) =>
  kept(
    new CfnDeploymentStrategy(scope, 'Immediate', {
      name: `rollback-${environment}-immediate`,
      deploymentDurationInMinutes: 0,
      growthFactor: 100,
      finalBakeTimeInMinutes: 0, // AppConfig.AllAtOnce bakes for ten of the fifteen minutes that a CRITICAL rollback may take
      replicateTo: 'NONE',
    }),
  );

/**
 * Outputs ids that AppConfig creates: the hosts' instance profile must name them (docs/deploy.md, "The host
 * contract").
 */
function addOutputs(scope: Construct, ids: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(ids)) new CfnOutput(scope, name, { value }).overrideLogicalId(name);
}

function kept<T extends CfnResource>(resource: T): T {
  resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return resource;
}
