import { type HostState, UNSCALED } from '../data/host-state.ts';
import type { Trade } from './analysis.ts';
import { profileIn, type Seen, trading, validated } from './controls.ts';
import type { Metrics, Struck } from './phases.ts';

const HALF = 50;
const MOST_SHARE = 100;

/** Phase 3's part: routes events to algorithms (lib/trading_system/traffic.py of the host image). */
export class Traffic {
  readonly #host: HostState;
  #code: string | undefined;
  #layer: Layer | undefined;
  #test: Layer | undefined;
  #stops: number | undefined;
  #v1Percent: number | null = null;
  throughput: number | null = null;

  constructor(host: HostState) {
    this.#host = host;
  }

  /** Starts and ends the A/B test. An open test keeps its layer until the flag or an emergency stop ends the test. */
  follow(seen: Seen): void {
    if (seen.integration !== this.#code) {
      this.#code = seen.integration;
      this.#layer = new Layer(this.#host);
    }
    // The deployment tested the layer that it installed.
    if (validated(this.#host) === null) this.#host.run.set('pipeline.json', { validated: this.#code });
    const halted = trading(this.#host) !== 'running';
    if (halted || seen.testing_mode_flag === 'production' || seen.stops !== this.#stops) this.#test = undefined;
    if (!halted && !this.#test && this.#layer?.tests && seen.testing_mode === 'ab') this.#test = this.#layer;
    this.#stops = seen.stops;
  }

  get fragile(): boolean {
    return Boolean(this.#layer?.tests || this.#test);
  }

  /** Returns the trades for v1.0 beside the algorithm in use, and the trades for the algorithm in use. */
  work(trades: readonly Trade[], struck: Struck, unscaled: boolean): { beside: Trade[]; inUse: Trade[] } {
    const crashed = this.#layer?.broken || struck.has('system_failure');
    const isOdd = (_: Trade, i: number) => i % 2 === 1;
    const beside = crashed || !this.#test ? [] : trades.filter((trade, i) => !isOdd(trade, i));
    const inUse = crashed ? [] : this.#test ? trades.filter(isOdd) : [...trades];
    if (this.#test && !crashed) this.#rebalance(this.#test, unscaled);
    const percent = (count: number) => (trades.length > 0 ? Math.round((count * 100) / trades.length) : null);
    this.#v1Percent = percent(beside.length);
    this.throughput = percent(beside.length + inUse.length);
    return { beside, inUse };
  }

  /** Measures the share again and stores it. A corrupt share stays, because the router uses the profile's share. */
  #rebalance(test: Layer, unscaled: boolean): void {
    const kept = profileIn(this.#host).ab_share ?? HALF;
    const share = test.keeps(isShare(kept) ? measured(unscaled) : kept);
    if (profileIn(this.#host).ab_share !== share) updateProfile(this.#host, { ab_share: share });
  }

  metrics(unscaled: boolean): Metrics {
    const corrupt = isShare(profileIn(this.#host).ab_share ?? HALF) ? 0 : 1;
    const wouldCorrupt = isShare(this.#layer?.keeps(measured(unscaled)) ?? HALF) ? 0 : 1;
    const held = trading(this.#host) === 'running' && validated(this.#host) !== this.#code;
    return {
      SystemFailures: this.#layer?.broken ? 1 : 0,
      DataIntegrityErrors: corrupt + wouldCorrupt,
      PipelineHeld: held ? 1 : 0,
    };
  }

  state() {
    return { testing: this.#test !== undefined, v1_percent: this.#v1Percent };
  }
}

/** The integration layer with the code of its two files when it was loaded. */
class Layer {
  readonly tests: boolean;
  readonly broken: boolean;
  /** Returns the share that the layer stores for a measured one. */
  readonly keeps: (measured: number) => number;

  constructor({ files }: HostState) {
    const [integration, manager] = [files.read('integration.py'), files.read('config_manager.py')];
    this.broken = integration === undefined || manager === undefined;
    this.tests = !this.broken && /^AB_TESTING = True$/m.test(integration ?? '');
    const stores = !this.broken && manager?.includes('def kept_share');
    this.keeps = stores ? (measured) => measured : () => HALF;
  }
}

/** Updates the profile `production` as the customer's ConfigManager does. */
export function updateProfile({ files }: HostState, values: Readonly<Record<string, unknown>>): void {
  const profiles = JSON.parse(files.read('config/pipeline_config.json') ?? '{}') as { production: object };
  Object.assign(profiles.production, values);
  files.write('config/pipeline_config.json', `${JSON.stringify(profiles, null, 2)}\n`);
}

export const isShare = (percent: number): boolean => percent >= 0 && percent <= MOST_SHARE;

/** Returns the share of trades that the second algorithm got, in the router's own unit. */
const measured = (unscaled: boolean): number => (unscaled ? HALF * UNSCALED : HALF);
