import * as z from 'zod';
import type { CheckedAction } from '../../wire/checked-action.ts';
import type { Caller } from '../../wire/service.ts';
import type { StsState } from '../state.ts';

const request = z.strictObject({});

/** Returns the caller of a request. No permission is needed, and no policy can forbid it (STS API reference). */
export const GetCallerIdentity: CheckedAction<StsState, typeof request, unknown> = {
  request,
  needs: () => [],
  run: ({ accountId }, _, caller) => ({ Arn: caller.arn, UserId: userId(accountId, caller), Account: accountId }),
};

/** Returns the unique id in AWS's form: the account's number for its owner, `<id of the role>:<session>` for a session. */
function userId(accountId: string, { arn }: Caller): string {
  const [, kind = '', name = '', session = ''] = arn.match(/:(root|user|assumed-role)(?:\/([^/]+))?(?:\/(.+))?$/) ?? [];
  if (kind === 'assumed-role') return `${idOf('AROA', name)}:${session}`;
  return kind === 'user' ? idOf('AIDA', name) : accountId;
}

const idOf = (kind: string, name: string) =>
  `${kind}${Buffer.from(name).toString('hex').toUpperCase().padEnd(17, '0').slice(0, 17)}`;
