import { type PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { exportBucketOn } from '../../../lambdas/clients/export-bucket.ts';

const answering = (answer: () => Promise<unknown>) => {
  const sent: PutObjectCommand['input'][] = [];
  const client = Object.assign(Object.create(S3Client.prototype) as S3Client, {
    send: async ({ input }: PutObjectCommand) => {
      sent.push(input);
      return answer();
    },
  });
  return { sent, bucket: exportBucketOn(client, 'exports') };
};
const failing = (name: string) => answering(() => Promise.reject(Object.assign(new Error(name), { name })));

test('an object is put only where none is, with a checksum, which Object Lock demands', async () => {
  const { sent, bucket } = answering(async () => ({}));
  await bucket.put('links/a.json', '{}');
  expect(sent).toEqual([
    {
      Bucket: 'exports',
      Key: 'links/a.json',
      Body: '{}',
      ContentType: 'application/json',
      IfNoneMatch: '*',
      ChecksumAlgorithm: 'SHA256',
    },
  ]);
});

test('a key that has an object is exported already', async () => {
  await expect(failing('PreconditionFailed').bucket.put('a', '{}')).resolves.toBeUndefined();
});

test('any other error fails the run, so that the next one repeats it', async () => {
  await expect(failing('AccessDenied').bucket.put('a', '{}')).rejects.toThrow('AccessDenied');
});
