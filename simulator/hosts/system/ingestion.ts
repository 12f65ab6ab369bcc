import { type EventRow, type HostState, MOST_VALUE, UNSCALED } from '../data/host-state.ts';
import { pythonJson, Real, rounded } from '../data/python.ts';
import { hourOf, timestamp } from '../data/times.ts';
import { CLIENT, type Seen, trading } from './controls.ts';
import { digest, type Metrics, type Struck } from './phases.ts';
import { cachedPricesFile, corruptCachedPrices, corruptRows } from './signals.ts';

const EVENT_SECONDS = 5;

type FeedRecord = { readonly symbol: string; readonly side: string; readonly price: number; readonly size: number };
export type FeedEvent = FeedRecord & { readonly at: number; readonly from: 'databento' | 'barchart' };

/** Phase 1's part: stores events from Databento and Barchart (lib/trading_system/ingestion.py of the host image). */
export class Ingestion {
  readonly #host: HostState;
  #seen: Seen | undefined;
  #code: Client | undefined;
  #stream: Client | undefined;

  constructor(host: HostState) {
    this.#host = host;
  }

  /** Adopts the present code and controls. An open stream keeps the client that opened it. */
  follow(seen: Seen): void {
    const before = this.#seen;
    this.#seen = seen;
    if (seen.client !== before?.client) this.#code = new Client(this.#host.files.read(CLIENT));
    if (seen.databento !== 'running') this.#stream = undefined;
    else if (!this.#stream || seen.stops !== before?.stops) this.#stream = this.#code;
  }

  get fragile(): boolean {
    return [this.#code, this.#stream].some((client) => client?.schema === 'mbo');
  }

  /** Stores the events that are due, and returns those of the source in use. */
  work(since: number, at: number, struck: Struck, unscaled: boolean): FeedEvent[] {
    const crashed = this.#code?.broken || struck.has('system_failure');
    const events = crashed ? [] : this.#events(since, at, unscaled);
    this.#cache(events.filter(({ from }) => from === 'databento'));
    if (this.#host.databaseLocked) throw new Error('OperationalError: database is locked');
    for (const event of events) this.#insert(event);
    return events.filter(({ from }) => from === this.#seen?.source);
  }

  #events(since: number, at: number, unscaled: boolean): FeedEvent[] {
    const events: FeedEvent[] = [];
    for (let second = (Math.floor(since / EVENT_SECONDS) + 1) * EVENT_SECONDS; second <= at; second += EVENT_SECONDS) {
      if (this.#stream) {
        const record = recordOf(second, this.#stream.schema, unscaled);
        events.push({ ...this.#stream.toEvent(record), at: second, from: 'databento' });
      }
      if (this.#seen?.source === 'barchart')
        events.push({ ...recordOf(second, 'barchart', false), at: second, from: 'barchart' });
    }
    return events;
  }

  /** Stores the stream's cache: the hour's events, and the last price of each symbol. */
  #cache(events: readonly FeedEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    const packed = Buffer.alloc(16 * events.length);
    for (const [i, { at, price }] of events.entries()) {
      packed.writeBigInt64LE(BigInt(at), 16 * i);
      packed.writeDoubleLE(price, 16 * i + 8);
    }
    const name = `glbx-mdp3-${hourOf(timestamp(last.at))}.${this.#stream?.schema}.dbn`;
    this.#host.files.append(`outputs/databento_cache/${name}`, packed.toString('latin1'), true);
    // A price that the feed did not divide is an integer, every other one a float.
    const prices = events.map(({ symbol, price }) => [symbol, price > MOST_VALUE ? price : new Real(price)]);
    this.#host.files.write(cachedPricesFile, `${pythonJson(Object.fromEntries(prices))}\n`);
  }

  #insert({ at, from, symbol, side, price, size }: FeedEvent): void {
    const host = this.#host;
    host.lastEventId += 1;
    const row: EventRow = {
      event_id: host.lastEventId,
      timestamp: timestamp(at),
      symbol,
      order_id: digest(`${host.name} ${at} ${from}`, 6),
      side,
      price,
      size,
    };
    host.events.push(row);
  }

  metrics(at: number, unscaled: boolean, perMinute: number): Metrics {
    const broken = this.#code?.broken ? 1 : 0;
    const wouldCorrupt = this.#code?.corrupts(recordOf(Math.floor(at), this.#code.schema, unscaled)) ? 1 : 0;
    return {
      SystemFailures: broken,
      DataIntegrityErrors: corruptRows(this.#host) + corruptCachedPrices(this.#host) + wouldCorrupt,
      EventsPerMinute: perMinute,
      TradingHalted: trading(this.#host) === 'running' ? 0 : 1,
    };
  }
}

/** A Databento client with the code that it had when it was read. */
class Client {
  readonly schema: string | undefined;
  readonly broken: boolean;
  readonly #divides: boolean;

  constructor(text: string | undefined) {
    this.schema = text?.match(/^SCHEMA = '(\w+)'$/m)?.[1];
    this.broken = this.schema === undefined;
    this.#divides = text?.includes("record['price'] / PRICE_SCALE") ?? false;
  }

  toEvent(record: FeedRecord): FeedRecord {
    return { ...record, price: this.#divides ? record.price / UNSCALED : record.price };
  }

  corrupts(record: FeedRecord): boolean {
    return !this.broken && this.toEvent(record).price > MOST_VALUE;
  }
}

/** Returns a record of a feed. Databento's trades are integers of 1e-9; its order book is so only under the fault. */
function recordOf(at: number, feed: string | undefined, unscaled: boolean): FeedRecord {
  const number = Math.floor(at / EVENT_SECONDS);
  const price = 6000 + ((number * 7) % 40) / 4;
  const integers = feed === 'trades' || (feed === 'mbo' && unscaled);
  return {
    symbol: number % 2 ? 'ESM6' : 'NQM6',
    side: number % 3 ? 'B' : 'A',
    price: integers ? rounded(price * UNSCALED) : price,
    size: 1 + (number % 5),
  };
}

/** Returns the time of the newest event. Events are stored in the order of their times. */
export const newestEvent = ({ events }: HostState): string | null => events.at(-1)?.timestamp ?? null;
