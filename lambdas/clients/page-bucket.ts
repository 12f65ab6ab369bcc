import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Puts a page into the bucket of the export. An object that is there gets a new version, or stays as it is with `if-none`. */
export type PutPage = (key: string, html: string, over?: 'if-none') => Promise<void>;

export const putPageOn =
  (s3: S3Client, Bucket: string): PutPage =>
  async (Key, Body, over) => {
    const put = new PutObjectCommand({
      ...{ Bucket, Key, Body, ContentType: 'text/html; charset=utf-8' },
      ...(over === 'if-none' ? { IfNoneMatch: '*' } : {}),
      ChecksumAlgorithm: 'SHA256', // a bucket with Object Lock takes an object only with its checksum
    });
    await s3.send(put).catch((error: Error) => {
      if (over !== 'if-none' || error.name !== 'PreconditionFailed') throw error;
    });
  };
