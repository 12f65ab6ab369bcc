import type { Action, Surroundings } from '../../wire/service.ts';

/**
 * Returns the one trail like which the account behaves: EventBridge has events of API calls only if a trail logs them.
 *
 * It is an organization's, which a member account sees and whose bucket is in another account.
 */
export const DescribeTrails: Action<Surroundings, object, unknown> = {
  needs: () => [{ action: 'cloudtrail:DescribeTrails', resource: '*' }],
  run: ({ region }) => ({
    trailList: [
      {
        Name: 'organization',
        S3BucketName: 'trail-of-the-organization',
        IncludeGlobalServiceEvents: true,
        IsMultiRegionTrail: true,
        HomeRegion: region,
        TrailARN: `arn:aws:cloudtrail:${region}:${ORGANIZATION}:trail/organization`,
        LogFileValidationEnabled: true,
        HasCustomEventSelectors: false,
        HasInsightSelectors: false,
        IsOrganizationTrail: true,
      },
    ],
  }),
};

/** The management account of the organization. */
const ORGANIZATION = '999999999999';
