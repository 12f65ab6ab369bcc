import * as z from 'zod';
import { uuid } from '../clock/random.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { Surroundings } from '../wire/service.ts';
import type { Kms } from './kms.ts';

/** Returns the makers of keys and aliases. Rotation has no effect, and no action looks up an alias. */
export const kmsResources = (
  kms: Kms,
  { random, region, accountId }: Pick<Surroundings, 'random' | 'region' | 'accountId'>,
): Record<string, ResourceMaker> => ({
  'AWS::KMS::Key': ({ stack, logicalId, properties }) => {
    const { KeyPolicy } = propertiesAs(key, properties);
    const id = uuid(random, `kms/key/${stack}/${logicalId}`);
    const arn = `arn:aws:kms:${region}:${accountId}:key/${id}`;
    kms.createKey(arn, KeyPolicy);
    return { ref: id, attributes: { Arn: arn, KeyId: id } };
  },

  'AWS::KMS::Alias': ({ properties }) => ({ ref: propertiesAs(alias, properties).AliasName }),
});

const key = z.strictObject({
  Description: z.string().optional(),
  EnableKeyRotation: z.boolean().optional(),
  KeyPolicy: z.unknown(),
  Tags: z.unknown().optional(),
});

const alias = z.strictObject({ AliasName: z.string().startsWith('alias/'), TargetKeyId: z.string() });
