import { type Component, components, type HostState, UNSCALED } from '../data/host-state.ts';
import { pythonJson } from '../data/python.ts';
import { emergency, isComponent, type Seen, trading } from './controls.ts';
import * as features from './new-features.ts';
import type { Metrics, Struck } from './phases.ts';

/** Phase 4's part: its components, their data, and their monitoring (lib/trading_system/features.py of the host image). */
export class Features {
  readonly #host: HostState;
  #enabled: readonly string[] = [];
  #running: Component[] = [];
  #stops: string | undefined;
  readonly #last = new Map<string, string>();

  constructor(host: HostState) {
    this.#host = host;
  }

  /** Starts and stops components. A component reads flag and configuration at its start, and runs until stopped. */
  follow(seen: Seen): void {
    this.#enabled = seen.new_features;
    const halted = trading(this.#host) !== 'running';
    const stops = `${seen.stops} ${seen.stops_of_new_features}`;
    if (halted || stops !== this.#stops) this.#running = [];
    if (!halted && !emergency(this.#host).held)
      this.#running = [...new Set([...this.#running, ...this.#enabled.filter(isComponent)])].toSorted();
    this.#stops = stops;
  }

  get fragile(): boolean {
    return this.#enabled.length > 0 || this.#running.length > 0;
  }

  /** Stores each component's measurement: at once if it changed or is missing, else once per minute. */
  work(now: string, struck: Struck, unscaled: boolean): void {
    if (struck.has('system_failure')) return;
    for (const name of this.#running) {
      const { table, value: usual } = components[name];
      const value = usual * (unscaled ? UNSCALED : 1);
      const measured = `${now.slice(0, 16)} ${value}`;
      if (this.#last.get(name) === measured && this.#host.files.has(features.stateFileOf(name))) continue;
      this.#last.set(name, measured);
      this.#host.files.write(features.stateFileOf(name), `${pythonJson({ at: now, value })}\n`);
      const rows = this.#host.metrics.get(table) ?? [];
      rows.push({ id: (rows.at(-1)?.id ?? 0) + 1, timestamp: now.replace('T', ' ').slice(0, 19), value });
    }
  }

  metrics(unscaled: boolean): Metrics {
    const found: Metrics = { Unwatched: features.unwatched(this.#host, this.#enabled), FeaturesHeldBack: 0 };
    if (trading(this.#host) === 'running')
      found['FeaturesHeldBack'] = this.#enabled.filter((name) => !this.#running.includes(name as Component)).length;
    if (!features.deployed(this.#host)) return { ...found, LeftoverState: 0 };
    // A component that may start would write the next corrupt value.
    const wouldCorrupt = unscaled && this.#enabled.length > 0 ? 1 : 0;
    return {
      ...found,
      DataIntegrityErrors: features.corruptMetrics(this.#host) + wouldCorrupt,
      LeftoverState: features.leftOverState(this.#host, this.#enabled, this.#running),
    };
  }

  state() {
    return { running: this.#running };
  }
}
