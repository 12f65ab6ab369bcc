import { parseReview } from '../../domain/afterwards/review.ts';
import type { ReviewRecord } from '../../domain/history/review-record.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import type { ActingOptions } from './acting-on.ts';
import { startPersonsMachine } from './persons-machine.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly verdict?: string;
  readonly operator?: string;
  readonly reason?: string;
  readonly json?: boolean;
};

export async function review(
  rollback: string,
  { verdict, operator, reason, json = false, ...account }: Options,
): Promise<number> {
  const input = { rollback, operator, verdict, reason };
  refuseEarly(parseReview, input, 'verdict', 'operator', 'reason');
  return startPersonsMachine(account, {
    machine: 'review',
    input,
    what: 'the review',
    does: `review rollback ${rollback} as ${verdict}, as ${operator}`,
    accepted: (output: { readonly review: ReviewRecord }) =>
      json ? JSON.stringify(output.review, null, 2) : reviewedText(rollback, output.review, account),
  });
}

const reviewedText = (rollback: string, { verdict, reviewer, reason }: ReviewRecord, { environment }: ActingOptions) =>
  [
    `Reviewed rollback ${rollback}: ${verdict}, by ${reviewer}: ${reason}`,
    'CloudTrail names the verified reviewer within minutes; see the record:',
    `  ${showCommand(rollback, environment)}`,
  ].join('\n');
