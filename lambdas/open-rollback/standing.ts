import type { Ending } from '../../domain/ending.ts';
import type { Happened } from '../../domain/event.ts';
import type { Occasion } from '../../domain/occasion.ts';
import type { Alarms } from '../alarms.ts';
import type { Claim, Claims } from '../claims.ts';
import type { History } from '../history.ts';

/** Whether there is anything to do: `act`, or the ending of an execution that has nothing to do. */
export type Decision =
  | 'act'
  | Extract<Ending, 'Already handled' | 'Stale alarm ignored' | 'Joined the active rollback'>;

export type StandingNeeds = {
  readonly history: History;
  readonly claims: Claims;
  readonly alarms: Alarms;
  readonly environment: string;
  /** An execution's status, as Step Functions says it. */
  readonly statusOf: (executionArn: string) => Promise<string>;
  readonly now: () => number;
};

/** An event this old is only believed if its alarm still says the same (EventBridge retries for hours). */
const staleMilliseconds = 5 * 60_000;

/**
 * Where this execution stands beside the others. Asked again, it answers the same.
 *
 * The same change of an alarm is answered once; a late event of an alarm that is green again is ignored; while a rollback
 * of this phase is live, others join it.
 */
export async function standing(needs: StandingNeeds, occasion: Occasion, phase: number, me: Claim): Promise<Decision> {
  const { claims, history } = needs;
  const at = new Date(needs.now()).toISOString();
  if (occasion.alarm) {
    const first = await claims.answer(occasion.alarm.name, occasion.alarm.changed_at, me);
    if (first.rollback !== me.rollback) {
      await history.append(first.rollback, attached('Alarm repeated', me, occasion, at));
      return 'Already handled';
    }
    if (await isStale(needs, occasion.alarm)) return 'Stale alarm ignored';
  }
  const live = await claims.open(phase, me);
  if (live.rollback === me.rollback) return 'act';
  if ((await needs.statusOf(live.execution_arn)) === 'RUNNING') {
    await history.append(live.rollback, attached('Alarm joined', me, occasion, at));
    return 'Joined the active rollback';
  }
  // Its execution was stopped and nobody has closed it yet: nobody is acting, so this one does.
  await claims.close(phase, live.rollback);
  const next = await claims.open(phase, me);
  return next.rollback === me.rollback ? 'act' : 'Joined the active rollback';
}

async function isStale(
  { alarms, environment, now }: StandingNeeds,
  { name, changed_at }: { name: string; changed_at: string },
): Promise<boolean> {
  if (now() - Date.parse(changed_at) <= staleMilliseconds) return false;
  return !(await alarms.notOk(environment)).some(({ alarm }) => alarm === name);
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
