import type { Alarm as Timer } from '../clock/clock.ts';
import { type Datapoint, EXTRA_DATAPOINTS, type Verdict, verdict } from './alarm-verdict.ts';
import type { MetricAlarm } from './metric-alarm.ts';
import type { CloudWatchState } from './state.ts';
import { stateReason, stateReasonData } from './state-reason.ts';
import { enter } from './transition.ts';

const MINUTE = 60_000;
const TEN_SECONDS = 10_000;

/**
 * Milliseconds from the end of a period to its evaluation, so that alarms see values published in its last moment.
 *
 * AWS takes longer (its sample event: 40 s for a period of five minutes); the account does not model that delay.
 */
export const EVALUATION_LAG = 1000;

/** Returns the milliseconds between evaluations: 10 seconds for alarms with a period under a minute, else a minute. */
const cadenceOf = ({ period }: MetricAlarm) => (period < 60 ? TEN_SECONDS : MINUTE);

/** Evaluates all metric alarms as time passes, with one timer per cadence that an alarm needs. */
export class Evaluation {
  readonly #state: CloudWatchState;
  readonly #timers = new Map<number, Timer>();

  constructor(state: CloudWatchState) {
    this.#state = state;
  }

  /** Starts the timer of a new alarm's cadence. */
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

/** Judges the periods before `end`. They move by one cadence per evaluation, even if the alarm's period is longer. */
function evaluate(state: CloudWatchState, alarm: MetricAlarm, end: number): void {
  const { criteria, measure, period } = alarm;
  const range: Datapoint[] = [];
  // Older periods are read in place of missing ones only.
  for (
    let i = 1, real = 0;
    i <= criteria.evaluationPeriods + EXTRA_DATAPOINTS && real < criteria.evaluationPeriods;
    i++
  ) {
    const start = end - i * period * 1000;
    const value = measure(start);
    if (value !== undefined) real += 1;
    range.push({ start, value });
  }
  const found = verdict(range, criteria);
  if (found && found.value !== alarm.state.value) enter(state, alarm, explained(state, alarm, found));
}

const explained = ({ surroundings }: CloudWatchState, alarm: MetricAlarm, found: Verdict) => ({
  value: found.value,
  reason: stateReason(alarm, found),
  reasonData: stateReasonData(alarm, found, surroundings.clock.now()),
});
