import type { S3Action } from '../action.ts';
import { bucketNamed, newest, type ObjectVersion } from '../state.ts';
import { xmlResponse } from '../xml.ts';
import { listNeed, pageSize } from './ListObjectsV2.ts';

/** Lists every version and delete marker by key, the newest of each key first, a page at a time. */
export const ListObjectVersions: S3Action = {
  needs: (request) => [listNeed(request, 's3:ListBucketVersions')],
  run: (state, { bucket: Name, query }) => {
    const bucket = bucketNamed(state, Name);
    const Prefix = query.get('prefix') ?? '';
    const MaxKeys = pageSize(query);
    const all = inOrder(bucket.versions).filter(({ key }) => key.startsWith(Prefix));
    const start = startOf(all, query.get('key-marker'), query.get('version-id-marker'));
    const page = all.slice(start, start + MaxKeys);
    const last = all.length > start + page.length ? page.at(-1) : undefined;
    const described = (version: ObjectVersion) => ({
      Key: version.key,
      VersionId: bucket.versioned ? version.versionId : 'null',
      IsLatest: newest(bucket, version.key) === version,
      LastModified: new Date(version.lastModified).toISOString(),
    });
    return xmlResponse('ListVersionsResult', {
      Name,
      Prefix,
      MaxKeys,
      IsTruncated: last !== undefined,
      NextKeyMarker: last?.key,
      NextVersionIdMarker: last?.versionId,
      Version: page.flatMap((version) =>
        version.content
          ? [
              {
                ...described(version),
                ETag: version.content.etag,
                Size: version.content.body.length,
                StorageClass: 'STANDARD',
              },
            ]
          : [],
      ),
      DeleteMarker: page.filter(({ content }) => content === undefined).map(described),
    });
  },
};

/** By key; the versions of a key from the newest to the oldest. */
const inOrder = (versions: readonly ObjectVersion[]): ObjectVersion[] =>
  versions.toReversed().toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));

/** The place after the version that the last page ended with. */
function startOf(all: readonly ObjectVersion[], key: string | null, versionId: string | null): number {
  if (key === null) return 0;
  const last = all.findIndex((one) => one.key === key && one.versionId === versionId);
  if (last !== -1) return last + 1;
  const next = all.findIndex((one) => one.key > key);
  return next === -1 ? all.length : next;
}
