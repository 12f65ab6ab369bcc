import { type ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { archiveBucketOn } from '../../../lambdas/clients/archive-bucket.ts';

function listing(Contents: readonly { Key: string }[] | undefined) {
  const sent: ListObjectsV2Command['input'][] = [];
  const client = Object.assign(Object.create(S3Client.prototype) as S3Client, {
    send: async ({ input }: ListObjectsV2Command) => {
      sent.push(input);
      return { Contents };
    },
  });
  return { sent, bucket: archiveBucketOn(client, 'exports') };
}

test.each([
  ['is there', [{ Key: 'metrics/a.jsonl' }], true],
  ['is absent', undefined, false],
])('a key that %s is found by a list', async (_, Contents, found) => {
  const { sent, bucket } = listing(Contents);
  expect(await bucket.has('metrics/a.jsonl')).toBe(found);
  expect(sent).toEqual([{ Bucket: 'exports', Prefix: 'metrics/a.jsonl', MaxKeys: 1 }]);
});
