import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../wire/aws-error.ts';
import { header, type S3Request } from './action.ts';

const hash = (algorithm: string) => (body: Buffer) => createHash(algorithm).update(body).digest('base64');

function crc32Base64(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

/** The checksums that the account verifies, by header. SDKs send CRC32 unless told otherwise. */
const checksums: Readonly<Record<string, (body: Buffer) => string>> = {
  'content-md5': hash('md5'),
  'x-amz-checksum-crc32': crc32Base64,
  'x-amz-checksum-sha1': hash('sha1'),
  'x-amz-checksum-sha256': hash('sha256'),
};

/** Throws if a checksum of the request is not the body's, or is of an algorithm that the account does not have. */
export function checkChecksums(request: S3Request): void {
  for (const name of Object.keys(request.headers).filter(isChecksum)) {
    const computed = checksums[name];
    if (!computed)
      throw new AwsError(
        'NotImplemented',
        `The embedded account does not verify ${name}; it verifies ${Object.keys(checksums).join(', ')}.`,
        501,
      );
    if (computed(request.body) !== header(request, name)) throw mismatch(name);
  }
}

const isChecksum = (name: string) => name === 'content-md5' || /^x-amz-checksum-(?!algorithm$|mode$|type$)/.test(name);

const mismatch = (name: string) =>
  name === 'content-md5'
    ? new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.')
    : new AwsError(
        'BadDigest',
        `The ${name.slice('x-amz-checksum-'.length).toUpperCase()} you specified did not match the calculated checksum.`,
      );

/** Returns the checksum headers of a request, which are stored with the object. */
export const checksumHeaders = (request: S3Request): [string, string][] =>
  Object.keys(request.headers)
    .filter((name) => isChecksum(name) && name !== 'content-md5')
    .map((name) => [name, header(request, name) ?? '']);
