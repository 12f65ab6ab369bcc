import type { S3Action } from '../action.ts';
import { xmlResponse } from '../xml.ts';

/** Lists the account's buckets by name. The AWS CLI needs the dates of their creation. */
export const ListBuckets: S3Action = {
  needs: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  run: ({ buckets, surroundings }) =>
    xmlResponse('ListAllMyBucketsResult', {
      Owner: { ID: surroundings.accountId, DisplayName: 'embedded' },
      Buckets: {
        Bucket: [...buckets.values()]
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
          .map(({ name, createdAt }) => ({ Name: name, CreationDate: new Date(createdAt).toISOString() })),
      },
    }),
};
