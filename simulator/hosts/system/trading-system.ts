import type { HostState } from '../data/host-state.ts';
import { instant, seconds } from '../data/times.ts';
import { Analysis, type Trade } from './analysis.ts';
import { type Seen, seen } from './controls.ts';
import { Features } from './features.ts';
import { Ingestion, newestEvent } from './ingestion.ts';
import { ERRORS, faultsByPhase, jitter, type Metrics, metricsOf, type ProgramFault, type Struck } from './phases.ts';
import { Traffic } from './traffic.ts';

/** A tick after a long pause fetches at most the events of so many seconds, because feeds do not wait. */
const MOST_SECONDS = 60;

/** The state of the trading system after a tick (outputs/run/state.json). */
export type TickState = {
  readonly now: string;
  readonly since: string;
  readonly seen: Seen;
  readonly metrics: Readonly<Record<string, Metrics>>;
  readonly newest_event: string | null;
  readonly analysis: {
    readonly installed: readonly string[];
    readonly made_by: readonly string[];
    readonly newest: string | null;
    readonly throughput_percent: number | null;
  };
  readonly traffic: { readonly testing: boolean; readonly v1_percent: number | null };
  readonly new_features: { readonly running: readonly string[] };
};

/** The sample trading system of one host (bin/trading-system of the host image). */
export class TradingSystem {
  readonly #host: HostState;
  readonly #ingestion: Ingestion;
  readonly #analysis: Analysis;
  readonly #traffic: Traffic;
  readonly #features: Features;

  constructor(host: HostState) {
    this.#host = host;
    this.#ingestion = new Ingestion(host);
    this.#analysis = new Analysis(host);
    this.#traffic = new Traffic(host);
    this.#features = new Features(host);
  }

  /** Lets the system work until an instant. Returns each phase's metrics. A tick that throws does not count. */
  tick(now: string, faults: readonly ProgramFault[]): Readonly<Record<string, Metrics>> {
    const byPhase = faultsByPhase(faults);
    const at = seconds(now);
    const since = this.#lastTick(at);
    const observed = seen(this.#host);
    const parts = [this.#ingestion, this.#analysis, this.#traffic, this.#features];
    for (const part of parts) part.follow(observed);
    const none: Struck = new Map();
    const own = parts.map((part, i) => {
      const all = byPhase.get(i + 1) ?? none;
      return { struck: part.fragile ? all : none, unscaled: all.has('data_corruption') };
    });
    const events = this.#work({ since, at }, own);
    const metrics = this.#metrics(now, own, Math.round((events * 60) / (at - since)));
    this.#host.run.set('state.json', { now, since: instant(since), seen: observed, metrics, ...this.#state() });
    const errors = Object.values(metrics).flatMap((values) => ERRORS.filter((name) => values[name]));
    this.#host.log = { now, errors: errors.length };
    return metrics;
  }

  /** Returns the time after which events are due: the last tick, or before the first tick the newest event. */
  #lastTick(at: number): number {
    const state = this.#host.run.get('state.json') as TickState | undefined;
    const newest = newestEvent(this.#host);
    const since = state ? seconds(state.now) : newest === null ? 0 : seconds(newest);
    if (since >= at) throw new Error(`ValueError: now must be later than ${instant(since)}, the last tick or event`);
    return Math.max(since, at - MOST_SECONDS);
  }

  #work({ since, at }: { since: number; at: number }, own: readonly Own[]): number {
    const [one, two, three, four] = own as [Own, Own, Own, Own];
    const events = this.#ingestion.work(since, at, one.struck, one.unscaled);
    const trades: Trade[] = events.map(({ symbol, side, size, at }) => ({ symbol, side, size, at: instant(at) }));
    const routed = this.#traffic.work(trades, three.struck, three.unscaled);
    this.#analysis.work(routed, two.struck, two.unscaled);
    this.#features.work(instant(at), four.struck, four.unscaled);
    return events.length;
  }

  #metrics(now: string, own: readonly Own[], perMinute: number): Readonly<Record<string, Metrics>> {
    const [one, two, three, four] = own as [Own, Own, Own, Own];
    const found = [
      this.#ingestion.metrics(seconds(now), one.unscaled, perMinute),
      this.#analysis.metrics(two.unscaled),
      this.#traffic.metrics(three.unscaled),
      this.#features.metrics(four.unscaled),
    ];
    return Object.fromEntries(
      found.map((values, i) => [
        String(i + 1),
        metricsOf(values, jitter(this.#host.name, now, i + 1), own[i]?.struck ?? new Map()),
      ]),
    );
  }

  #state() {
    const newest = newestEvent(this.#host);
    return {
      newest_event: newest && `${newest.replace(' ', 'T')}Z`,
      analysis: { ...this.#analysis.state(), throughput_percent: this.#traffic.throughput },
      traffic: this.#traffic.state(),
      new_features: this.#features.state(),
    };
  }
}

type Own = { readonly struck: Struck; readonly unscaled: boolean };
