import type { Refusal } from '../../domain/refusal.ts';
import { type Catcher, caughtSentence, type Fail, failState } from '../asl.ts';

const failed = 'Failed unexpectedly';

/** Catches the refusal of what a person asked for, and apart from it every other error. */
export const refusedOrFailed = (refusal: Refusal, refused: string): Catcher[] => [
  { ErrorEquals: [refusal], Assign: { problem: caughtSentence }, Next: refused },
  { ErrorEquals: ['States.ALL'], Assign: { problem: caughtSentence }, Next: failed },
];

/** The end of a person's request after an error that is no refusal. */
export const failedUnexpectedly: Readonly<Record<string, Fail>> = {
  [failed]: failState(
    'FailedUnexpectedly',
    'failed-unexpectedly',
    'It may have been done all the same, because a response can be lost. Look before you repeat it.',
  ),
};
