import { parseAlarmName } from '../../domain/alarm/alarm-name.ts';
import { afterSessionTime, type SessionsOf } from '../../domain/calendar/sessions.ts';
import { watched } from '../../domain/decision/watched.ts';
import type { FleetTruth } from '../../domain/truth/fleet-truth.ts';
import type { AlarmsSince } from '../clients/alarm-history.ts';
import type { DeploymentMarks } from '../stores/deployment-marks.ts';
import type { FleetTruths } from '../stores/fleet-truth.ts';
import type { RecentRollbacks } from '../stores/recent-rollbacks.ts';

export type JudgeDeploymentsDeps = {
  readonly marks: Pick<DeploymentMarks, 'recent' | 'mark'>;
  readonly recentRollbacks: Pick<RecentRollbacks, 'between'>;
  readonly alarmsSince: AlarmsSince;
  readonly truth: FleetTruths['read'];
  /** Triggers for which an alarm without data starts a rollback too. */
  readonly blind: readonly string[];
  readonly phases: readonly number[];
  /** Seconds in which a deployment explains an alarm. */
  readonly watchWindow: number;
  /** Absent: no calendar, all time counts. */
  readonly sessionsOf?: SessionsOf;
  readonly now: () => number;
};

/** Nobody waits for the verdict, and a query per phase and minute would cost more than it is worth. */
const everyMinutes = 10;
/** CloudWatch's history of an alarm may come a little later than its change. */
const settledMilliseconds = 60_000;
const dayMilliseconds = 24 * 3600_000;

/**
 * Stores for each deployment whose watch window is over whether it was verified: whether the window passed without red. Each is
 * judged once. Calling it again changes nothing.
 */
export async function judgeDeployments(deps: JudgeDeploymentsDeps): Promise<void> {
  const { marks, phases, watchWindow, sessionsOf, now } = deps;
  if (Math.floor(now() / 60_000) % everyMinutes !== 0) return;
  const due = new Date(now() - watchWindow * 1000 - settledMilliseconds).toISOString();
  for (const phase of phases) {
    const newest = await marks.recent(phase, new Date(now()).toISOString());
    for (const deployment of newest.filter((one) => one.watched === undefined && one.at <= due)) {
      const ends = afterSessionTime(sessionsOf?.(phase), Date.parse(deployment.at), watchWindow * 1000);
      if (ends + settledMilliseconds > now()) continue; // the market was closed for a part of the time
      const until = new Date(ends).toISOString();
      const verdict = watched({
        deployment,
        until,
        later: newest.filter(({ at }) => at > deployment.at).toReversed(),
        ...(await factsSince(deps, phase, deployment.at, until)),
        missed: isAbsent(await deps.truth(), phase, deployment),
        calendar: sessionsOf?.(phase),
      });
      await marks.mark(phase, deployment.at, { watched: verdict });
    }
  }
}

const isAbsent = ({ absent = [] }: FleetTruth, phase: number, { version }: { readonly version: string }) =>
  absent.some((one) => one.phase === phase && one.version === version);

/** Reads the rollbacks that began up to a day before, because one may have run when the version was deployed. */
async function factsSince(
  { recentRollbacks, alarmsSince, blind }: JudgeDeploymentsDeps,
  phase: number,
  at: string,
  until: string,
) {
  const dayBefore = new Date(Date.parse(at) - dayMilliseconds).toISOString();
  const [rollbacks, alarms] = await Promise.all([
    recentRollbacks.between(phase, dayBefore, until),
    alarmsSince(phase, at),
  ]);
  const countsBlind = (alarm: string) => blind.includes(parseAlarmName(alarm)?.trigger ?? '');
  return { rollbacks, alarms, countsBlind };
}
