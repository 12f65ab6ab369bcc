import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Puts a page into the bucket of the export. An object that is there gets a new version. */
export type PutPage = (key: string, html: string) => Promise<void>;

export const putPageOn =
  (s3: S3Client, Bucket: string): PutPage =>
  async (Key, Body) => {
    await s3.send(
      new PutObjectCommand({
        ...{ Bucket, Key, Body, ContentType: 'text/html; charset=utf-8' },
        ChecksumAlgorithm: 'SHA256', // a bucket with Object Lock takes an object only with its checksum
      }),
    );
  };
