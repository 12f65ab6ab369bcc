import { ArnFormat, CfnOutput, type CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnApplication,
  CfnConfigurationProfile,
  CfnDeploymentStrategy,
  type CfnDeploymentStrategyProps,
  CfnEnvironment,
} from 'aws-cdk-lib/aws-appconfig';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { capital } from '../domain/capital.ts';
import { explain, wildcard } from './wildcard.ts';

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
  /** The environment variables of the function that deploys to the normal layer gradually. */
  readonly gradual: Readonly<Record<string, string>>;
  /** ARNs for the permissions of functions. */
  readonly application: string;
  readonly normal: { readonly environment: string; readonly profile: string };
  readonly safety: { readonly environment: string; readonly profile: string };
  readonly immediate: string;
  /** The role by which AppConfig reads the alarms that monitor the normal layer. The safety layer has no monitor. */
  readonly monitorRole: Role;
  /** The strategies by which a person may change the normal layer, `immediate` included. */
  readonly strategies: readonly string[];

  constructor(scope: Construct, id: string, { environment }: { readonly environment: string }) {
    super(scope, id);
    const application = kept(new CfnApplication(this, 'Resource', { name: `rollback-${environment}` }));
    const applicationId = application.ref;
    const normal = layer(this, applicationId, environment, 'flags');
    const safety = layer(this, applicationId, `${environment}-safety`, 'overrides');
    const [immediate, linear, canary] = strategies(this, environment);
    const arn = (path: string) => Stack.of(this).formatArn({ service: 'appconfig', resource: path });
    this.application = arn(`application/${applicationId}`);
    const arnsOf = (one: Layer) => ({
      environment: `${this.application}/environment/${one.environment}`,
      profile: `${this.application}/configurationprofile/${one.profile}`,
    });
    this.normal = arnsOf(normal);
    this.safety = arnsOf(safety);
    this.immediate = arn(`deploymentstrategy/${immediate.ref}`);
    this.strategies = [immediate, linear, canary].map(({ ref }) => arn(`deploymentstrategy/${ref}`));
    this.gradual = { FLAGS_LINEAR_STRATEGY: linear.ref, FLAGS_CANARY_STRATEGY: canary.ref };
    this.monitorRole = monitorRole(this);
    this.settings = {
      FLAGS_APPLICATION: applicationId,
      FLAGS_ENVIRONMENT: normal.environment,
      FLAGS_PROFILE: normal.profile,
      FLAGS_SAFETY_ENVIRONMENT: safety.environment,
      FLAGS_OVERRIDES_PROFILE: safety.profile,
      FLAGS_IMMEDIATE_STRATEGY: immediate.ref,
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

/** Returns a role that only AppConfig may use, and that only reads alarms (AppConfig guide, "Permissions for automatic rollback"). */
function monitorRole(scope: Construct): Role {
  const alarm = { service: 'cloudwatch', resource: 'alarm', resourceName: '*' };
  const reading = wildcard('AppConfig lists alarms by prefix, and IAM checks that against all alarms. It only reads.', {
    actions: ['cloudwatch:DescribeAlarms'],
    resources: [Stack.of(scope).formatArn({ ...alarm, arnFormat: ArnFormat.COLON_RESOURCE_NAME })],
  });
  const role = new Role(scope, 'MonitorRole', {
    assumedBy: new ServicePrincipal('appconfig.amazonaws.com'),
    inlinePolicies: { alarms: new PolicyDocument({ statements: [reading] }) },
  });
  explain(role, [reading]);
  return role;
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

/** Returns the strategies of deployments: at once without bake time, linear, and canary. */
const strategies = (scope: Construct, environment: string) => {
  const make = (name: string, growth: Pick<CfnDeploymentStrategyProps, Growth>) =>
    kept(
      new CfnDeploymentStrategy(scope, capital(name), {
        name: `rollback-${environment}-${name}`,
        replicateTo: 'NONE',
        ...growth,
      }),
    );
  return [
    // AppConfig.AllAtOnce bakes for ten of the fifteen minutes that a CRITICAL rollback may take.
    make('immediate', { deploymentDurationInMinutes: 0, growthFactor: 100, finalBakeTimeInMinutes: 0 }),
    // A fifth of the hosts every two minutes. An alarm of a phase turns red within one, so it stops a bad value at a fifth.
    make('linear', { deploymentDurationInMinutes: 10, growthFactor: 20, finalBakeTimeInMinutes: 5 }),
    // 10, 20, 40, 80 and 100 % of the hosts, as AppConfig.Canary10Percent20Minutes, in half the time.
    make('canary', {
      deploymentDurationInMinutes: 10,
      growthType: 'EXPONENTIAL',
      growthFactor: 10,
      finalBakeTimeInMinutes: 10,
    }),
  ] as const;
};

type Growth = 'deploymentDurationInMinutes' | 'growthType' | 'growthFactor' | 'finalBakeTimeInMinutes';

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
