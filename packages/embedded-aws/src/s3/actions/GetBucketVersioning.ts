import { bucketArn, type S3Action } from '../action.ts';
import { bucketNamed } from '../state.ts';
import { xmlResponse } from '../xml.ts';

/** Returns whether a bucket keeps versions. */
export const GetBucketVersioning: S3Action = {
  needs: (request) => [{ action: 's3:GetBucketVersioning', resource: bucketArn(request) }],
  run: (state, { bucket }) =>
    xmlResponse('VersioningConfiguration', { Status: bucketNamed(state, bucket).versioned ? 'Enabled' : undefined }),
};
