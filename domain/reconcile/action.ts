import type { OpenReview, reviewMessages } from '../afterwards/review.ts';
import type { AlarmTransition } from '../alarm/alarm-event.ts';
import { endingMessages } from '../message/ending-message.ts';
import type { HalfRolledBack } from '../message/half-rolled-back.ts';
import type { PassedOver } from '../proof/checked-decisions.ts';
import type { LevelCall, News, Page } from '../question/calls.ts';
import type { Call, Question } from '../question/question.ts';
import type { Severity } from '../severity.ts';

/** The names of the messages that Reconcile sends. */
export const reconcileMessages = [
  ...endingMessages, // of executions that ended before they sent one
  'fleet-held',
  'reminder',
  'call',
  'acknowledged',
  'limit-at-risk',
  'review-reminder',
  'drill-result',
] as const;
export type ReconcileMessage = (typeof reconcileMessages)[number];

/** One action of Reconcile. */
export type Action =
  | { readonly type: 'start'; readonly alarm: AlarmTransition }
  | {
      readonly type: 'roll back returned hosts';
      readonly phase: number;
      readonly rollback: string;
      readonly severity: Severity;
      readonly hosts: readonly string[];
    }
  | { readonly type: 'forget returned host'; readonly phase: number; readonly instance_id: string }
  | {
      readonly type: 'close';
      readonly phase: number;
      /** The phases of a rollback of several; absent: `phase` alone. */
      readonly phases?: readonly number[];
      readonly rollback: string;
      readonly execution_arn: string;
      readonly status: string;
      readonly why: string;
    }
  /** Removes a rollback that has ended from the queue of its fleet. */
  | { readonly type: 'leave queue'; readonly fleet: string; readonly rollback: string }
  /** Takes the fleet for a rollback that ended *Needs a person* while another one held it. */
  | { readonly type: 'keep for a person'; readonly fleet: string; readonly rollback: string }
  /** Stores what is left of a half rolled back fleet after a deployment; null: nothing. */
  | { readonly type: 'put right'; readonly rollback: string; readonly left: HalfRolledBack | null }
  | { readonly type: 'free'; readonly fleet: string; readonly rollback: string; readonly fence: number }
  | {
      readonly type: 'page';
      readonly message: 'needs-a-person' | 'fleet-held';
      readonly phase: number;
      readonly rollback: string;
      readonly why: string;
      /** The message's name, if the rollback may have several of this kind. */
      readonly name?: string;
    }
  | { readonly type: 'remind'; readonly question: Question; readonly call: Call }
  /** Calls the next level about a page that nobody has heard. */
  | { readonly type: 'call'; readonly rollback: string; readonly page: Page; readonly call: LevelCall }
  /** Tells everybody who was called that somebody has heard it, answered it or released the fleet. */
  | { readonly type: 'tell news'; readonly rollback: string; readonly news: News }
  /** Records until when the hosts are shut down. */
  | { readonly type: 'note shutdown'; readonly rollback: string; readonly until: string }
  | { readonly type: 'wake'; readonly rollback: string; readonly number: number }
  /** Asks a hand-over again with five minutes to answer. `by`: the execution of the CRITICAL rollback that waits. */
  | { readonly type: 'cut short'; readonly question: Question; readonly by: string }
  | { readonly type: 'report passed over'; readonly question: Question; readonly passedOver: readonly PassedOver[] }
  | { readonly type: 'warn limit at risk'; readonly phase: number; readonly rollback: string; readonly says: string }
  | { readonly type: 'report limit missed'; readonly rollback: string }
  | { readonly type: 'remind of review'; readonly review: OpenReview; readonly call: ReviewCall }
  | { readonly type: 'count overdue review'; readonly review: OpenReview };
export type ReviewCall = Call & { readonly percent: keyof typeof reviewMessages };
