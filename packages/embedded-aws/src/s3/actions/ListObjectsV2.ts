import { bucketArn, type S3Action, type S3Request } from '../action.ts';
import { bucketNamed, newest } from '../state.ts';
import { xmlResponse } from '../xml.ts';

/** Lists the newest versions by key, a page at a time. A key whose newest version is a delete marker is left out. */
export const ListObjectsV2: S3Action = {
  needs: (request) => [listNeed(request, 's3:ListBucket')],
  run: (state, request) => {
    const { query, bucket: Name } = request;
    const bucket = bucketNamed(state, Name);
    const Prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const MaxKeys = pageSize(query);
    const keys = [...new Set(bucket.versions.map(({ key }) => key))]
      .filter((key) => key.startsWith(Prefix) && key > after && newest(bucket, key)?.content)
      .toSorted();
    const page = keys.slice(0, MaxKeys);
    return xmlResponse('ListBucketResult', {
      Name,
      Prefix,
      KeyCount: page.length,
      MaxKeys,
      IsTruncated: keys.length > page.length,
      NextContinuationToken: keys.length > page.length ? page.at(-1) : undefined,
      Contents: page.map((key) => {
        const version = newest(bucket, key);
        return {
          Key: key,
          LastModified: new Date(version?.lastModified ?? 0).toISOString(),
          ETag: version?.content?.etag,
          Size: version?.content?.body.length,
          StorageClass: 'STANDARD',
        };
      }),
    });
  },
};

/** IAM may allow a list under a prefix only. */
export const listNeed = (request: S3Request, action: string) => ({
  action,
  resource: bucketArn(request),
  keys: { 's3:prefix': request.query.get('prefix') ?? '' },
});

/** A page has at most 1,000 entries. */
export const pageSize = (query: URLSearchParams): number => Math.min(Number(query.get('max-keys') ?? 1000), 1000);
