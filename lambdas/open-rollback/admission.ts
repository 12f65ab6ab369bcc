import type { Assessment } from '../../domain/alarm/assessment.ts';
import { isJoinable } from '../../domain/decision/joinable.ts';
import { limitOf } from '../../domain/decision/limits.ts';
import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import type { Ending } from '../../domain/ending.ts';
import { StillDeciding } from '../../domain/errors.ts';
import type { Happened } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import type { Asked } from '../../domain/question/answer-rules.ts';
import type { Alarms } from '../clients/alarms.ts';
import { type ClosingDeps, closeRollback } from '../close-rollback/close-rollback.ts';
import type { Policy } from '../middleware/payload.ts';
import type { Claim } from '../stores/claims.ts';
import { appendSealed } from '../stores/seal.ts';
import { type JoiningDeps, joinTheQuestion, newestQuestion } from './join-the-question.ts';

/** An execution has its phase for itself, or has nothing to do and ends so. */
export type Admission =
  | 'first'
  | Extract<Ending, 'Already handled' | 'Stale alarm ignored' | 'Joined the active rollback'>;

export type AdmissionDeps = ClosingDeps &
  JoiningDeps & {
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

type Place = {
  readonly phase: number;
  readonly fleet: string;
  readonly policy: Policy;
  /** How bad the alarm is; null: a person said it. Asked only where it matters. */
  readonly assessed: () => Promise<Assessment | null>;
};

/**
 * Where this execution stands beside the others. Asked again, it answers the same.
 *
 * The same change of an alarm is answered once; a late event of an alarm that is green again is ignored; while a rollback
 * of this phase is live, others join it.
 */
export async function admission(
  deps: AdmissionDeps,
  cause: RollbackCause,
  place: Place,
  me: Claim,
): Promise<Admission> {
  const { claims, history } = deps;
  if ((await claims.opened(place.phase))?.rollback === me.rollback) return 'first'; // an earlier call decided and died
  if (cause.alarm) {
    const first = await claims.answer(cause.alarm.name, cause.alarm.changed_at, me);
    if (first.rollback !== me.rollback) {
      const at = new Date(deps.now()).toISOString();
      await appendSealed(history, first.rollback, at, attached('Alarm repeated', me, cause, at));
      return 'Already handled';
    }
    if (await isStale(deps, cause.alarm)) return 'Stale alarm ignored';
  }
  return actOrJoin(deps, cause, place, me);
}

async function actOrJoin(...[deps, cause, place, me]: Parameters<typeof admission>): Promise<Admission> {
  const { claims } = deps;
  const live = await claims.open(place.phase, me);
  if (live.rollback === me.rollback) return 'first';
  const status = await deps.statusOf(live.execution_arn);
  if (status === 'RUNNING') {
    await join(deps, live.rollback, cause, place, me);
    return 'Joined the active rollback';
  }
  // Its execution was stopped and nobody has closed it yet: nobody is acting, so this one does.
  const { phase, fleet } = place;
  const dead = { id: live.rollback, execution_arn: live.execution_arn, phase, fleet };
  const problem = `Its execution ended ${status} without closing it; ${me.rollback} took the phase over.`;
  try {
    await deps.stopCommands(live.rollback, status);
    await closeRollback(deps, { rollback: dead, fence: 0, ending: 'Needs a person', problem });
  } catch {
    await claims.close(place.phase, live.rollback); // what cannot be written about the dead must not hold up the living
  }
  return actOrJoin(deps, cause, place, me);
}

async function isStale(
  { alarms, environment, now }: AdmissionDeps,
  { name, changed_at }: { name: string; changed_at: string },
): Promise<boolean> {
  if (now() - Date.parse(changed_at) <= staleMilliseconds) return false;
  return !(await alarms.notOk(environment)).some((one) => one.alarm === name && one.changed_at === changed_at);
}

/** The live rollback answers this one's alarm too: as bad as the worse of them, and its open question may be over. */
async function join(...[deps, live, cause, place, me]: [AdmissionDeps, string, RollbackCause, Place, Claim]) {
  const { history, now, settings } = deps;
  const record = recordOf(await history.events(live));
  const asked = await newestQuestion(deps, record);
  checkJoinable(record, asked, now());
  const assessment = await place.assessed();
  const severity = assessment?.severity ?? cause.severity;
  const blind = assessment?.blind ?? false;
  const judged = { trigger: cause.trigger, severity, blind, start_time: cause.start_time };
  const deadline = limitOf(judged, [], settings.limits).at;
  const at = new Date(now()).toISOString();
  const joined = attached('Alarm joined', me, { ...cause, severity }, at);
  await appendSealed(history, live, at, { ...joined, detail: { ...joined.detail, blind, deadline } });
  if (asked && record.questions.at(-1)?.outcome === null)
    await joinTheQuestion(deps, { id: live, phase: place.phase }, asked, {
      cause,
      judged,
      policy: place.policy,
      by: me.execution_arn,
    });
  // Somebody may have answered meanwhile. On a rollback that then ends, this alarm would be nobody's.
  if (asked) checkJoinable(record, await newestQuestion(deps, record), now());
}

function checkJoinable(record: RollbackRecord, asked: Asked | undefined, now: number): void {
  if (isJoinable(record, asked, now)) return;
  throw new StillDeciding(`Rollback ${record.rollback_id} of phase ${record.phase} is about to decide or to end.`);
}

const attached = (
  type: 'Alarm repeated' | 'Alarm joined',
  me: Claim,
  { trigger, severity, alarm }: RollbackCause,
  at: string,
): Happened => ({
  id: `${type === 'Alarm repeated' ? 'alarm-repeated' : 'alarm-joined'}/${me.rollback}`,
  type,
  at,
  detail: {
    by: me.rollback,
    execution_arn: me.execution_arn,
    trigger,
    severity,
    alarm: alarm?.name ?? null,
    changed_at: alarm?.changed_at ?? null,
  },
});
