import { ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { executionErrorOn } from '../../../lambdas/clients/execution-error.ts';

/** Returns the error of an execution that Step Functions describes so. */
const errorOf = (describe: () => unknown) =>
  executionErrorOn({ send: async () => describe() } as unknown as SFNClient)('arn:one');
const throws = (error: Error) => () => {
  throw error;
};

test('returns the error of an execution', async () => {
  expect(await errorOf(() => ({ error: 'NeedsAPerson' }))).toBe('NeedsAPerson');
});

test('an execution that was deleted with its machine has none, so its failure is counted', async () => {
  expect(await errorOf(throws(new ExecutionDoesNotExist({ message: '', $metadata: {} })))).toBeNull();
});

test('an outage is no answer', async () => {
  await expect(errorOf(throws(new Error('ThrottlingException')))).rejects.toThrow('ThrottlingException');
});
