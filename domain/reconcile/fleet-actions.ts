import { phaseWords } from '../phases.ts';
import { isCutShort } from '../question/hand-over.ts';
import type { Question } from '../question/question.ts';
import type { Action } from './action.ts';
import { howToAnswer, howToFreeFleet } from './free-the-fleet.ts';
import type { HeldFleet, Observation, WaitingRollback } from './observation.ts';

/** A CRITICAL rollback has 15 minutes; after one minute of waiting a person must know which rollback holds the fleet. */
const heldTooLongMilliseconds = 60_000;
/** Other rollbacks have an hour or more, but a fleet that a person must release needs that person too. */
const heldTooLongOtherwiseMilliseconds = 10 * 60_000;

/**
 * Pages for a rollback that waits too long, with the commands that free the fleet. A page is sent once per holder: the
 * commands of an earlier page would stop the wrong rollback.
 */
export function fleetHeldPage(
  { phase, rollback, waiting, status }: Observation['open'][number],
  held: readonly HeldFleet[],
  { now, open }: Pick<Observation, 'now' | 'open'>,
) {
  const holder = held.find(({ fleet }) => fleet === waiting?.fleet);
  if (status !== 'RUNNING' || !waiting || !holder || holder.rollback === rollback) return [];
  const handsOver = handOverOf(holder, open);
  // It waits for that rollback's steps by its own choice, but not for an operator.
  if (waiting.lent && holder.status === 'RUNNING' && !handsOver) return [];
  const soon = handsOver ? 0 : heldTooLongMilliseconds; // it waits for a person, who may not know that somebody waits
  const tooLong = waiting.severity === 'CRITICAL' ? soon : heldTooLongOtherwiseMilliseconds;
  if (now - Date.parse(waiting.since) <= tooLong) return [];
  const why = `This rollback has waited since ${waiting.since} for fleet ${holder.fleet}, which rollback ${holder.rollback} of ${phaseWords(holder)} holds. ${handsOver ? howToAnswer(holder, handsOver.deadline, handsOver.stopped?.state) : howToFreeFleet(holder)}`;
  const name = waiting.holders > 1 ? { name: `fleet-held-${waiting.holders}` } : {};
  return [{ type: 'page', message: 'fleet-held', phase, rollback, why, ...name } as const];
}

/** A CRITICAL rollback has 15 minutes in all, so an operator has five for the hand-over that it waits for. */
export function cutShort(
  { waiting, status, execution_arn, rollback }: Observation['open'][number],
  held: readonly HeldFleet[],
  { now, open }: Pick<Observation, 'now' | 'open'>,
): Action[] {
  const holder = held.find(({ fleet }) => fleet === waiting?.fleet);
  const question = holder && holder.rollback !== rollback ? handOverOf(holder, open) : undefined;
  if (status !== 'RUNNING' || waiting?.severity !== 'CRITICAL') return [];
  return question && isCutShort(question, now) ? [{ type: 'cut short', question, by: execution_arn }] : [];
}

/** Returns the hand-over that the holder of a fleet asks; undefined if it asks none. */
function handOverOf({ rollback }: HeldFleet, open: Observation['open']): Question | undefined {
  const question = open.find((one) => one.rollback === rollback)?.asked?.question;
  return question?.kind === 'hand-over' ? question : undefined;
}

export const close = ({
  phase,
  phases,
  rollback,
  execution_arn,
  status,
}: Pick<HeldFleet, 'phase' | 'phases' | 'rollback' | 'execution_arn' | 'status'>): Action => ({
  type: 'close',
  phase,
  ...(phases ? { phases } : {}),
  rollback,
  execution_arn,
  status,
  why: whyClosed(status),
});

/** Without a full stop: the cause may follow. */
const whyClosed = (status: string) =>
  status === 'DELETED'
    ? 'The execution was deleted, perhaps with its state machine, without closing the rollback'
    : `The execution ended ${status} without closing the rollback`;

const page = (phase: number, rollback: string, why: string): Action => ({
  type: 'page',
  message: 'needs-a-person',
  phase,
  rollback,
  why,
});

/**
 * Frees a fleet only if its holder ended well; every other lock waits for a person, who is paged.
 * A page is sent once only, so the same action every minute is harmless: it is retried until it is sent.
 */
export function lockAction(held: HeldFleet): Action[] {
  const { fleet, phase, rollback, fence, status, ending } = held;
  if (status === 'RUNNING') return [];
  if (ending === undefined)
    return [page(phase, rollback, `Fleet ${fleet} is held by ${rollback}, a rollback without a record.`)];
  if (ending === null) return [close(held)];
  if (ending === 'Needs a person')
    return [page(phase, rollback, `Fleet ${fleet} is held by ${rollback} until a person releases it.`)];
  return [{ type: 'free', fleet, rollback, fence }];
}

/**
 * Keeps the queue free of rollbacks whose execution has ended: one that died must not hold up the others. A rollback that
 * needs a person gets the fleet as soon as it is free, so that the person releases it as any other.
 */
export function queueAction(
  { fleet, rollback, part, status, ending, ...waiter }: WaitingRollback,
  held: readonly HeldFleet[],
): Action[] {
  if (part === 'person')
    // Its own lock beside its place in the queue: an earlier call took the fleet and died before people knew.
    return held.some((one) => one.fleet === fleet && one.rollback !== rollback)
      ? []
      : [{ type: 'keep for a person', fleet, rollback }];
  if (status === 'RUNNING') return [];
  return ending === null ? [close({ ...waiter, rollback, status })] : [{ type: 'leave queue', fleet, rollback }];
}
