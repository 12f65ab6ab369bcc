import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** The reports and their evidence, in the bucket of the export, which keeps every object. Nothing here reads one. */
export type ReportsBucket = {
  /** Puts an object. Does nothing if the key has one: equal keys have equal content. */
  put(key: string, text: string, type: string): Promise<void>;
};

export const reportsBucketOn = (s3: S3Client, Bucket: string): ReportsBucket => ({
  put: async (Key, Body, ContentType) => {
    const put = new PutObjectCommand({
      ...{ Bucket, Key, Body, ContentType, IfNoneMatch: '*' },
      // A bucket with Object Lock takes an object only with its checksum.
      ChecksumAlgorithm: 'SHA256',
    });
    await s3.send(put).catch((error: Error) => {
      if (error.name !== 'PreconditionFailed') throw error;
    });
  },
});
