import type { Alarm as Timer } from '../clock/clock.ts';
import { EXTRA_DATAPOINTS, type Verdict, verdict } from './alarm-verdict.ts';
import type { MetricAlarm } from './metric-alarm.ts';
import type { CloudWatchState } from './state.ts';
import { stateReason, stateReasonData } from './state-reason.ts';
import { enter } from './transition.ts';

const MINUTE = 60_000;
const TEN_SECONDS = 10_000;

/**
 * How long after the end of a period alarms look at it: what is published in its last moment is seen.
 *
 * AWS takes longer (its sample event: 40 s for a period of five minutes); that delay is not modelled here.
 */
export const EVALUATION_LAG = 1000;

/** Alarms are evaluated every minute, those with a period under a minute every 10 seconds. */
const cadenceOf = ({ period }: MetricAlarm) => (period < 60 ? TEN_SECONDS : MINUTE);

/** Evaluates all metric alarms as time passes, one timer a cadence, and none while no alarm needs it. */
export class Evaluation {
  readonly #state: CloudWatchState;
  readonly #timers = new Map<number, Timer>();

  constructor(state: CloudWatchState) {
    this.#state = state;
  }

  /** Call it when there is a new alarm. */
  follow(alarm: MetricAlarm): void {
    const cadence = cadenceOf(alarm);
    if (!this.#timers.has(cadence)) this.#schedule(cadence);
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
  }

  #schedule(cadence: number): void {
    const { clock } = this.#state.surroundings;
    const end = (Math.floor((clock.now() - EVALUATION_LAG) / cadence) + 1) * cadence;
    const timer = clock.at(end + EVALUATION_LAG, () => {
      this.#schedule(cadence);
      for (const alarm of this.#state.alarms.values())
        if (alarm.type === 'MetricAlarm' && cadenceOf(alarm) === cadence) evaluate(this.#state, alarm, end);
    });
    this.#timers.set(cadence, timer);
  }
}

/** Judges the periods before `end`; they slide with the cadence, whatever the alarm's period is. */
function evaluate(state: CloudWatchState, alarm: MetricAlarm, end: number): void {
  const { criteria, measure, period } = alarm;
  const range = Array.from({ length: criteria.evaluationPeriods + EXTRA_DATAPOINTS }, (_, index) => {
    const start = end - (index + 1) * period * 1000;
    return { start, value: measure(start) };
  });
  const found = verdict(range, criteria);
  if (found && found.value !== alarm.state.value) enter(state, alarm, explained(state, alarm, found));
}

const explained = ({ surroundings }: CloudWatchState, alarm: MetricAlarm, found: Verdict) => ({
  value: found.value,
  reason: stateReason(alarm, found),
  reasonData: stateReasonData(alarm, found, surroundings.clock.now()),
});
