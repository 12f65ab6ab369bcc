import { type Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing, type Version } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { infraFolder } from '../../config/infra-folder.ts';
import { onBehalfOf } from '../on-behalf-of.ts';
import { allow, wildcard } from '../wildcard.ts';

export interface TaskFunctionProps {
  readonly environment: string;
  /** The folder in lambdas/, and the function's name after `rollback-<environment>-`. */
  readonly name: string;
  /** The bundle's folder. */
  readonly code: string;
  readonly timeout: Duration;
  readonly variables: Readonly<Record<string, string>>;
  readonly logRetentionDays: number;
  /** Two of it at once would do the same work twice. */
  readonly oneAtATime?: boolean;
  /** All it may do, beside writing its log and its traces. */
  readonly may: readonly PolicyStatement[];
}

/** One task of the state machines, as a function with a role of its own. */
export class TaskFunction extends Construct {
  /** What state machines invoke: a deployment in mid-rollback must not change the code under it. */
  readonly version: Version;
  readonly fn: LambdaFunction;
  /** After `rollback-<environment>-`. */
  readonly name: string;

  constructor(
    scope: Construct,
    id: string,
    { environment, name, code, timeout, variables, logRetentionDays, oneAtATime = false, may }: TaskFunctionProps,
  ) {
    super(scope, id);
    this.name = name;
    checkSize(name, variables);
    const functionName = `rollback-${environment}-${name}`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logRetentionDays,
    });
    const role = taskRole(this, logGroup, may);
    this.fn = new LambdaFunction(this, 'Resource', {
      ...(oneAtATime ? { reservedConcurrentExecutions: 1 } : {}),
      functionName,
      role,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(code),
      memorySize: 512,
      timeout,
      // Running rollbacks call the version they began with; without Retain a deployment would delete it under them.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      environment: { ...variables },
      logGroup,
      tracing: Tracing.ACTIVE,
    });
    this.version = this.fn.currentVersion;
  }
}

/** Lambda's limit for the variables of a function, names and values (Lambda guide, "Quotas"). */
const mostBytes = 4096;
/** What a reference becomes in the account at most: arn:aws:states:ap-southeast-2:123456789012:stateMachine:rollback-production-… */
const longestReference = 'x'.repeat(100);

/** Texts that people write travel so; one that is too long would be found out by the deployment, half way. */
function checkSize(name: string, variables: Readonly<Record<string, string>>): void {
  const sizes = Object.entries(variables).map(([variable, value]) => {
    const text = Token.isUnresolved(value) ? value.replaceAll(/\$\{Token\[[^\]]+\]\}/g, longestReference) : value;
    return { variable, bytes: Buffer.byteLength(variable + text) };
  });
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= mostBytes) return;
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes).slice(0, 3);
  throw new Error(
    `The variables of the function ${name} are ${total} bytes; Lambda takes ${mostBytes}. The largest: ${largest
      .map(({ variable, bytes }) => `${variable} ${bytes}`)
      .join(', ')}. Shorten what they are made of: texts of ${infraFolder}/notifications, contacts, triggers.`,
  );
}

/**
 * A role that writes to the function's own log, and does what the function is there for.
 *
 * AWS's managed policy for functions may create log groups: one that was deleted would come back without a retention.
 */
function taskRole(scope: Construct, logGroup: LogGroup, may: readonly PolicyStatement[]): Role {
  const role = new Role(scope, 'Role', { assumedBy: onBehalfOf(scope, 'lambda') });
  logGroup.grantWrite(role);
  allow(role, [traces, ...may]);
  return role;
}

/** As the CDK adds it for active tracing, so that it stands there once, with its reason. */
const traces = wildcard('X-Ray has no resource-level permissions for writing traces.', {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
});
