import type { S3Action } from '../action.ts';
import { xmlResponse } from '../xml.ts';

/** Lists the account's buckets by name. */
export const ListBuckets: S3Action = {
  needs: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  run: ({ buckets, surroundings }) =>
    xmlResponse('ListAllMyBucketsResult', {
      Owner: { ID: surroundings.accountId, DisplayName: 'embedded' },
      Buckets: { Bucket: [...buckets.keys()].toSorted().map((Name) => ({ Name })) },
    }),
};
