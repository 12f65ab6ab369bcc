import { isExpectedSilence } from '../calendar/expected-silence.ts';
import type { Sessions } from '../calendar/sessions.ts';

/**
 * A change of an alarm's state, as CloudWatch keeps it. `at`: ISO 8601. `wasSilent`, `silent`: the state before and after it
 * was due to missing data alone; absent: it was not.
 */
export type StateChange = {
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly wasSilent?: boolean;
  readonly silent?: boolean;
};

/** An alarm of a phase: its present state, and its changes since a deployment, the oldest first. */
export type WatchedAlarm = {
  readonly alarm: string;
  readonly state: string;
  readonly silent?: boolean;
  readonly changes: readonly StateChange[];
};

/** Everything that is known of a deployment once its watch window is over. Times are ISO 8601. */
export type Watch = {
  readonly deployment: { readonly version: string; readonly at: string };
  /** The end of its watch window. */
  readonly until: string;
  /** The deployments of the phase that came after it. */
  readonly later: readonly { readonly version: string; readonly at: string }[];
  /** The rollbacks of the phase that acted, with their ends. */
  readonly rollbacks: readonly {
    readonly rollback: string;
    readonly start_time: string;
    readonly ended_at: string | null;
  }[];
  readonly alarms: readonly WatchedAlarm[];
  /** The newest comparison found a host that does not have the version. */
  readonly missed: boolean;
  /** Whether an alarm without data counts as red: its trigger then begins a rollback too. */
  readonly countsBlind: (alarm: string) => boolean;
  /** The sessions of the phase; absent: no calendar, the market is always open. */
  readonly calendar?: Sessions | undefined;
};

/** The verdict on a deployment after its watch window. `why`: a part of a sentence. */
export type Watched = { readonly verified: boolean; readonly why: string };

/**
 * Judges a deployment after its watch window: it is verified if it was the phase's version all the time, no rollback of the
 * phase acted, no alarm of the phase was red, and no host is known to lack it: of a version that never ran, no alarm says anything. Without
 * alarms nothing is known, and so nothing verified.
 */
export function watched({
  deployment,
  until,
  later,
  rollbacks,
  alarms,
  countsBlind,
  missed,
  calendar,
}: Watch): Watched {
  const next = later.find(({ at }) => deployment.at < at && at <= until);
  const rollback = rollbacks.find(
    ({ start_time, ended_at }) => start_time <= until && (ended_at === null || ended_at >= deployment.at),
  );
  const red = alarms.flatMap((one) => redIn(one, deployment.at, { until, countsBlind, calendar }));
  if (rollback) return { verified: false, why: `rollback ${rollback.rollback} acted in its watch window` };
  if (next) return { verified: false, why: `${next.version} took its place at ${next.at}, in its watch window` };
  if (red[0]) return { verified: false, why: red[0] };
  if (missed) return { verified: false, why: 'at least one host does not have it (rollback status names it)' };
  if (alarms.length === 0) return { verified: false, why: 'its phase has no alarm' };
  return { verified: true, why: `no alarm of its phase was red until ${until}` };
}

/** Returns when an alarm was first red between two instants, in words. Silence while the market was closed is not red. */
function redIn(
  { alarm, state, silent = false, changes }: WatchedAlarm,
  from: string,
  { until, countsBlind, calendar }: Pick<Watch, 'until' | 'countsBlind' | 'calendar'>,
): string[] {
  const isRed = (value: string) => value === 'ALARM' || (value === 'INSUFFICIENT_DATA' && countsBlind(alarm));
  const [first] = changes;
  const states = [
    { at: from, value: first?.from ?? state, silent: first ? first.wasSilent : silent },
    ...changes.map((one) => ({ at: one.at, value: one.to, silent: one.silent })),
  ];
  const lastsUntil = (i: number) => Date.parse(states[i + 1]?.at ?? until);
  const red = states.find(
    ({ at, value, silent: fell }, i) =>
      at <= until && isRed(value) && !(fell && isExpectedSilence(calendar, at, lastsUntil(i))),
  );
  return red ? [`${alarm} was in ${red.value} at ${red.at}`] : [];
}
