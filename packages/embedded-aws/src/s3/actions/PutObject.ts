import { createHash } from 'node:crypto';
import { uuid } from '../../clock/random.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { header, objectArn, type S3Action, type S3Request } from '../action.ts';
import { checkChecksums, checksumHeaders } from '../checksum.ts';
import { retentionOf } from '../retention.ts';
import { bucketNamed, newest, type ObjectVersion, type S3State } from '../state.ts';

/** Stores an object as the newest version of its key. `If-None-Match: *` refuses a key that has an object. */
export const PutObject: S3Action = {
  needs: (request) => {
    const mode = header(request, 'x-amz-object-lock-mode');
    const condition = header(request, 'if-none-match');
    const keys = {
      ...(mode ? { 's3:object-lock-mode': mode } : {}),
      ...(condition ? { 's3:if-none-match': condition } : {}),
    };
    const actions = ['s3:PutObject', ...(mode ? ['s3:PutObjectRetention'] : [])];
    return actions.map((action) => ({ action, resource: objectArn(request), keys }));
  },

  run: (state, request) => {
    const bucket = bucketNamed(state, request.bucket);
    checkChecksums(request);
    const current = newest(bucket, request.key);
    checkCondition(request, current);
    const version = versionMade(state, request, retentionOf(bucket, request, state.surroundings.clock.now()));
    if (!bucket.versioned && current) bucket.versions.splice(bucket.versions.indexOf(current), 1);
    bucket.versions.push(version);
    return {
      status: 200,
      headers: {
        etag: version.content.etag,
        ...(bucket.versioned ? { 'x-amz-version-id': version.versionId } : {}),
        ...Object.fromEntries(checksumHeaders(request)),
      },
      body: '',
    };
  },
};

function checkCondition(request: S3Request, current: ObjectVersion | undefined): void {
  const condition = header(request, 'if-none-match');
  if (condition === undefined) return;
  if (condition !== '*')
    throw new AwsError('NotImplemented', 'The embedded account takes If-None-Match with * only.', 501);
  // A delete marker is no object: the key may be written again (S3 user guide, "Conditional writes").
  if (current?.content)
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
}

function versionMade(state: S3State, request: S3Request, retention: ObjectVersion['retention']) {
  const { clock, random } = state.surroundings;
  const metadata = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-meta-'));
  return {
    key: request.key,
    versionId: uuid(random, `s3/version/${state.puts++}`).replaceAll('-', ''),
    lastModified: clock.now(),
    content: {
      body: request.body,
      etag: `"${createHash('md5').update(request.body).digest('hex')}"`,
      contentType: header(request, 'content-type') ?? 'binary/octet-stream',
      headers: Object.fromEntries([
        ...metadata.map((name) => [name, header(request, name) ?? ''] as const),
        ...checksumHeaders(request),
      ]),
    },
    retention,
  };
}
