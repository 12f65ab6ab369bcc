import type { Policy } from '../iam/policy.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Surroundings } from '../wire/service.ts';

/** A retention as Object Lock has it: until then, this version is neither deleted nor given a shorter retention. */
export type Retention = { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly until: number };

/** One version of an object, or the marker that a deletion left. */
export type ObjectVersion = {
  readonly key: string;
  readonly versionId: string;
  /** Epoch milliseconds. */
  readonly lastModified: number;
  /** Undefined: a delete marker. */
  readonly content?: {
    readonly body: Buffer;
    readonly etag: string;
    readonly contentType: string;
    /** User metadata and checksums by their headers, in lower case. */
    readonly headers: Readonly<Record<string, string>>;
  };
  retention: Retention | undefined;
};

export type Bucket = {
  readonly name: string;
  readonly versioned: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Object Lock is on; `defaults` apply to an object that is put without a retention of its own. */
  readonly lock: { readonly defaults?: { readonly mode: Retention['mode']; readonly days: number } } | undefined;
  policy: Policy | undefined;
  /** Oldest first, of all keys. */
  readonly versions: ObjectVersion[];
};

export type S3State = { readonly surroundings: Surroundings; readonly buckets: Map<string, Bucket>; puts: number };

/** Throws NoSuchBucket. */
export function bucketNamed({ buckets }: S3State, name: string): Bucket {
  const bucket = buckets.get(name);
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  return bucket;
}

/** Returns the newest version of a key, which may be a delete marker; undefined if there never was one. */
export const newest = ({ versions }: Bucket, key: string): ObjectVersion | undefined =>
  versions.findLast((version) => version.key === key);

/** A version that has content. */
export type StoredVersion = ObjectVersion & Required<Pick<ObjectVersion, 'content'>>;
const isStored = (version: ObjectVersion): version is StoredVersion => version.content !== undefined;

/** Returns the version that a request names, the newest without a name. Throws as GetObject and HeadObject do. */
export function versionOf(bucket: Bucket, key: string, versionId: string | undefined): StoredVersion {
  const found =
    versionId === undefined
      ? newest(bucket, key)
      : bucket.versions.find((version) => version.key === key && version.versionId === versionId);
  if (found && isStored(found)) return found;
  if (found && versionId !== undefined)
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  if (versionId !== undefined) throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
  throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
}
