import type { HttpResponse } from '../../wire/http-service.ts';
import { header, objectNeed, type S3Action, type S3Request, versionIdOf } from '../action.ts';
import { retentionHeaders } from '../retention.ts';
import { bucketNamed, type S3State, versionOf } from '../state.ts';

/** Returns an object's newest version, or the version that the request names. */
export const GetObject: S3Action = {
  needs: (request) => [objectNeed(request, 'GetObject')],
  run: (state, request) => objectResponse(state, request),
};

/** Returns the response of GetObject; HeadObject leaves out the body. */
export function objectResponse(state: S3State, request: S3Request): HttpResponse {
  const bucket = bucketNamed(state, request.bucket);
  const version = versionOf(bucket, request.key, versionIdOf(request));
  const { body, etag, contentType, headers } = version.content;
  const withChecksums = header(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const shown = Object.entries(headers).filter(([name]) => withChecksums || !name.startsWith('x-amz-checksum-'));
  return {
    status: 200,
    headers: {
      'content-type': contentType,
      'content-length': String(body.length),
      'last-modified': new Date(version.lastModified).toUTCString(),
      etag,
      ...(bucket.versioned ? { 'x-amz-version-id': version.versionId } : {}),
      ...retentionHeaders(version),
      ...Object.fromEntries(shown),
    },
    body,
  };
}
