import { exportBucket } from '../../domain/history/export.ts';
import type { ExportedVersion } from '../../domain/history/verify-history.ts';
import type { Connected } from './clients.ts';

/** Reads the export of an environment's history from its bucket. The client is loaded when the first call is made. */
export function exportBucketOf({ name, environment, settings }: Pick<Connected, 'name' | 'environment' | 'settings'>) {
  const Bucket = exportBucket(name, environment);
  const load = async () => {
    const s3 = await import('@aws-sdk/client-s3');
    // An embedded account has one address for all buckets.
    return { s3, client: new s3.S3Client({ ...settings, forcePathStyle: environment.endpoint !== undefined }) };
  };
  let loaded: ReturnType<typeof load> | undefined;
  const connected = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    Bucket,
    /** Lists every version and delete marker, page by page in the order of their keys. A bucket that is missing is empty. */
    async *versions(): AsyncIterable<ExportedVersion> {
      const { s3, client } = await connected();
      let after: { KeyMarker?: string; VersionIdMarker?: string } = {};
      for (;;) {
        const page = await client.send(new s3.ListObjectVersionsCommand({ Bucket, ...after })).catch(ifMissing);
        if (!page) return;
        const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
        yield* Versions.map(({ Key = '' }) => ({ key: Key, deleted: false }));
        yield* DeleteMarkers.map(({ Key = '' }) => ({ key: Key, deleted: true }));
        if (!IsTruncated) return;
        after = {
          ...(NextKeyMarker === undefined ? {} : { KeyMarker: NextKeyMarker }),
          ...(NextVersionIdMarker === undefined ? {} : { VersionIdMarker: NextVersionIdMarker }),
        };
      }
    },
    /** Returns the objects of those keys that exist, in their order. Sixteen are read at once. */
    async *texts(keys: readonly string[]): AsyncIterable<{ readonly key: string; readonly text: string }> {
      const { s3, client } = await connected();
      const read = async (Key: string) => {
        const found = await client.send(new s3.GetObjectCommand({ Bucket, Key })).catch(ifAbsent);
        return { key: Key, text: await found?.Body?.transformToString() };
      };
      for (let from = 0; from < keys.length; from += 16)
        for (const { key, text } of await Promise.all(keys.slice(from, from + 16).map(read)))
          if (text !== undefined) yield { key, text };
    },
    text: async (Key: string): Promise<string> => {
      const { s3, client } = await connected();
      const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    },
  };
}

function ifAbsent(error: Error): undefined {
  if (!['NoSuchKey', 'NoSuchBucket', 'AccessDenied'].includes(error.name)) throw error;
}

/** Without its bucket nothing is exported, and the verification reports that. */
function ifMissing(error: Error): undefined {
  if (error.name !== 'NoSuchBucket') throw error;
}
