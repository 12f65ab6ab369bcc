import { createHash } from 'node:crypto';
import { Files } from './files.ts';
import { pythonJson, Real } from './python.ts';
import { releasesOf } from './releases.ts';
import { hourOf, instant, timestamp } from './times.ts';
import { Tree } from './tree.ts';

/** A row of mbo_events. `unscaled`: the price is one of Databento's integers of 1e-9. */
export type EventRow = {
  readonly event_id: number;
  readonly timestamp: string;
  readonly symbol: string;
  readonly order_id: number;
  readonly side: string;
  readonly price: number;
  readonly size: number;
};
/** A row of a component's table in metrics.db. */
export type MetricRow = { readonly id: number; readonly timestamp: string; readonly value: number };

/** Phase 4's components, their tables and usual values (scripts/new_features.py, lib/trading_system/features.py). */
export const components = {
  success_metrics: { table: 'success_metrics', value: 94 },
  websocket_backfill: { table: 'backfill_gaps', value: 3 },
  budget_dashboard: { table: 'budget_snapshots', value: 82 },
} as const;
export type Component = keyof typeof components;
export const tables = Object.values(components).map(({ table }) => table);

/** A limit above which a price, or a component's value, is corrupt. */
export const MOST_VALUE = 1_000_000;
/** The factor of a feed that does not divide its integers of 1e-9. */
export const UNSCALED = 1_000_000_000;

export type FlagEntry = { readonly enabled?: unknown; readonly value?: unknown };

/** Everything on one host that a script, the trading system or a person can see. */
export type HostState = {
  readonly name: string;
  readonly files: Files;
  readonly tree: Tree;
  /** mbo_events, oldest first. */
  events: EventRow[];
  lastEventId: number;
  readonly metrics: Map<string, MetricRow[]>;
  /** Keys of the host's Redis: value, and time to live in milliseconds or 0. */
  readonly redis: Map<string, readonly [string, number]>;
  readonly units: Map<string, string>;
  /** The flags of each AppConfig environment, as its agent wrote them. */
  flags: ReadonlyMap<string, Readonly<Record<string, FlagEntry>>>;
  /** Another process holds the write lock of market_data.db. */
  databaseLocked: boolean;
  /** The disk takes no exports. */
  diskFull: boolean;
  /** The disk has almost no room left, as `df` shows it. */
  diskNearlyFull: boolean;
  /** The product's own state, below var/lib/rollback. */
  readonly kept: KeptState;
  /** The content of outputs/run, by file. */
  readonly run: Map<string, Readonly<Record<string, unknown>>>;
  /** The last tick's lines in the log. */
  log: { readonly now: string; readonly errors: number } | undefined;
};

export type KeptState = {
  fence: number;
  /** The line of a success, by `<rollback>/<step>`. */
  readonly markers: Map<string, Readonly<Record<string, unknown>>>;
  /** The copies of a step's removals, by `<rollback>/<step>`. */
  readonly quarantines: Map<string, Quarantine>;
  /** The preparations whose copies are here, by folder. */
  readonly prepared: Map<string, PreparedCopies>;
  /** The note that trading is halted (infra/host-scripts/shared/halted.py). */
  halted: { readonly halt: string; readonly confirmed: boolean } | undefined;
  /** The script of the step that a rollback passed over because of a halt. Absent: none. */
  owedScript?: string | undefined;
};

export type PreparedCopies = {
  readonly begun: string;
  readonly manifest: string;
  /** By the database's path in the tree. */
  readonly databases: Readonly<Record<string, { readonly bytes: number; readonly rows: number }>>;
  readonly files: number;
  /** Somebody cut the copies of databases to half their size. */
  readonly truncated: boolean;
};

export type Quarantine = {
  /** The names that the first attempt found in a folder. */
  names: readonly string[] | undefined;
  /** Copies of files: their path in the tree, and their content. */
  readonly copies: { readonly from: string; readonly bytes: Buffer; readonly sha256: string }[];
  /** The version of the tree before the step. */
  tree: string | undefined;
  /** An earlier attempt copied the changed files of the tree. */
  changesKept: boolean;
  /** The export of rows or keys by the first attempt. */
  exported: { readonly count: number; readonly sha256: string | null; readonly items: readonly unknown[] } | undefined;
};

const MINUTES = 180;
const SYMBOLS = ['ESM6', 'NQM6'] as const;

/** Builds the state of a new host, as the host image's `build` does. `now`: epoch seconds. */
export function builtHost(name: string, image: string, now: number): HostState {
  const files = new Files();
  const tree = new Tree(files, releasesOf(image));
  const redis = new Map<string, readonly [string, number]>();
  addCache(files, now);
  addSignals(files, redis, now);
  const events = firstEvents(now);
  return {
    name,
    files,
    tree,
    events,
    lastEventId: events.length,
    metrics: firstMetrics(files, now),
    redis,
    units: new Map([
      ['advanced-monitoring', 'active'],
      ['basic-monitoring', 'inactive'],
    ]),
    flags: new Map(),
    databaseLocked: false,
    diskFull: false,
    diskNearlyFull: false,
    kept: { fence: -1, markers: new Map(), quarantines: new Map(), prepared: new Map(), halted: undefined },
    run: new Map(),
    log: undefined,
  };
}

const minutesAgo = (now: number, number: number) => now - (MINUTES - number) * 60 - 30;

const firstEvents = (now: number): EventRow[] =>
  Array.from({ length: MINUTES }, (_, i) => i + 1).map((number) => ({
    event_id: number,
    timestamp: timestamp(minutesAgo(now, number)),
    symbol: number % 2 ? 'ESM6' : 'NQM6',
    order_id: 500_000 + number,
    side: number % 3 ? 'B' : 'A',
    price: 6000 + ((number * 7) % 40) / 4,
    size: 1 + (number % 5),
  }));

function addCache(files: Files, now: number): void {
  for (const hours of [2, 1, 0]) {
    const name = `glbx-mdp3-${hourOf(instant(now - hours * 3600))}.mbo.dbn`;
    const blocks = Array.from({ length: 64 }, (_, n) => createHash('sha256').update(`${name} ${n}`).digest());
    const content = Buffer.concat([Buffer.from('DBN\x01', 'latin1'), ...blocks]);
    files.write(`outputs/databento_cache/${name}`, content.toString('latin1'), true);
  }
  files.write('outputs/databento_cache/symbols/definitions.json', '{"ESM6": 5602, "NQM6": 2130}\n');
}

function addSignals(files: Files, redis: HostState['redis'], now: number): void {
  for (const symbol of SYMBOLS) redis.set(`positions:${symbol}`, [pythonJson({ contracts: 3 }), 0]);
  redis.set('session:dashboard', ['open', 1_800_000]);
  for (let number = 1; number <= MINUTES; number++) {
    const at = instant(minutesAgo(now, number));
    const [algorithm, strength] = number % 4 < 2 ? ['v3.0', (number % 7) / 10] : ['v1.0', 1];
    const symbol = SYMBOLS[1 - (number % 2)] as string;
    const line = pythonJson({ algorithm, at, strength: new Real(strength as number), symbol });
    redis.set(`signal:${symbol}:${hourOf(at)}`, [line, 0]);
    files.append(`outputs/signal_cache/${symbol}-${hourOf(at)}.jsonl`, `${line}\n`);
  }
  const sizes = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, 3]));
  files.write('outputs/baselines.json', `${pythonJson({ algorithm: 'v3.0', sizes })}\n`);
}

function firstMetrics(files: Files, now: number): HostState['metrics'] {
  for (const [name, { value }] of Object.entries(components))
    files.write(`outputs/phase4_state/${name}.json`, `${pythonJson({ at: instant(now - 30), value })}\n`);
  return new Map(
    Object.values(components).map(({ table, value }) => [
      table,
      Array.from({ length: MINUTES / 10 }, (_, i) => ({
        id: i + 1,
        timestamp: timestamp(now - (MINUTES - 10 * i) * 60),
        value,
      })),
    ]),
  );
}
