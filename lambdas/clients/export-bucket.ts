import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** The bucket of the history's export. Its Object Lock keeps every object; nothing here reads or deletes one. */
export type ExportBucket = {
  /** Puts an object, JSON if no other `type` is given. Does nothing if the key has one: equal keys have equal content. */
  put(key: string, text: string, type?: string): Promise<void>;
};

export const exportBucketOn = (s3: S3Client, Bucket: string): ExportBucket => ({
  put: async (Key, Body, ContentType = 'application/json') => {
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
