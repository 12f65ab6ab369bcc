import { AwsError } from '../wire/aws-error.ts';
import { header, type S3Request } from './action.ts';
import type { Bucket, ObjectVersion, Retention } from './state.ts';

const DAY = 86_400_000;

/** Returns the retention that a put asks for, else the bucket's default; undefined: none. */
export function retentionOf(bucket: Bucket, request: S3Request, now: number): Retention | undefined {
  const asked = askedRetention(request);
  if (asked && !bucket.lock) throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
  const defaults = bucket.lock?.defaults;
  const retention = asked ?? (defaults ? { mode: defaults.mode, until: now + defaults.days * DAY } : undefined);
  if (asked && asked.until <= now)
    throw new AwsError('InvalidArgument', 'The retain until date must be in the future!');
  if (retention && !hasChecksum(request))
    throw new AwsError(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  return retention;
}

function askedRetention(request: S3Request): Retention | undefined {
  const mode = header(request, 'x-amz-object-lock-mode');
  const until = header(request, 'x-amz-object-lock-retain-until-date');
  if (mode === undefined && until === undefined) return undefined;
  return parseRetention(mode, until);
}

/** Throws for a mode or a date that is missing or is none. */
export function parseRetention(mode: string | undefined, until: string | undefined): Retention {
  if (mode === undefined || until === undefined)
    throw new AwsError(
      'InvalidArgument',
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    );
  const instant = Date.parse(until);
  if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || Number.isNaN(instant))
    throw new AwsError('InvalidArgument', 'Unknown wormMode directive.');
  return { mode, until: instant };
}

const hasChecksum = ({ headers }: S3Request): boolean =>
  headers['content-md5'] !== undefined ||
  Object.keys(headers).some((name) => name.startsWith('x-amz-checksum-') && name !== 'x-amz-checksum-algorithm');

/**
 * Throws AccessDenied if a retention forbids what a request would do to a version.
 *
 * GOVERNANCE gives way to a caller who may bypass it and asks for that; COMPLIANCE gives way to nobody, the account's
 * owner included (S3 user guide, "Retention modes").
 */
export function checkUnlocked({ retention }: ObjectVersion, request: S3Request, now: number): void {
  if (!retention || retention.until <= now) return;
  if (retention.mode === 'GOVERNANCE' && bypasses(request)) return;
  throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
}

export const bypasses = (request: S3Request): boolean =>
  header(request, 'x-amz-bypass-governance-retention')?.toLowerCase() === 'true';

/** Returns the headers that describe a version's retention. */
export const retentionHeaders = ({ retention }: ObjectVersion): Record<string, string> =>
  retention
    ? {
        'x-amz-object-lock-mode': retention.mode,
        'x-amz-object-lock-retain-until-date': new Date(retention.until).toISOString(),
      }
    : {};
