import * as z from 'zod';
import { type Assembly, assetPath } from '../template/assembly.ts';
import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { Lambda } from './lambda.ts';

/** The runtime of the account itself. Another runtime on AWS would be another engine than the tested one. */
const runtime = 'nodejs24.x';

/**
 * Returns the makers of functions, versions and configurations of asynchronous invocation.
 *
 * Architectures, LoggingConfig and TracingConfig have no effect.
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
  LoggingConfig: z.unknown().optional(),
  MemorySize: z.number().default(128),
  ReservedConcurrentExecutions: z.int().min(0).optional(),
  Role: z.string(),
  Runtime: z.literal(runtime),
  Tags: z.unknown().optional(),
  Timeout: z.number().default(3),
  TracingConfig: z.unknown().optional(),
});
const versionProperties = z.strictObject({ FunctionName: z.string(), Description: z.string().optional() });
