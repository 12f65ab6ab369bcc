import { AwsError } from '../wire/aws-error.ts';
import type { S3Action, S3Request } from './action.ts';
import { DeleteObject } from './actions/DeleteObject.ts';
import { GetBucketVersioning } from './actions/GetBucketVersioning.ts';
import { GetObject } from './actions/GetObject.ts';
import { GetObjectLockConfiguration } from './actions/GetObjectLockConfiguration.ts';
import { GetObjectRetention } from './actions/GetObjectRetention.ts';
import { HeadBucket } from './actions/HeadBucket.ts';
import { HeadObject } from './actions/HeadObject.ts';
import { ListBuckets } from './actions/ListBuckets.ts';
import { ListObjectsV2 } from './actions/ListObjectsV2.ts';
import { ListObjectVersions } from './actions/ListObjectVersions.ts';
import { PutObject } from './actions/PutObject.ts';
import { PutObjectRetention } from './actions/PutObjectRetention.ts';

/** The actions that S3 has here, by AWS's names. */
export const actions = {
  DeleteObject,
  GetBucketVersioning,
  GetObject,
  GetObjectLockConfiguration,
  GetObjectRetention,
  HeadBucket,
  HeadObject,
  ListBuckets,
  ListObjectVersions,
  ListObjectsV2,
  PutObject,
  PutObjectRetention,
};

/** Subresources in the query that make another action of a request: `GET /bucket?versions`. */
const subresources = ['object-lock', 'retention', 'versioning', 'versions', 'list-type'];

/** Queries that change nothing about which action is meant. */
const plain =
  /^(x-id|versionId|prefix|start-after|continuation-token|max-keys|key-marker|version-id-marker|encoding-type|delimiter|fetch-owner|list-type)$/;

/** By method, what the path names, and subresource. */
const routes: Readonly<Record<string, keyof typeof actions>> = {
  'GET account': 'ListBuckets',
  'HEAD bucket': 'HeadBucket',
  'GET bucket list-type': 'ListObjectsV2',
  'GET bucket versions': 'ListObjectVersions',
  'GET bucket versioning': 'GetBucketVersioning',
  'GET bucket object-lock': 'GetObjectLockConfiguration',
  'PUT object': 'PutObject',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'DELETE object': 'DeleteObject',
  'GET object retention': 'GetObjectRetention',
  'PUT object retention': 'PutObjectRetention',
};

/** Returns the action that a request means. Throws for one that the account does not have, by name. */
export function actionOf(method: string, { bucket, key, query }: S3Request): { name: string; action: S3Action } {
  const place = key !== '' ? 'object' : bucket !== '' ? 'bucket' : 'account';
  const subresource = subresources.find((one) => query.has(one)) ?? '';
  const unknown = [...query.keys()].find((name) => !plain.test(name) && !subresources.includes(name));
  const name = routes[`${method} ${place} ${subresource}`.trim()];
  if (!name || unknown || query.get('delimiter'))
    throw new AwsError(
      'NotImplemented',
      `The embedded account has no ${method} of ${place === 'account' ? 'the account' : `an S3 ${place}`}${unknown || subresource ? ` with ?${unknown ?? subresource}` : ''}; it has ${Object.keys(actions).join(', ')}.`,
      501,
    );
  return { name, action: actions[name] };
}
