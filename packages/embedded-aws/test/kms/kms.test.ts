import { expect, test } from 'vitest';
import { seeded } from '../../src/clock/random.ts';
import { kms } from '../../src/kms/kms.ts';
import { kmsResources } from '../../src/kms/resources.ts';

/** Makes a key whose policy allows these services to encrypt. */
async function keyFor(...services: string[]) {
  const keys = kms();
  const place = { random: seeded(1), region: 'eu-west-1', accountId: '000000000000' };
  const KeyPolicy = {
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
      ...services.map((Service) => ({
        Effect: 'Allow',
        Principal: { Service },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
      })),
    ],
  };
  const type = 'AWS::KMS::Key';
  const properties = { KeyPolicy, EnableKeyRotation: true };
  const made = await kmsResources(keys, place)[type]?.({ stack: 'app', logicalId: 'Key', type, properties });
  return { keys, made, arn: made?.attributes?.['Arn'] ?? '' };
}

test('the Ref of a key is its id', async () => {
  const { made } = await keyFor();
  expect(made?.ref).toMatch(/^[0-9a-f-]{36}$/);
  expect(made?.attributes).toEqual({
    Arn: `arn:aws:kms:eu-west-1:000000000000:key/${made?.ref}`,
    KeyId: made?.ref,
  });
});

test('a service may encrypt only with a key whose policy names it', async () => {
  const { keys, arn } = await keyFor('cloudwatch.amazonaws.com');
  expect(keys.letsEncrypt('cloudwatch.amazonaws.com', arn)).toBe(true);
  expect(keys.letsEncrypt('events.amazonaws.com', arn)).toBe(false);
});

test('an unknown key is an error that names it', () => {
  expect(() => kms().letsEncrypt('cloudwatch.amazonaws.com', 'arn:aws:kms:x')).toThrow(
    'There is no key arn:aws:kms:x.',
  );
});
