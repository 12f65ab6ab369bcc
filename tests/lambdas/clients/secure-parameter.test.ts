import type { SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, expect, test } from 'vitest';
import { secureParameterOn } from '../../../lambdas/clients/secure-parameter.ts';

let asked: unknown[];
let time: number;
beforeEach(() => {
  asked = [];
  time = 0;
});
const read = (respond: () => unknown) => {
  const send = async ({ input }: { readonly input: unknown }) => {
    asked.push(input);
    return respond();
  };
  return secureParameterOn({ send } as unknown as SSMClient, '/rollback/pager', () => time);
};

test('is read decrypted, and kept for five minutes', async () => {
  const key = read(() => ({ Parameter: { Value: 'key' } }));
  expect([await key(), await key()]).toEqual(['key', 'key']);
  expect(asked).toEqual([{ Name: '/rollback/pager', WithDecryption: true }]);
  time = 5 * 60_000;
  await key();
  expect(asked).toHaveLength(2);
});

test('that does not exist is an error with the command that stores it', async () => {
  const missing = read(() => {
    throw Object.assign(new Error('x'), { name: 'ParameterNotFound' });
  });
  await expect(missing()).rejects.toThrow(
    'aws ssm put-parameter --type SecureString --name /rollback/pager --value KEY',
  );
});

test('that is empty is an error', async () => {
  await expect(read(() => ({ Parameter: { Value: '' } }))()).rejects.toThrow('The parameter /rollback/pager is empty');
});
