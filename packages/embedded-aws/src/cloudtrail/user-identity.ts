import { createHash } from 'node:crypto';
import type { Caller } from '../wire/service.ts';

/**
 * Who made a call, as CloudTrail writes it (CloudTrail guide, "userIdentity element").
 *
 * `invokedBy` stands beside the role where a service acts under it; that and the form of `creationDate` are as in events
 * that people published of EventBridge's calls, the guide's own example shows neither.
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
  if (kind !== 'assumed-role') throw new Error(`CloudTrail knows no principal ${arn} here.`);
  const issuer = caller.role ?? `arn:aws:iam::${accountId}:role/${name}`;
  const principalId = uniqueId('AROA', issuer);
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${session}`,
    ...signed,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId, arn: issuer, accountId, userName: name },
      // When the credentials were given out is not kept here: each call's are as old as the call.
      attributes: { creationDate: at, mfaAuthenticated: 'false' },
    },
  };
}

/** IAM's own name for a user (AIDA) or role (AROA), which no other ever gets: 21 letters and digits. */
const uniqueId = (prefix: 'AIDA' | 'AROA', arn: string): string => {
  const digits = BigInt(`0x${createHash('sha256').update(arn).digest('hex')}`).toString(36);
  return `${prefix}${digits.toUpperCase().slice(0, 17)}`;
};
