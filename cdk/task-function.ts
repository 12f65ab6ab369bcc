import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, type Version } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface TaskFunctionProps {
  readonly environment: string;
  /** The folder in lambdas/, and the function's name after `rollback-<environment>-`. */
  readonly name: string;
  /** The bundle's folder. */
  readonly code: string;
  readonly timeout: Duration;
  readonly variables: Readonly<Record<string, string>>;
  /** Two of it at once would do the same work twice. */
  readonly oneAtATime?: boolean;
  /** All it may do, beside writing its own log. */
  readonly may: readonly PolicyStatement[];
}

/** One task of the state machines, as a function with a role of its own. */
export class TaskFunction extends Construct {
  /** What state machines invoke: a deployment in mid-rollback must not change the code under it. */
  readonly version: Version;
  readonly fn: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    { environment, name, code, timeout, variables, oneAtATime = false, may }: TaskFunctionProps,
  ) {
    super(scope, id);
    const functionName = `rollback-${environment}-${name}`;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.ONE_YEAR,
    });
    // A role of its own making: the CDK's would carry AWSLambdaBasicExecutionRole, which writes every log of the account.
    const role = new Role(this, 'ServiceRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
      }),
    });
    for (const statement of [writeLog(logGroup), ...may]) role.addToPolicy(statement);
    const fn = new LambdaFunction(this, 'Resource', {
      ...(oneAtATime ? { reservedConcurrentExecutions: 1 } : {}),
      functionName,
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
      role,
    });
    this.fn = fn;
    this.version = fn.currentVersion;
  }
}

/** Its log group is made by the stack, so it needs no CreateLogGroup. */
const writeLog = ({ logGroupArn }: LogGroup) =>
  new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroupArn] });
