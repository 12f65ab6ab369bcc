import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock/clock.ts';
import { seeded } from '../../src/clock/random.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { FunctionFaults } from '../../src/faults/function-faults.ts';
import type { FunctionConfiguration } from '../../src/lambda/function-configuration.ts';
import type { FunctionFailure } from '../../src/lambda/function-failure.ts';
import { lambda } from '../../src/lambda/lambda.ts';
import { startWorkerRuntime } from '../../src/lambda/worker-runtime.ts';
import type { Happening } from '../../src/wire/service.ts';

export const START = Date.parse('2026-03-02T09:00:00Z');
export const machine = { arn: 'arn:aws:states:us-east-1:000000000000:execution:app:one' };

/** Makes an account that has only functions. It is closed and its folders are removed after the test. */
export async function functionsUnder<C extends Clock>(clock: C) {
  const folder = await mkdtemp(join(tmpdir(), 'functions-'));
  const happenings: Happening[] = [];
  const surroundings = {
    clock,
    random: seeded(1),
    region: 'us-east-1',
    accountId: '000000000000',
    tell: (happening: Happening) => void happenings.push(happening),
  };
  const variables = ({ name }: FunctionConfiguration) => ({ AWS_LAMBDA_FUNCTION_NAME: name });
  const environments = { variables, start: startWorkerRuntime };
  const counted: [string, string][] = [];
  const failures: { queueArn: string; record: unknown; roleArn: string }[] = [];
  const faults = new FunctionFaults(surroundings.tell, () => clock.now());
  const functions = lambda(surroundings, environments, {
    counted: (metric, name) => void counted.push([metric, name]),
    faults,
    sendFailure: (queueArn, record, roleArn) => void failures.push({ queueArn, record, roleArn }),
  });
  onTestFinished(async () => {
    await functions.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    clock,
    surroundings,
    functions,
    faults,
    happenings,
    /** The counted metrics of AWS/Lambda, in order. */
    counted,
    /** The records sent to failure destinations. */
    failures,
    /** Creates a function with this index.mjs, and its version 1. */
    create: async (name: string, code: string, changed: Partial<FunctionConfiguration> = {}): Promise<string> => {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'index.mjs'), code);
      const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
      functions.createFunction({
        name,
        arn,
        roleArn: `arn:aws:iam::000000000000:role/${name}`,
        folder: join(folder, name),
        handler: 'index.handler',
        timeoutSeconds: 900,
        memoryMegabytes: 128,
        environment: {},
        ...changed,
      });
      return `${arn}:${functions.publishVersion(name)}`;
    },
    invoke: async (name: string, payload: unknown = {}): Promise<unknown> =>
      (await functions.invoke(name, payload, machine)).payload,
    failure: async (name: string, payload: unknown = {}) => {
      const failed = await functions.invoke(name, payload, machine).catch((error: unknown) => error);
      return (failed as FunctionFailure).error;
    },
  };
}

export const underVirtualTime = () => functionsUnder(new VirtualClock(START));
