import { corruptIn } from '../data/corrupt-rows.ts';
import { type HostState, MOST_VALUE } from '../data/host-state.ts';
import { knownJson } from '../data/known-json.ts';
import { FLOWS } from './controls.ts';

// Phase 2's data, as scripts/signals.py of the host image reads and judges it.

export const CACHE = 'outputs/signal_cache';
export const BASELINES = 'outputs/baselines.json';
export const KEYS = 'signal:';
/** The packages of the algorithms. */
export const packages = { 'v1.0': 'institutional_flow_v1', 'v3.0': 'institutional_flow_v3' } as const;
const MOST_STRENGTH = 1;

export type Signal = {
  readonly algorithm: string;
  readonly at: string;
  readonly strength: number;
  readonly symbol: string;
};
/** The number of signals by algorithm: sound ones, and corrupt ones. */
export type Counts = { readonly sound: Map<string, number>; corrupt: number };

/** Counts signals in texts. Text that is no signal counts as corrupt. */
export function counted(texts: Iterable<string>, into: Counts = { sound: new Map(), corrupt: 0 }): Counts {
  for (const text of texts) {
    const algorithm = judged(text);
    if (algorithm === null) into.corrupt += 1;
    else into.sound.set(algorithm, (into.sound.get(algorithm) ?? 0) + 1);
  }
  return into;
}

const judgements = new Map<string, string | null>();

/** Returns a signal's algorithm; null if the signal is corrupt. */
function judged(text: string): string | null {
  let found = judgements.get(text);
  if (found === undefined) {
    found = judge(text);
    if (judgements.size > 20_000) judgements.clear();
    judgements.set(text, found);
  }
  return found;
}

function judge(text: string): string | null {
  try {
    const { algorithm, strength } = JSON.parse(text) as Signal;
    return typeof strength === 'number' && Math.abs(strength) <= MOST_STRENGTH ? algorithm : null;
  } catch {
    return null;
  }
}

/** Returns whether the installed version stores signals and baselines. Versions before v1.1.0 store none. */
export const storesSignals = (host: HostState): boolean => host.files.hasFolder(`${FLOWS}/${packages['v3.0']}`);

/** Counts the signals in the cache's files and in Redis. */
export function cached(host: HostState): Counts {
  const counts = counted([]);
  for (const path of host.files.paths(CACHE)) counted(linesOf(host.files.read(path) ?? ''), counts);
  return counted(keyedSignals(host), counts);
}

export const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);

export const keyedSignals = (host: HostState): string[] =>
  [...host.redis].filter(([key]) => key.startsWith(KEYS)).map(([, [value]]) => value);

/** Returns the algorithm of the baselines; null if there are none. */
export const baselines = (host: HostState): string | null => {
  const text = host.files.read(BASELINES);
  return text === undefined ? null : (knownJson(text) as { algorithm: string }).algorithm;
};

/** Counts sound signals of algorithms that are not installed: nothing can verify them. */
export const leftOver = ({ sound }: Counts, installed: readonly string[]): number =>
  [...sound].reduce((sum, [algorithm, count]) => sum + (installed.includes(algorithm) ? 0 : count), 0);

const CACHED_PRICES = 'outputs/databento_cache/symbols/last-prices.json';
export const cachedPricesFile = CACHED_PRICES;

export function corruptCachedPrices(host: HostState): number {
  const text = host.files.read(CACHED_PRICES);
  if (text === undefined) return 0;
  return Object.values(JSON.parse(text) as Record<string, number>).filter((price) => price > MOST_VALUE).length;
}

/** Counts the corrupt rows of a host. */
export const corruptRows = ({ events }: HostState): number => corruptIn(events, ({ price }) => price);
