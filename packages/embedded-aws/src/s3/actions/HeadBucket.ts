import { bucketArn, type S3Action } from '../action.ts';
import { bucketNamed } from '../state.ts';

/** Returns 200 if the bucket exists. IAM asks for `s3:ListBucket`. */
export const HeadBucket: S3Action = {
  needs: (request) => [{ action: 's3:ListBucket', resource: bucketArn(request) }],
  run: (state, { bucket }) => {
    bucketNamed(state, bucket);
    return { status: 200, headers: { 'x-amz-bucket-region': state.surroundings.region }, body: '' };
  },
};
