import { describe, expect, test } from 'vitest';
import { StartExecution } from '../../../src/states/actions/StartExecution.ts';
import { TestAccount } from '../account.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:m';
const caller = { arn: 'arn:aws:iam::000000000000:user/ana' };
const waiting = { States: { W: { Type: 'Wait', Seconds: 60, End: true } } };

const account = () => {
  const made = new TestAccount();
  made.create(waiting);
  return made;
};
const start = async ({ states }: TestAccount, request: object) =>
  StartExecution.run(states, { stateMachineArn, ...request }, caller);
const code = (code: string) => expect.objectContaining({ code });

describe('StartExecution', () => {
  test('returns the ARN and the start in seconds', async () => {
    expect(await start(account(), { name: 'e-1' })).toEqual({
      executionArn: 'arn:aws:states:eu-west-1:000000000000:execution:m:e-1',
      startDate: 1767225600,
    });
  });

  test('needs states:StartExecution on the machine', () => {
    expect(StartExecution.needs(account().states, { stateMachineArn })).toEqual([
      { action: 'states:StartExecution', resource: stateMachineArn },
    ]);
  });

  test('generates a new UUID as name, the same for the same seed', async () => {
    const first = account();
    const names = [await start(first, {}), await start(first, {})].map(({ executionArn }) =>
      executionArn?.split(':').at(-1),
    );
    expect(names[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(names[1]).not.toBe(names[0]);
    expect((await start(account(), {})).executionArn).toContain(names[0]);
  });

  test('uses {} if there is no input', async () => {
    const made = account();
    const { executionArn = '' } = await start(made, {});
    expect(made.states.execution(executionArn).input.text).toBe('{}');
  });

  test('returns the running execution for the same name and input', async () => {
    const made = account();
    const first = await start(made, { name: 'e', input: '{"a":1}' });
    await made.pass(10);
    expect(await start(made, { name: 'e', input: '{"a":1}' })).toEqual(first);
    expect(made.states.executions.size).toBe(1);
  });

  test('refuses the same name with another input with ExecutionAlreadyExists', async () => {
    const made = account();
    await start(made, { name: 'e', input: '{"a":1}' });
    await expect(start(made, { name: 'e', input: '{"a":2}' })).rejects.toThrow(code('ExecutionAlreadyExists'));
  });

  test('refuses the name of an ended execution with ExecutionAlreadyExists, also for the same input', async () => {
    const made = account();
    await start(made, { name: 'e', input: '{}' });
    await made.pass(61);
    await expect(start(made, { name: 'e', input: '{}' })).rejects.toThrow(code('ExecutionAlreadyExists'));
  });

  test('refuses input that is not JSON with InvalidExecutionInput', async () => {
    await expect(start(account(), { input: '{a' })).rejects.toThrow(code('InvalidExecutionInput'));
  });

  test('refuses input over 256 KiB', async () => {
    await expect(start(account(), { input: `"${'x'.repeat(262_143)}"` })).rejects.toThrow(code('ValidationException'));
  });

  test('refuses an unknown machine with StateMachineDoesNotExist', async () => {
    await expect(start(account(), { stateMachineArn: `${stateMachineArn}2` })).rejects.toThrow(
      code('StateMachineDoesNotExist'),
    );
  });

  test('refuses a value that is not an ARN with InvalidArn', async () => {
    await expect(start(account(), { stateMachineArn: 'm' })).rejects.toThrow(code('InvalidArn'));
  });

  test.each(['a b', 'a/b', 'a:b', 'a*', '', 'x'.repeat(81)])('refuses the name %j with InvalidName', async (name) => {
    await expect(start(account(), { name })).rejects.toThrow(code('InvalidName'));
  });

  test('accepts a name of 80 characters with dots and dashes', async () => {
    expect(await start(account(), { name: `a.b-c_d${'x'.repeat(73)}` })).toHaveProperty('executionArn');
  });
});
