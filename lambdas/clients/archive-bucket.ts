import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { type ExportBucket, exportBucketOn } from './export-bucket.ts';

/** The archive of metrics in the bucket of the export. */
export type ArchiveBucket = ExportBucket & {
  /** Returns true if an object's key begins so. */
  has(prefix: string): Promise<boolean>;
};

export const archiveBucketOn = (s3: S3Client, Bucket: string): ArchiveBucket => ({
  ...exportBucketOn(s3, Bucket),
  // HeadObject would need the right to read the object, and without a right to list it does not say that there is none.
  has: async (Prefix) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }));
    return Contents.length > 0;
  },
});
