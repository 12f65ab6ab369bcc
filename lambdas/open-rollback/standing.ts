import type { Ending } from '../../domain/ending.ts';
import type { Happened } from '../../domain/event.ts';
import type { Occasion } from '../../domain/occasion.ts';
import type { Alarms } from '../alarms.ts';
import type { Claim } from '../claims.ts';
import { type ClosingNeeds, closeRollback } from '../close-rollback/close-rollback.ts';
import { appendSealed } from '../seal.ts';

/** Whether there is anything to do: `act`, `plan` where only that was asked for, or the ending of an execution that has nothing to do. */
export type Decision =
  | 'act'
  | 'plan'
  | Extract<Ending, 'Already handled' | 'Stale alarm ignored' | 'Joined the active rollback'>;

/** The endings of executions that had nothing to do. */
export const isDecision = (ending: Ending): ending is Exclude<Decision, 'act' | 'plan'> =>
  ['Already handled', 'Stale alarm ignored', 'Joined the active rollback'].includes(ending);

export type StandingNeeds = ClosingNeeds & {
  readonly alarms: Alarms;
  readonly environment: string;
  /** An execution's status, as Step Functions says it. */
  readonly statusOf: (executionArn: string) => Promise<string>;
  /** Cancels what an ended execution left running, and records what each host had done. */
  readonly stopCommands: (rollback: string, status: string) => Promise<void>;
};

/**
 * An event this old is only believed if CloudWatch says the same, to the instant: EventBridge retries for hours, and an instant
 * of somebody's choice would choose which rows are cleared.
 */
const staleMilliseconds = 5 * 60_000;

/**
 * Where this execution stands beside the others. Asked again, it answers the same.
 *
 * The same change of an alarm is answered once; a late event of an alarm that is green again is ignored; while a rollback
 * of this phase is live, others join it.
 */
export async function standing(
  needs: StandingNeeds,
  occasion: Occasion,
  place: { readonly phase: number; readonly fleet: string },
  me: Claim,
): Promise<Decision> {
  const { claims, history } = needs;
  if ((await claims.opened(place.phase))?.rollback === me.rollback) return 'act'; // an earlier call decided and died
  if (occasion.alarm) {
    const first = await claims.answer(occasion.alarm.name, occasion.alarm.changed_at, me);
    if (first.rollback !== me.rollback) {
      const at = new Date(needs.now()).toISOString();
      await appendSealed(history, first.rollback, at, attached('Alarm repeated', me, occasion, at));
      return 'Already handled';
    }
    if (await isStale(needs, occasion.alarm)) return 'Stale alarm ignored';
  }
  return actOrJoin(needs, occasion, place, me);
}

async function actOrJoin(...[needs, occasion, place, me]: Parameters<typeof standing>): Promise<Decision> {
  const { claims, history, now } = needs;
  const live = await claims.open(place.phase, me);
  if (live.rollback === me.rollback) return 'act';
  const status = await needs.statusOf(live.execution_arn);
  if (status === 'RUNNING') {
    const at = new Date(now()).toISOString();
    await appendSealed(history, live.rollback, at, attached('Alarm joined', me, occasion, at));
    return 'Joined the active rollback';
  }
  // Its execution was stopped and nobody has closed it yet: nobody is acting, so this one does.
  const dead = { id: live.rollback, execution_arn: live.execution_arn, ...place };
  const problem = `Its execution ended ${status} without closing it; ${me.rollback} took the phase over.`;
  try {
    await needs.stopCommands(live.rollback, status);
    await closeRollback(needs, { rollback: dead, fence: 0, ending: 'Needs a person', problem });
  } catch {
    await claims.close(place.phase, live.rollback); // what cannot be written about the dead must not hold up the living
  }
  return actOrJoin(needs, occasion, place, me);
}

async function isStale(
  { alarms, environment, now }: StandingNeeds,
  { name, changed_at }: { name: string; changed_at: string },
): Promise<boolean> {
  if (now() - Date.parse(changed_at) <= staleMilliseconds) return false;
  return !(await alarms.notOk(environment)).some((one) => one.alarm === name && one.changed_at === changed_at);
}

const attached = (
  type: 'Alarm repeated' | 'Alarm joined',
  me: Claim,
  { trigger, severity, alarm }: Occasion,
  at: string,
): Happened => ({
  id: `${type === 'Alarm repeated' ? 'alarm-repeated' : 'alarm-joined'}/${me.rollback}`,
  type,
  at,
  detail: { by: me.rollback, execution_arn: me.execution_arn, trigger, severity, alarm: alarm?.name ?? null },
});
