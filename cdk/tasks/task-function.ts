import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing, type Version } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { infraFolder } from '../../config/infra-folder.ts';
import { packed, packedVariable } from '../../domain/packed-text.ts';
import { onBehalfOf } from '../on-behalf-of.ts';
import { OperatorAlarm } from '../operator-alarm.ts';
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
  /** Limits the function to one invocation at a time. */
  readonly oneAtATime?: boolean;
  /** Hears the function's alarm. */
  readonly tell: ITopic;
  /** Every right of its role, beside writing its own log and traces. */
  readonly may: readonly PolicyStatement[];
}

/** One function, with a role and an alarm of its own. */
export class TaskFunction extends Construct {
  /** The version that state machines invoke: a deployment must not change the code of a running rollback. */
  readonly version: Version;
  readonly fn: LambdaFunction;
  /** The function's name after `rollback-<environment>-`. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: TaskFunctionProps) {
    super(scope, id);
    const { environment, name, code, timeout, variables, logRetentionDays, oneAtATime = false, may, tell } = props;
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
      // A running rollback calls the version it began with. Without Retain, a deployment would delete that version.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      environment: { ...fittingVariables(variables) },
      logGroup,
      tracing: Tracing.ACTIVE,
    });
    this.version = this.fn.currentVersion;
    const heading = 'function-throttled';
    const metric = this.fn.metricThrottles({ period: Duration.minutes(1), statistic: 'Sum' });
    new OperatorAlarm(this, heading, { environment, tell, heading, of: name, metric });
  }
}

/** Lambda's limit for the names and values of a function's variables together (Lambda guide, "Quotas"). */
const mostBytes = 4096;
/** The longest value of a reference: arn:aws:states:ap-southeast-2:123456789012:stateMachine:rollback-production-… */
const longestReference = 'x'.repeat(100);

/** Shorter values gain nothing from being packed. */
const longBytes = 100;

const bytesOf = (variable: string, value: string): number => {
  const text = Token.isUnresolved(value) ? value.replaceAll(/\$\{Token\[[^\]]+\]\}/g, longestReference) : value;
  return Buffer.byteLength(variable + text);
};
const totalOf = (variables: Readonly<Record<string, string>>): number =>
  Object.entries(variables).reduce((sum, [variable, value]) => sum + bytesOf(variable, value), 0);

/**
 * Returns the variables as Lambda takes them. If they are too large, the long ones are packed together, which settingsFrom() of
 * lambdas/wiring reads; not those with a reference, whose value is not known before the deployment.
 */
export function fittingVariables(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (totalOf(variables) <= mostBytes) return variables;
  const isLong = ([, value]: readonly [string, string]) => value.length > longBytes && !Token.isUnresolved(value);
  const all = Object.entries(variables);
  return {
    ...Object.fromEntries(all.filter((one) => !isLong(one))),
    [packedVariable]: packed(JSON.stringify(Object.fromEntries(all.filter(isLong)))),
  };
}

/**
 * Throws if the variables are too large although packed, because the deployment would otherwise fail half way. They contain texts by
 * people.
 */
export function checkSize(name: string, variables: Readonly<Record<string, string>>): void {
  const total = totalOf(fittingVariables(variables));
  if (total <= mostBytes) return;
  const sizes = Object.entries(variables).map(([variable, value]) => ({ variable, bytes: bytesOf(variable, value) }));
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes).slice(0, 3);
  throw new Error(
    `The environment variables of ${name} have ${total} bytes after packing, and Lambda takes ${mostBytes}. The largest before it: ${largest
      .map(({ variable, bytes }) => `${variable} ${bytes}`)
      .join(
        ', ',
      )}. Shorten their sources: texts of ${infraFolder}/notifications, contacts, triggers, past dates of calendars.`,
  );
}

/**
 * Creates a role that may write the function's own log and traces, and use the given rights.
 *
 * AWS's managed policy for functions may also create log groups, so a deleted log would come back without a retention.
 */
function taskRole(scope: Construct, logGroup: LogGroup, may: readonly PolicyStatement[]): Role {
  const role = new Role(scope, 'Role', { assumedBy: onBehalfOf(scope, 'lambda') });
  logGroup.grantWrite(role);
  allow(role, [traces, ...may]);
  return role;
}

/** Equal to the statement that the CDK adds for active tracing, so that the policy has it once, with its reason. */
const traces = wildcard('X-Ray has no resource-level permissions for writing traces.', {
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
});
