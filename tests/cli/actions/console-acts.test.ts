import { expect, test } from 'vitest';
import type { Connected } from '../../../cli/account/clients.ts';
import { rightsReader } from '../../../cli/actions/console-acts.ts';

/** A connection whose Step Functions refuses every start with an error. */
function refusing(name: string, message = name) {
  const inputs: string[] = [];
  const connection = {
    ...{ name: 'production', environment: { account: '1', region: 'r' }, profile: undefined },
    arnOf: (machine: string) => `arn:aws:states:r:1:stateMachine:rollback-production-${machine}`,
    stepFunctions: {
      send: async ({ input }: { input: { input: string } }) => {
        inputs.push(input.input);
        throw Object.assign(new Error(message), { name });
      },
    },
  } as unknown as Connected;
  return { inputs, connection };
}

test('a caller may act if only the input is refused, which no start can have', async () => {
  const { inputs, connection } = refusing('InvalidExecutionInput');
  expect(await rightsReader(connection)({ act: 'answer' })).toEqual({ allowed: true, why: null });
  expect(() => JSON.parse(inputs[0] ?? '{}')).toThrow();
});

test('a caller without the right may not, and reads why', async () => {
  const arn = 'arn:aws:states:r:1:stateMachine:rollback-production-decide';
  const { connection } = refusing(
    'AccessDeniedException',
    `not authorized to perform: states:StartExecution on resource: ${arn}`,
  );
  expect(await rightsReader(connection)({ act: 'answer' })).toEqual({
    allowed: false,
    why: expect.stringMatching(
      /^No permission to start rollback-production-decide, which .*-operator and .*-approver allow/,
    ),
  });
});

test('what is not known is no right, and is asked again', async () => {
  const { inputs, connection } = refusing('ThrottlingException');
  const rights = rightsReader(connection);
  await expect(rights({ act: 'answer' })).rejects.toThrow('ThrottlingException');
  await expect(rights({ act: 'answer' })).rejects.toThrow('ThrottlingException');
  expect(inputs).toHaveLength(2);
  expect(() => rights({ act: 'x' })).toThrow('There is no act "x".');
});
