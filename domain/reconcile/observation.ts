import type { OpenReview } from '../afterwards/review.ts';
import type { AlarmTransition } from '../alarm/alarm-event.ts';
import type { Waiter } from '../decision/fleet-queue.ts';
import type { Limit, Remaining } from '../decision/limits.ts';
import type { DeployedSince, HalfRolledBack } from '../message/half-rolled-back.ts';
import type { PassedOver } from '../proof/checked-decisions.ts';
import type { Asked } from '../question/answer-rules.ts';
import type { Paging } from '../question/calls.ts';
import type { Contacts } from '../question/contact.ts';
import type { Severity } from '../severity.ts';

/** One observation of the account: every fact that reconcile() needs. */
export type Observation = {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Alarms of the product that require a rollback now. */
  readonly red: readonly AlarmTransition[];
  /** The changes of state that an execution has handled, as `alarm@changed_at`. */
  readonly handled: ReadonlySet<string>;
  /** The open rollbacks of each phase: its own, and those of a few hosts. */
  readonly open: readonly {
    readonly phase: number;
    /** The phases of a rollback of several; absent: `phase` alone. */
    readonly phases?: readonly number[];
    readonly rollback: string;
    readonly execution_arn: string;
    readonly status: string;
    /** The rollback's wait for its fleet; null: it does not wait. */
    readonly waiting: {
      readonly severity: Severity;
      readonly since: string;
      readonly fleet: string;
      /** Number of holders that it has waited for so far. */
      readonly holders: number;
      /** It holds no fleet because it lets others act. */
      readonly lent: boolean;
    } | null;
    /** The question that the machine waits for; null: none. */
    readonly asked:
      | (Asked & {
          readonly passedOver?: readonly PassedOver[];
          /** Others have done the rollback's work, and its alarms are green; absent: there is something to ask. */
          readonly isNeedless?: boolean;
          /** The market is closed, and no host runs: nothing can be done before the next pre-open. Absent: a host runs, or it is not known. */
          readonly shutDown?: ShutDown;
        })
      | null;
    /** The alarm whose few ill hosts the open question names, as `alarm@changed_at`: more may be ill by now. Absent: it names none. */
    readonly askedAboutFew?: string;
    /** The limit and the remaining steps of a rollback that acts; null: it does not act. */
    readonly acting: {
      readonly limit: Limit;
      readonly remaining: readonly Remaining[];
      readonly missed: boolean;
    } | null;
    /** Whether people are called about it; null: it was not opened yet. */
    readonly paging: Paging | null;
  }[];
  /** The people of each level; a level without any is not called. */
  readonly contacts: Contacts;
  /** Hosts that a rollback could not reach and that are online again or have left the fleet. */
  readonly returned: readonly ReturnedHost[];
  /** The fleets that a rollback holds. */
  readonly held: readonly HeldFleet[];
  /** The rollbacks that wait for a fleet. */
  readonly waiters: readonly WaitingRollback[];
  /** The rollbacks that left the fleet half rolled back, with what was deployed since. Absent: none. */
  readonly half?: readonly ({ readonly half: HalfRolledBack } & DeployedSince)[];
  /** The open reviews of which people may have to be told: without those that have been overdue for more than a day. */
  readonly reviews: readonly OpenReview[];
  /** The review that has been overdue for longest; null: none is overdue. */
  readonly overdue: OpenReview | null;
};

/** Hosts that are shut down while a rollback asks. `until`: ISO 8601, the next pre-open. `isKnown`: its record names that already. */
export type ShutDown = {
  readonly until: string;
  readonly isKnown: boolean;
  /** No alarm of the rollback needs anything by now, so it ends: if the fault is still there at the pre-open, its alarm turns red again. */
  readonly ends: boolean;
};

/** A host that a rollback could not reach and that is online again or has left the fleet. */
export type ReturnedHost = {
  readonly phase: number;
  readonly instance_id: string;
  readonly name: string;
  /** The rollback that could not reach the host. */
  readonly rollback: string;
  /** ISO 8601: the end of that rollback. */
  readonly since: string;
  /** The final severity of that rollback. */
  readonly severity: Severity;
  /** The host needs no rollback any more: its phase was deployed again after that rollback, or it has left the fleet. */
  readonly superseded: boolean;
  /** Automation of the phase is paused, or the version to restore is blocked; absent: neither. */
  readonly paused?: boolean;
  /** A person left the host out, so only a person rolls it back; absent: nobody did. */
  readonly left_out?: boolean;
};

/** A fleet whose lock a rollback holds. */
export type HeldFleet = {
  readonly fleet: string;
  readonly rollback: string;
  readonly execution_arn: string;
  readonly phase: number;
  /** The phases of a rollback of several; absent: `phase` alone. */
  readonly phases?: readonly number[];
  readonly fence: number;
  /** The status of the holder's execution. */
  readonly status: string;
  /** The holder's ending; null: it has none yet; undefined: the holder has no record. */
  readonly ending: string | null | undefined;
};

/** A rollback in the queue of a fleet, with the status of its execution and its ending, as for a held fleet. */
export type WaitingRollback = Omit<HeldFleet, 'fence'> & Pick<Waiter, 'part'>;

/** Returns the key of an alarm's change of state in Observation.handled. */
export const alarmChangeKey = ({ alarm, changed_at }: Pick<AlarmTransition, 'alarm' | 'changed_at'>) =>
  `${alarm}@${changed_at}`;
