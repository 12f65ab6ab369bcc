import { AwsError } from '../../wire/aws-error.ts';
import { bucketArn, type S3Action } from '../action.ts';
import { bucketNamed } from '../state.ts';
import { xmlResponse } from '../xml.ts';

/** Returns the default retention of a bucket. */
export const GetObjectLockConfiguration: S3Action = {
  needs: (request) => [{ action: 's3:GetBucketObjectLockConfiguration', resource: bucketArn(request) }],
  run: (state, { bucket }) => {
    const { lock } = bucketNamed(state, bucket);
    if (!lock)
      throw new AwsError(
        'ObjectLockConfigurationNotFoundError',
        'Object Lock configuration does not exist for this bucket',
        404,
      );
    return xmlResponse('ObjectLockConfiguration', {
      ObjectLockEnabled: 'Enabled',
      Rule: lock.defaults && { DefaultRetention: { Mode: lock.defaults.mode, Days: lock.defaults.days } },
    });
  },
};
