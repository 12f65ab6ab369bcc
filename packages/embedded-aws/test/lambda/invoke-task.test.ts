import { describe, expect, test } from 'vitest';
import { realClock } from '../../src/clock/clock.ts';
import { iam } from '../../src/iam/iam.ts';
import { invokeTask } from '../../src/lambda/invoke-task.ts';
import { unlike } from '../states/conformance/likeness.ts';
import { recordings } from '../states/conformance/recordings.ts';
import { functionsUnder } from './functions-account.ts';

const role = 'arn:aws:iam::000000000000:role/machine';
const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:app:one';

/** Makes a function of these lines, and a state machine's role that may invoke its version 1. */
async function machineThatMay(code: string) {
  const account = await functionsUnder(realClock());
  const version = await account.create('task', code);
  const roles = iam();
  roles.createRole({
    name: 'machine',
    arn: role,
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    inlinePolicies: [
      {
        name: 'invoke',
        document: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: [version, `${version}0`] }],
        },
      },
    ],
    managedPolicyArns: [],
  });
  const counted: string[] = [];
  const task = invokeTask(account.functions, roles, account.surroundings, (arn) => void counted.push(arn));
  const invoke = (FunctionName: string, rest: Record<string, unknown> = {}) =>
    task({
      arguments: { FunctionName, ...rest },
      caller: { arn: role, role },
      executionArn,
      signal: new AbortController().signal,
    } as unknown as Parameters<typeof task>[0]);
  return { version, invoke, counted };
}

/** Returns the details of the first event with them, in the first recording of this test of Lambda as a task. */
function recordedDetails(name: string, details: string): Readonly<Record<string, unknown>> {
  const recording = recordings.find((one) => one.name.endsWith(`TestTaskServiceLambda::${name}`));
  return recording?.history.find((event) => event[details])?.[details] as Readonly<Record<string, unknown>>;
}

describe('a function as a task', () => {
  test('of type Event ends before the function runs, which then runs without the machine', async () => {
    const { version, invoke, counted } = await machineThatMay(
      `export const handler = async () => { throw new Error('x'); };`,
    );
    expect(await invoke(version, { InvocationType: 'Event' })).toEqual({ StatusCode: 202 });
    expect(counted).toEqual([executionArn]);
  });

  test('of type Event fails if there is no such function', async () => {
    const { version, invoke } = await machineThatMay('export const handler = async () => null;');
    await expect(invoke(`${version}0`, { InvocationType: 'Event' })).rejects.toMatchObject({
      error: 'Lambda.ResourceNotFoundException',
    });
  });

  test('returns the payload, the status and the version that ran', async () => {
    const { version, invoke } = await machineThatMay('export const handler = async (event) => ({ heard: event });');
    expect(await invoke(version, { Payload: { phase: 1 } })).toMatchObject({
      ExecutedVersion: '1',
      Payload: { heard: { phase: 1 } },
      StatusCode: 200,
    });
  });

  test('returns all that a recorded invocation on AWS returned', async () => {
    const { version, invoke } = await machineThatMay('export const handler = async () => ({});');
    const { output } = recordedDetails('test_invoke', 'taskSucceededEventDetails');
    const recorded = JSON.parse(JSON.stringify(output).replaceAll('"$LATEST"', '"1"'));
    expect(unlike(recorded, await invoke(version))).toBeUndefined();
  });

  test('is counted for its execution', async () => {
    const { version, invoke, counted } = await machineThatMay('export const handler = async () => 1;');
    await invoke(version);
    expect(counted).toEqual([executionArn]);
  });

  test('fails with its own error’s name and Lambda’s JSON as cause', async () => {
    const { version, invoke } = await machineThatMay(
      'export const handler = async () => { throw Object.assign(new Error("held"), { name: "FleetBusy" }); };',
    );
    const failure = await Promise.resolve(invoke(version)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ error: 'FleetBusy' });
    expect(JSON.parse(String((failure as { cause: unknown }).cause))).toMatchObject({
      errorType: 'FleetBusy',
      errorMessage: 'held',
    });
  });

  test('is refused and not counted if the machine’s role does not allow it', async () => {
    const { invoke, version, counted } = await machineThatMay('export const handler = async () => 1;');
    const latest = version.replace(/:1$/, '');
    await expect(Promise.resolve(invoke(latest))).rejects.toMatchObject({
      error: 'Lambda.AWSLambdaException',
      cause: expect.stringContaining(`not authorized to perform: lambda:InvokeFunction on resource: ${latest}`),
    });
    expect(counted).toEqual([]);
  });

  test('that does not exist fails with Lambda’s error name', async () => {
    const { invoke, version } = await machineThatMay('export const handler = async () => 1;');
    await expect(Promise.resolve(invoke(`${version}0`))).rejects.toMatchObject({
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringContaining(`Function not found: ${version}0 (Service: AWSLambda; Status Code: 404; `),
    });
  });

  test('that does not exist has the cause of a recorded execution on AWS', async () => {
    const { invoke, version } = await machineThatMay('export const handler = async () => 1;');
    const { cause } = recordedDetails('test_no_such_function', 'taskFailedEventDetails');
    const failure = await Promise.resolve(invoke(`${version}0`)).catch((error: unknown) => error);
    const recorded = String(cause).replace(/111111111111:function:.*:\$LATEST/, '000000000000:function:task:10');
    expect(unlike(recorded, (failure as { cause: string }).cause)).toBeUndefined();
  });

  test('refuses an unsupported argument', async () => {
    const { invoke, version } = await machineThatMay('export const handler = async () => 1;');
    await expect(Promise.resolve(invoke(version, { Qualifier: '1' }))).rejects.toThrow('Qualifier');
  });
});
