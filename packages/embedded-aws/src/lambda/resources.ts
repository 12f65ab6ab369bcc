import * as z from 'zod';
import { type Assembly, assetPath } from '../template/assembly.ts';
import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { Lambda } from './lambda.ts';
import { RUNTIME } from './lambda-runtime.ts';

/**
 * Returns the makers of functions, versions and configurations of asynchronous invocation.
 *
 * Architectures, TracingConfig, and the format and levels in LoggingConfig have no effect.
 */
export const lambdaResources = (
  lambda: Lambda,
  assembly: Assembly,
  { region, accountId }: { region: string; accountId: string },
): Record<string, ResourceMaker> => ({
  'AWS::Lambda::Function': ({ stack, logicalId, properties }) => {
    const given = propertiesAs(functionProperties, properties);
    const name = given.FunctionName ?? physicalName(stack, logicalId, 64);
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
    lambda.createFunction({
      name,
      arn,
      roleArn: given.Role,
      folder: assetPath(assembly, given.Code.S3Key),
      handler: given.Handler,
      timeoutSeconds: given.Timeout,
      memoryMegabytes: given.MemorySize,
      environment: given.Environment.Variables,
      reservedConcurrency: given.ReservedConcurrentExecutions,
      logGroup: given.LoggingConfig?.LogGroup,
    });
    return { ref: name, attributes: { Arn: arn } };
  },

  'AWS::Lambda::Version': ({ properties }) => {
    const { FunctionName } = propertiesAs(versionProperties, properties);
    const version = lambda.publishVersion(FunctionName);
    return {
      ref: `arn:aws:lambda:${region}:${accountId}:function:${FunctionName}:${version}`,
      attributes: { Version: version },
    };
  },

  'AWS::Lambda::EventInvokeConfig': ({ stack, logicalId, properties }) => {
    const { DestinationConfig, FunctionName, MaximumRetryAttempts } = propertiesAs(eventInvokeConfig, properties);
    lambda.sendFailuresTo(FunctionName, DestinationConfig.OnFailure.Destination, MaximumRetryAttempts);
    return { ref: physicalName(stack, logicalId) };
  },
});

const eventInvokeConfig = z.strictObject({
  DestinationConfig: z.strictObject({
    OnFailure: z.strictObject({ Destination: z.string().startsWith('arn:aws:sqs:') }),
  }),
  FunctionName: z.string(),
  MaximumEventAgeInSeconds: z.int().min(60).max(21_600).optional(),
  MaximumRetryAttempts: z.int().min(0).max(2),
  Qualifier: z.literal('$LATEST'),
});

const functionProperties = z.strictObject({
  Architectures: z.array(z.string()).optional(),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  Description: z.string().optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  FunctionName: z.string().optional(),
  Handler: z.string(),
  LoggingConfig: z.looseObject({ LogGroup: z.string().optional() }).optional(),
  MemorySize: z.number().default(128),
  ReservedConcurrentExecutions: z.int().min(0).optional(),
  Role: z.string(),
  Runtime: z.literal(RUNTIME),
  Tags: z.unknown().optional(),
  Timeout: z.number().default(3),
  TracingConfig: z.unknown().optional(),
});
const versionProperties = z.strictObject({ FunctionName: z.string(), Description: z.string().optional() });
