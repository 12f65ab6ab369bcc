import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { bucketAccount, DAY, START } from './bucket-account.ts';

let account = await bucketAccount();
beforeEach(async () => {
  await account.close();
  account = await bucketAccount();
});
afterAll(() => account.close());

const put = (Bucket: string, Key: string, Body: string, more: object = {}) =>
  account.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Bucket: string, Key: string, VersionId?: string) => {
  const { Body } = await account.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
};
const remove = (Bucket: string, Key: string, more: object = {}) =>
  account.client.send(new DeleteObjectCommand({ Bucket, Key, ...more }));
const versions = (Bucket: string, more: object = {}) =>
  account.client.send(new ListObjectVersionsCommand({ Bucket, ...more }));

describe('an object', () => {
  test('is returned as it was put, with its type and its metadata', async () => {
    await put('plain', 'folder/a b.json', '{"a":1}', { ContentType: 'application/json', Metadata: { kind: 'record' } });
    const found = await account.client.send(new GetObjectCommand({ Bucket: 'plain', Key: 'folder/a b.json' }));
    expect([await found.Body?.transformToString(), found.ContentType, found.Metadata]).toEqual([
      '{"a":1}',
      'application/json',
      { kind: 'record' },
    ]);
  });

  test('is stored as sent if its body is a stream, which travels in chunks with its checksum behind it', async () => {
    const Body = Readable.from([Buffer.from('one '), Buffer.from('two')]);
    await account.client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'a', Body, ContentLength: 7 }));
    expect(await get('plain', 'a')).toBe('one two');
  });

  test('has its size and version in HeadObject', async () => {
    const { VersionId } = await put('versioned', 'a', 'four');
    const head = await account.client.send(new HeadObjectCommand({ Bucket: 'versioned', Key: 'a' }));
    expect([head.ContentLength, head.VersionId]).toEqual([4, VersionId]);
  });

  test('that does not exist is NoSuchKey', async () => {
    await expect(get('plain', 'a')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('of a bucket that does not exist is NoSuchBucket', async () => {
    await expect(put('none', 'a', '1')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  test('with a wrong MD5 is refused', async () => {
    await expect(put('plain', 'a', 'text', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })).rejects.toMatchObject({
      name: 'BadDigest',
    });
  });

  test('with a wrong CRC32 is refused', async () => {
    await expect(put('plain', 'a', 'text', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
  });

  test('is refused if the key has an object and the put is conditional', async () => {
    await put('versioned', 'a', '1', { IfNoneMatch: '*' });
    await expect(put('versioned', 'a', '2', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
  });

  test('is taken by a conditional put if the key has only a delete marker', async () => {
    await put('versioned', 'a', '1');
    await remove('versioned', 'a');
    await put('versioned', 'a', '2', { IfNoneMatch: '*' });
    expect(await get('versioned', 'a')).toBe('2');
  });
});

describe('a versioned bucket', () => {
  test('keeps every version', async () => {
    const first = await put('versioned', 'a', '1');
    await put('versioned', 'a', '2');
    expect([await get('versioned', 'a', first.VersionId), await get('versioned', 'a')]).toEqual(['1', '2']);
  });

  test('lists versions by key, the newest of each first', async () => {
    const one = await put('versioned', 'b', '1');
    const two = await put('versioned', 'b', '2');
    const other = await put('versioned', 'a', '1');
    const { Versions = [] } = await versions('versioned');
    expect(Versions.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest])).toEqual([
      ['a', other.VersionId, true],
      ['b', two.VersionId, true],
      ['b', one.VersionId, false],
    ]);
  });

  test('marks a deletion, hides the object, and keeps its versions', async () => {
    const { VersionId } = await put('versioned', 'a', '1');
    const deleted = await remove('versioned', 'a');
    expect(deleted.DeleteMarker).toBe(true);
    await expect(get('versioned', 'a')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await get('versioned', 'a', VersionId)).toBe('1');
    expect((await versions('versioned')).DeleteMarkers?.[0]).toMatchObject({
      Key: 'a',
      VersionId: deleted.VersionId,
      IsLatest: true,
    });
  });

  test('removes a version that is named', async () => {
    const { VersionId } = await put('versioned', 'a', '1');
    await remove('versioned', 'a', { VersionId });
    expect((await versions('versioned')).Versions ?? []).toEqual([]);
  });

  test('lists versions a page at a time', async () => {
    for (const body of ['1', '2', '3']) await put('versioned', 'a', body);
    const first = await versions('versioned', { MaxKeys: 2 });
    const second = await versions('versioned', {
      MaxKeys: 2,
      KeyMarker: first.NextKeyMarker,
      VersionIdMarker: first.NextVersionIdMarker,
    });
    expect([first.IsTruncated, first.Versions?.length, second.IsTruncated, second.Versions?.length]).toEqual([
      true,
      2,
      false,
      1,
    ]);
  });
});

test('a bucket without versions keeps the newest object only', async () => {
  await put('plain', 'a', '1');
  await put('plain', 'a', '2');
  await remove('plain', 'a');
  await expect(get('plain', 'a')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('objects are listed by key under a prefix, a page at a time', async () => {
  for (const key of ['x/2', 'x/1', 'y/1', 'x/3']) await put('plain', key, '1');
  const list = (more: object) =>
    account.client.send(new ListObjectsV2Command({ Bucket: 'plain', Prefix: 'x/', ...more }));
  const first = await list({ MaxKeys: 2 });
  const second = await list({ MaxKeys: 2, ContinuationToken: first.NextContinuationToken });
  expect([first, second].map(({ Contents }) => Contents?.map(({ Key }) => Key))).toEqual([['x/1', 'x/2'], ['x/3']]);
});

describe('Object Lock', () => {
  test('keeps a version for the default time of its bucket', async () => {
    const { VersionId } = await put('locked', 'a', '1');
    await expect(remove('locked', 'a', { VersionId })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Access Denied because object protected by object lock.',
    });
    await account.pass(DAY);
    await remove('locked', 'a', { VersionId });
    expect((await versions('locked')).Versions ?? []).toEqual([]);
  });

  test('in mode GOVERNANCE lets a request delete a version if it bypasses the lock', async () => {
    const { VersionId } = await put('locked', 'a', '1');
    await remove('locked', 'a', { VersionId, BypassGovernanceRetention: true });
    expect(account.asked.map(({ action }) => action)).toContain('s3:BypassGovernanceRetention');
  });

  test('in mode GOVERNANCE refuses a bypass without the permission s3:BypassGovernanceRetention', async () => {
    const { VersionId } = await put('locked', 'a', '1');
    account.denied.add('s3:BypassGovernanceRetention');
    await expect(remove('locked', 'a', { VersionId, BypassGovernanceRetention: true })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  const compliance = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date(START + 10 * DAY) };

  test('of COMPLIANCE gives way to nobody', async () => {
    const { VersionId } = await put('locked', 'a', '1', compliance);
    await expect(remove('locked', 'a', { VersionId, BypassGovernanceRetention: true })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('does not forbid a delete marker', async () => {
    const { VersionId } = await put('locked', 'a', '1', compliance);
    await remove('locked', 'a');
    expect(await get('locked', 'a', VersionId)).toBe('1');
  });

  test('does not forbid a second version, which shows in the list', async () => {
    await put('locked', 'a', '1', compliance);
    await put('locked', 'a', 'forged');
    expect((await versions('locked')).Versions?.length).toBe(2);
  });

  test('is never shortened in COMPLIANCE, and may be made longer', async () => {
    await put('locked', 'a', '1', compliance);
    const retain = (days: number) =>
      account.client.send(
        new PutObjectRetentionCommand({
          Bucket: 'locked',
          Key: 'a',
          Retention: { Mode: 'COMPLIANCE', RetainUntilDate: new Date(START + days * DAY) },
          BypassGovernanceRetention: true,
        }),
      );
    await expect(retain(5)).rejects.toMatchObject({ name: 'AccessDenied' });
    await retain(20);
    const { Retention } = await account.client.send(new GetObjectRetentionCommand({ Bucket: 'locked', Key: 'a' }));
    expect(Retention).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: new Date(START + 20 * DAY) });
  });

  test('asks for the right to set a retention', async () => {
    await put('locked', 'a', '1', compliance);
    expect(account.asked.map(({ action }) => action)).toEqual(['s3:PutObject', 's3:PutObjectRetention']);
  });

  test('refuses an object without a checksum', async () => {
    const { service } = account;
    const request = { method: 'PUT', path: '/locked/a', headers: {}, body: Buffer.from('1') };
    const { status, body } = await service.handle(request, () => {}, { arn: 'ana' });
    expect([status, String(body)]).toEqual([
      400,
      expect.stringContaining(
        'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
      ),
    ]);
  });

  test('is refused for a bucket that does not have it', async () => {
    await expect(put('versioned', 'a', '1', compliance)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  test('says its default', async () => {
    const { ObjectLockConfiguration } = await account.client.send(
      new GetObjectLockConfigurationCommand({ Bucket: 'locked' }),
    );
    expect(ObjectLockConfiguration?.Rule?.DefaultRetention).toEqual({ Mode: 'GOVERNANCE', Days: 1 });
  });
});

describe('a bucket', () => {
  test('says whether it keeps versions', async () => {
    const status = async (Bucket: string) =>
      (await account.client.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    expect([await status('versioned'), await status('plain')]).toEqual(['Enabled', undefined]);
  });

  test('is found by its name and in the list', async () => {
    await account.client.send(new HeadBucketCommand({ Bucket: 'plain' }));
    const { Buckets } = await account.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['locked', 'plain', 'versioned']);
    expect(Buckets?.map(({ CreationDate }) => CreationDate)).toEqual([
      expect.any(Date),
      expect.any(Date),
      expect.any(Date),
    ]);
  });

  test('denies what its policy denies', async () => {
    account.service.putBucketPolicy('plain', {
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject*', Resource: 'arn:aws:s3:::plain/*' }],
    });
    await put('plain', 'a', '1');
    await expect(remove('plain', 'a')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('refuses a policy that allows, because the account would not judge it', () => {
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::plain/*' }];
    expect(() => account.service.putBucketPolicy('plain', { Statement })).toThrow('found one that allows');
  });
});

test('an action that the account does not have is refused by name', async () => {
  await expect(
    account.client.send(new ListPartsCommand({ Bucket: 'plain', Key: 'a', UploadId: '1' })),
  ).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining('with ?uploadId') });
});

test.each([
  ['GetObject', 's3:GetObject', () => get('versioned', 'a'), 'arn:aws:s3:::versioned/a'],
  ['GetObject of a version', 's3:GetObjectVersion', () => get('versioned', 'a', '1'), 'arn:aws:s3:::versioned/a'],
  ['DeleteObject', 's3:DeleteObject', () => remove('versioned', 'a'), 'arn:aws:s3:::versioned/a'],
  [
    'DeleteObject of a version',
    's3:DeleteObjectVersion',
    () => remove('versioned', 'a', { VersionId: '1' }),
    'arn:aws:s3:::versioned/a',
  ],
  ['ListObjectVersions', 's3:ListBucketVersions', () => versions('versioned'), 'arn:aws:s3:::versioned'],
])('%s asks IAM for %s', async (_, action, act, resource) => {
  await act().catch(() => {});
  expect(account.asked).toMatchObject([{ action, resource }]);
});
