import { createHash } from 'node:crypto';
import type { Caller } from '../wire/service.ts';

/**
 * Returns the caller in CloudTrail's form (CloudTrail guide, "userIdentity element").
 *
 * `invokedBy` is beside the role if a service acts under that role. This and the form of `creationDate` follow published
 * events of EventBridge's calls; the guide's own example shows neither.
 */
export function userIdentity(caller: Caller, at: string): Readonly<Record<string, unknown>> {
  const { arn, accessKeyId, invokedBy } = caller;
  const [, , , , accountId = '', principal = ''] = arn.split(':');
  const [kind, name = '', session] = principal.split('/');
  const signed = {
    arn,
    accountId,
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(invokedBy === undefined ? {} : { invokedBy }),
  };
  // A root user's principal id is the account's.
  if (kind === 'root') return { type: 'Root', principalId: accountId, ...signed };
  if (kind === 'user') return { type: 'IAMUser', principalId: uniqueId('AIDA', arn), ...signed, userName: name };
  if (kind !== 'assumed-role')
    throw new Error(`CloudTrail cannot record the principal ${arn}: it is neither a root user, a user nor a session.`);
  const issuer = caller.role ?? `arn:aws:iam::${accountId}:role/${name}`;
  const principalId = uniqueId('AROA', issuer);
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${session}`,
    ...signed,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId, arn: issuer, accountId, userName: name },
      // The account does not store when credentials were issued, so the time of the call replaces it.
      attributes: { creationDate: at, mfaAuthenticated: 'false' },
    },
  };
}

/** Returns the unique ID that IAM gives a user (AIDA) or role (AROA): 21 letters and digits, never used again. */
const uniqueId = (prefix: 'AIDA' | 'AROA', arn: string): string => {
  const digits = BigInt(`0x${createHash('sha256').update(arn).digest('hex')}`).toString(36);
  return `${prefix}${digits.toUpperCase().slice(0, 17)}`;
};
