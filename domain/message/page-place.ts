import { exportBucket } from '../history/export.ts';
import { pageKey } from '../page-key.ts';
import { executionPlace } from './execution-place.ts';

/**
 * Returns the S3 console's page of a rollback's incident page; null on the embedded account, which has no console.
 *
 * Never a presigned address: whoever had the message could open it, and it would expire. The console asks who the reader is.
 */
export function pageAddress(rollback: string, execution_arn: string | null): string | null {
  const place = executionPlace(execution_arn);
  const [, origin] = /^(https:\/\/[^/]+)\//.exec(place?.console ?? '') ?? [];
  const [, , , region = '', account = ''] = (execution_arn ?? '').split(':');
  if (!place || origin === undefined) return null;
  const bucket = exportBucket(place.environment, { account, region });
  return `${origin}/s3/object/${bucket}?region=${region}&prefix=${encodeURIComponent(pageKey(rollback))}`;
}

/** The setting of functions in an environment without an access portal: a setting cannot be empty. */
export const noPortal = 'none';

/** An address that pageAddress() returned, in a text. Its bucket names the account. */
const addresses =
  /https:\/\/[a-z0-9-]+\.console\.[a-z.-]+\/s3\/object\/rollback-[a-z0-9]+-history-(\d{12})-[a-z0-9-]+\?region=[a-z0-9-]+&prefix=[\w.%-]+/g;

/**
 * Returns a text with its addresses of incident pages led through the access portal of IAM Identity Center, which signs the
 * reader in first. It names no role: the reader chooses one (IAM Identity Center guide, "Create shortcut links").
 */
export const throughPortal = (text: string, portal: string | null): string =>
  portal === null
    ? text
    : text.replaceAll(
        addresses,
        (address, account) => `${portal}/#/console?account_id=${account}&destination=${encodeURIComponent(address)}`,
      );
