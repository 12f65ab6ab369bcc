import { uuid } from '../../clock/random.ts';
import { objectArn, objectNeed, type S3Action, versionIdOf } from '../action.ts';
import { bypasses, checkUnlocked } from '../retention.ts';
import { bucketNamed } from '../state.ts';

/**
 * Deletes the version that the request names, unless a retention forbids it. Without a version, a versioned bucket gets
 * a delete marker, which no retention forbids (S3 user guide, "Managing delete markers with Object Lock").
 */
export const DeleteObject: S3Action = {
  needs: (request) => [
    objectNeed(request, 'DeleteObject'),
    ...(bypasses(request) ? [{ action: 's3:BypassGovernanceRetention', resource: objectArn(request) }] : []),
  ],

  run: (state, request) => {
    const { clock, random } = state.surroundings;
    const bucket = bucketNamed(state, request.bucket);
    const { key } = request;
    const versionId = versionIdOf(request);
    const named = bucket.versions.find((one) => one.key === key && (!bucket.versioned || one.versionId === versionId));
    if (named) {
      checkUnlocked(named, request, clock.now());
      bucket.versions.splice(bucket.versions.indexOf(named), 1);
      const marker = named.content ? {} : { 'x-amz-delete-marker': 'true' };
      return { status: 204, headers: { ...(versionId ? { 'x-amz-version-id': versionId } : {}), ...marker }, body: '' };
    }
    if (versionId !== undefined || !bucket.versioned) return { status: 204, headers: {}, body: '' };
    const marker = uuid(random, `s3/version/${state.puts++}`).replaceAll('-', '');
    bucket.versions.push({ key, versionId: marker, lastModified: clock.now(), retention: undefined });
    return { status: 204, headers: { 'x-amz-version-id': marker, 'x-amz-delete-marker': 'true' }, body: '' };
  },
};
