import { AwsError } from '../../wire/aws-error.ts';
import { objectArn, type S3Action, versionIdOf } from '../action.ts';
import { bucketNamed, versionOf } from '../state.ts';
import { xmlResponse } from '../xml.ts';

/** Returns the retention of a version. */
export const GetObjectRetention: S3Action = {
  needs: (request) => [{ action: 's3:GetObjectRetention', resource: objectArn(request) }],
  run: (state, request) => {
    const { retention } = versionOf(bucketNamed(state, request.bucket), request.key, versionIdOf(request));
    if (!retention)
      throw new AwsError(
        'NoSuchObjectLockConfiguration',
        'The specified object does not have a ObjectLock configuration',
        404,
      );
    return xmlResponse('Retention', {
      Mode: retention.mode,
      RetainUntilDate: new Date(retention.until).toISOString(),
    });
  },
};
