import { describe, expect, test } from 'vitest';
import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { lambda } from '../../src/lambda/lambda.ts';
import { lambdaResources } from '../../src/lambda/resources.ts';
import { startWorkerRuntime } from '../../src/lambda/worker-runtime.ts';

const place = { region: 'us-east-1', accountId: '000000000000' };

function templateMaker() {
  const environments = { variables: () => ({}), start: startWorkerRuntime };
  const functions = lambda({ clock: new VirtualClock(0), random: seeded(1), ...place, tell: () => {} }, environments);
  const assembly = { stacks: [], assets: new Map([['abc.zip', '/assembly/asset.abc']]) };
  const makers = lambdaResources(functions, assembly, place);
  const make = (type: string, properties: Record<string, unknown>) =>
    makers[`AWS::Lambda::${type}`]?.({ stack: 'app', logicalId: 'Close', type, properties });
  return { functions, make };
}

const properties = {
  FunctionName: 'close-rollback',
  Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
  Handler: 'index.handler',
  Role: 'arn:aws:iam::000000000000:role/close',
  Runtime: 'nodejs24.x',
};

describe('a function of a template', () => {
  test('runs its asset with the settings of the template', async () => {
    const { functions, make } = templateMaker();
    await make('Function', {
      ...properties,
      Timeout: 50,
      MemorySize: 256,
      Environment: { Variables: { STATE_TABLE: 'state' } },
    });
    expect(functions.list()).toEqual([
      {
        name: 'close-rollback',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:close-rollback',
        roleArn: 'arn:aws:iam::000000000000:role/close',
        folder: '/assembly/asset.abc',
        handler: 'index.handler',
        timeoutSeconds: 50,
        memoryMegabytes: 256,
        environment: { STATE_TABLE: 'state' },
      },
    ]);
  });

  test('has Lambda’s own 3 seconds and 128 MB by default', async () => {
    const { functions, make } = templateMaker();
    await make('Function', properties);
    expect(functions.list()[0]).toMatchObject({ timeoutSeconds: 3, memoryMegabytes: 128 });
  });

  test('has its name as Ref and its ARN as attribute', async () => {
    const { make } = templateMaker();
    expect(await make('Function', properties)).toEqual({
      ref: 'close-rollback',
      attributes: { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:close-rollback' },
    });
  });

  test('has a generated name if the template gives none', async () => {
    const { make } = templateMaker();
    const { FunctionName, ...nameless } = properties;
    expect((await make('Function', nameless))?.ref).toMatch(/^app-Close-\w{12}$/);
  });

  test.each([
    ['another runtime', { Runtime: 'nodejs22.x' }, /Runtime/],
    ['an asset the assembly does not have', { Code: { S3Bucket: 'assets', S3Key: 'def.zip' } }, /no asset def\.zip/],
    ['a property the account does not act on', { VpcConfig: {} }, /VpcConfig/],
  ])('with %s is refused by name', async (_, changed, message) => {
    const { make } = templateMaker();
    await expect(async () => make('Function', { ...properties, ...changed })).rejects.toThrow(message);
  });
});

test('versions of a function are numbered from 1, and their Ref is their ARN', async () => {
  const { make } = templateMaker();
  await make('Function', properties);
  const versions = [
    await make('Version', { FunctionName: 'close-rollback' }),
    await make('Version', { FunctionName: 'close-rollback' }),
  ];
  expect(versions).toEqual([
    {
      ref: 'arn:aws:lambda:us-east-1:000000000000:function:close-rollback:1',
      attributes: { Version: '1' },
    },
    {
      ref: 'arn:aws:lambda:us-east-1:000000000000:function:close-rollback:2',
      attributes: { Version: '2' },
    },
  ]);
});

describe('the failure destination of asynchronous invocations', () => {
  const configuration = {
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:failures' } },
    FunctionName: 'close-rollback',
    MaximumEventAgeInSeconds: 60,
    MaximumRetryAttempts: 0,
    Qualifier: '$LATEST',
  };

  test('comes from the template', async () => {
    const { make } = templateMaker();
    expect(await make('EventInvokeConfig', configuration)).toMatchObject({ ref: expect.any(String) });
  });

  test.each([
    ['more retries than Lambda does', { MaximumRetryAttempts: 3 }],
    ['a destination that is no queue', { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sns:x' } } }],
  ])('is refused with %s', (_, changed) => {
    const { make } = templateMaker();
    expect(() => make('EventInvokeConfig', { ...configuration, ...changed })).toThrow();
  });
});
