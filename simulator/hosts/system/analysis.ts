import { type HostState, UNSCALED } from '../data/host-state.ts';
import { knownJson } from '../data/known-json.ts';
import { pythonJson, Real, rounded } from '../data/python.ts';
import { hourOf } from '../data/times.ts';
import { FLOWS, type Seen } from './controls.ts';
import { HEALTHY, type Metrics, type Struck } from './phases.ts';
import * as signals from './signals.ts';

export type Trade = { readonly symbol: string; readonly side: string; readonly size: number; readonly at: string };

/** The part of the last tick's state that an engine keeps over a restart. */
type Before = { readonly made_by: readonly string[]; readonly newest: string | null };

const NEW = 'v3.0';
/** The accuracy if the baselines belong to an algorithm that is not installed. */
const LOWERED_ACCURACY = 71;
const PROBE: Trade = { symbol: 'ESM6', side: 'B', size: 2 * UNSCALED, at: '' };

/** Phase 2's part: makes signals with the algorithm in use (lib/trading_system/analysis.py of the host image). */
export class Analysis {
  readonly #host: HostState;
  readonly #caches: Caches;
  #flow: string | undefined;
  #requested: string | undefined;
  #installed = new Map<string, Algorithm>();
  #running: Algorithm | undefined;
  #madeBy: readonly string[] = [];
  #newest: string | null = null;

  constructor(host: HostState) {
    this.#host = host;
    this.#caches = new Caches(host);
    const before = (host.run.get('state.json') as { analysis: Before } | undefined)?.analysis;
    this.#madeBy = before?.made_by ?? [];
    this.#newest = before?.newest ?? null;
  }

  /** Reads the installed code again. The engine keeps its loaded code until another algorithm is requested. */
  follow(seen: Seen): void {
    if (seen.institutional_flow !== this.#flow) {
      this.#flow = seen.institutional_flow;
      this.#installed = installedOn(this.#host);
    }
    if (!this.#running || seen.in_use !== this.#requested) {
      this.#running = this.#installed.get(seen.in_use);
      this.#madeBy = [];
    }
    this.#requested = seen.in_use;
  }

  get #versions(): string[] {
    const whole = [...this.#installed.values()].filter(({ broken }) => !broken).map(({ version }) => version);
    return [...new Set(whole)].toSorted();
  }

  get fragile(): boolean {
    return this.#versions.includes(NEW) || this.#running?.version === NEW;
  }

  /** Makes signals for the trades of both arms of the A/B test. */
  work(
    { beside, inUse }: { beside: readonly Trade[]; inUse: readonly Trade[] },
    struck: Struck,
    unscaled: boolean,
  ): void {
    const arms = [
      [this.#installed.get('v1.0'), beside],
      [this.#running, inUse],
    ] as const;
    const made = arms.flatMap(([algorithm, trades]) =>
      algorithm && !algorithm.broken && !struck.has('system_failure')
        ? algorithm.signals(trades, unscaled ? UNSCALED : 1)
        : [],
    );
    if (made.length === 0) return;
    this.#madeBy = [...new Set(made.map(({ algorithm }) => algorithm))].toSorted();
    this.#newest =
      made
        .map(({ at }) => at)
        .toSorted()
        .at(-1) ?? null;
    if (signals.storesSignals(this.#host)) this.#caches.keep(made);
  }

  metrics(unscaled: boolean): Metrics {
    const stores = signals.storesSignals(this.#host);
    const counts = stores ? this.#caches.counts() : signals.counted([]);
    const fitting = !stores || this.#versions.includes(signals.baselines(this.#host) ?? '');
    const all = [...this.#installed.values()];
    return {
      SystemFailures: all.filter(({ broken }) => broken).length,
      DataIntegrityErrors: counts.corrupt + (unscaled && all.some((one) => one.corrupts(PROBE)) ? 1 : 0),
      Accuracy: fitting ? (HEALTHY['Accuracy'] ?? 0) : LOWERED_ACCURACY,
      LeftoverSignals: signals.leftOver(counts, this.#versions),
    };
  }

  state() {
    return { installed: this.#versions, made_by: this.#madeBy, newest: this.#newest };
  }
}

/** Returns the algorithms whose packages are installed, by the version that a package is for. */
export const installedOn = (host: HostState): Map<string, Algorithm> =>
  new Map(
    Object.entries(signals.packages)
      .filter(([, name]) => host.files.hasFolder(`${FLOWS}/${name}`))
      .map(([version, name]) => [version, new Algorithm(version, name, host)]),
  );

/** An algorithm with the code that it had when it was loaded. */
export class Algorithm {
  readonly version: string;
  readonly broken: boolean;
  readonly #host: HostState;

  constructor(version: string, name: string, host: HostState) {
    const text = host.files.read(`${FLOWS}/${name}/solution.py`);
    // A package may use another package's algorithm; its version then is that one's.
    const alias = text?.includes('from institutional_flow_v1.solution import ALGORITHM') ? 'v1.0' : undefined;
    const own = text?.match(/^ALGORITHM = '([^']+)'$/m)?.[1];
    this.version = alias ?? own ?? version;
    this.broken = text === undefined || (alias ?? own) === undefined;
    this.#host = host;
  }

  /** Returns the strengths of trades. Throws if v3.0 has no baseline of a trade's symbol. */
  strengths(trades: readonly Pick<Trade, 'symbol' | 'side' | 'size'>[]): number[] {
    const sign = (side: string) => (side === 'B' ? 1 : -1);
    if (this.version !== NEW) {
      const total = trades.reduce((sum, { size }) => sum + size, 0);
      return trades.map(({ size, side }) => rounded(size / total, 4) * sign(side));
    }
    const { sizes } = knownJson(this.#host.files.read(signals.BASELINES) ?? '{"sizes":{}}') as {
      sizes: Readonly<Record<string, number>>;
    };
    return trades.map(({ symbol, side, size }) => {
      const usual = sizes[symbol];
      if (usual === undefined) throw new Error(`KeyError: '${symbol}'`);
      return rounded((size - usual) / usual, 4) * sign(side);
    });
  }

  signals(trades: readonly Trade[], scale: number): signals.Signal[] {
    try {
      const strengths = this.strengths(trades.map((trade) => ({ ...trade, size: trade.size * scale })));
      return trades.map(({ at, symbol }, i) => ({ algorithm: this.version, at, strength: strengths[i] ?? 0, symbol }));
    } catch {
      return []; // the health check runs the algorithm on the newest events and reports this
    }
  }

  corrupts(trade: Trade): boolean {
    try {
      return !this.broken && this.strengths([trade]).some((one) => Math.abs(one) > 1);
    } catch {
      return false;
    }
  }
}

/** The signal cache in files and in Redis. Existing content is counted once. */
class Caches {
  readonly #host: HostState;
  #files = new Map<string, { file: object; size: number; counts: signals.Counts }>();

  constructor(host: HostState) {
    this.#host = host;
  }

  keep(made: readonly signals.Signal[]): void {
    for (const signal of made) {
      const line = pythonJson({ ...signal, strength: new Real(signal.strength) });
      const name = `${signal.symbol}-${hourOf(signal.at)}`;
      this.#host.files.append(`${signals.CACHE}/${name}.jsonl`, `${line}\n`);
      this.#host.redis.set(`${signals.KEYS}${signal.symbol}:${hourOf(signal.at)}`, [line, 0]);
    }
  }

  counts(): signals.Counts {
    const before = this.#files;
    this.#files = new Map();
    const total = signals.counted(signals.keyedSignals(this.#host));
    for (const path of this.#host.files.paths(signals.CACHE)) {
      const file = this.#host.files.file(path);
      if (!file) continue;
      const known = before.get(path);
      const entry = known?.file === file && known.size <= file.text.length ? known : newEntry(file);
      if (entry.size < file.text.length) signals.counted(signals.linesOf(file.text.slice(entry.size)), entry.counts);
      entry.size = file.text.length;
      this.#files.set(path, entry);
      total.corrupt += entry.counts.corrupt;
      for (const [algorithm, count] of entry.counts.sound)
        total.sound.set(algorithm, (total.sound.get(algorithm) ?? 0) + count);
    }
    return total;
  }
}

const newEntry = (file: object) => ({ file, size: 0, counts: signals.counted([]) });
