import { Stream } from 'node:stream';

// dynalite's actions call a store. This one holds items as they are, in maps; dynalite's own is LevelDB in memory, which
// writes each item as JSON and reads it again. No action changes an item that it has read: UpdateItem copies it first.

type Done<Value> = (error: unknown, value?: Value) => void;
export type Range = Readonly<Partial<Record<'gt' | 'gte' | 'lt' | 'lte', string>>> & {
  readonly reverse?: boolean;
  /** The number of values; -1: all. */
  readonly limit?: number;
};
type Table = { readonly TableStatus: string };

export type ItemStore = ReturnType<typeof itemStore>;

/** Returns an empty store of the form of dynalite's (dynalite 4.0.0, db/index.js, `create`). */
export function itemStore() {
  const all = new Map<string, ReturnType<typeof sorted>>();
  const named = (name: string) => {
    const known = all.get(name) ?? sorted();
    all.set(name, known);
    return known;
  };
  const tableDb = Object.assign(named('tables'), { awsRegion: '', awsAccountId: '' });
  return {
    options: { createTableMs: 0, maxItemSize: 400 * 1024 },
    tableDb,
    getItemDb: (table: string) => named(`items/${table}`),
    getIndexDb: (kind: string, table: string, index: string) => named(`${kind.toLowerCase()}/${table}/${index}`),
    getTable: (name: string, checkStatus: boolean | Done<Table>, last?: Done<Table>) => {
      const done = typeof checkStatus === 'function' ? checkStatus : (last as Done<Table>);
      // As in dynalite, a caller without the argument checks the status, because its function is true.
      const table = tableDb.found(name) as Table | undefined;
      if (table && !(checkStatus && ['CREATING', 'DELETING'].includes(table.TableStatus))) done(null, table);
      else done(notFound(checkStatus ? '' : `: Table: ${name} not found`));
    },
  };
}

const notFound = (what: string) => {
  const message = `Requested resource not found${what}`;
  const body = { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message };
  return Object.assign(new Error('NotFoundError'), { name: 'NotFoundError', statusCode: 400, body });
};

/** Returns an empty map whose values are read in the order of their keys. Keys are ASCII, so texts have LevelDB's order. */
function sorted() {
  const values = new Map<string, unknown>();
  const keys: string[] = [];
  /** Returns the place of the first key that is not before `key`. */
  const placeOf = (key: string) => {
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const placeAfter = (key: string) => placeOf(key) + (values.has(key) ? 1 : 0);
  const between = ({ gt, gte, lt, lte, reverse = false, limit = -1 }: Range) => {
    const from = gte !== undefined ? placeOf(gte) : gt !== undefined ? placeAfter(gt) : 0;
    const to = lte !== undefined ? placeAfter(lte) : lt !== undefined ? placeOf(lt) : keys.length;
    const found = keys.slice(from, to);
    if (reverse) found.reverse();
    return (limit < 0 ? found : found.slice(0, limit)).map((key) => values.get(key));
  };
  const set = (key: string, value: object) => {
    if (!values.has(key)) keys.splice(placeOf(key), 0, key);
    values.set(key, withoutUndefined(value));
  };
  const remove = (key: string) => {
    if (values.delete(key)) keys.splice(placeOf(key), 1);
  };
  return {
    between,
    set,
    remove,
    /** Nothing waits for a lock: an action reads, checks and writes an item without a pause between them. */
    lock: (_: string, act: (release: <Act>(act: Act) => Act) => void) => act((done) => done),
    found: (key: string) => values.get(key),
    get: (key: string, done: Done<unknown>) => done(null, values.get(key)),
    put: (key: string, value: object, done: Done<void>) => {
      set(key, value);
      done(null);
    },
    del: (key: string, done: Done<void>) => {
      remove(key);
      done(null);
    },
    /** Returns a stream of the values that a range has now. */
    createValueStream: (range: Range) => streamOf(between(range)),
    createKeyStream: () => streamOf([...keys]),
  };
}

/** Returns a stream that begins when its readers listen. Of an EventEmitter, dynalite would read each entry twice. */
function streamOf(entries: readonly unknown[]): Stream {
  const stream = new Stream();
  queueMicrotask(() => {
    for (const one of entries) stream.emit('data', one);
    stream.emit('end');
  });
  return stream;
}

/** Returns a value without undefined members, which JSON would not store: an index's item has them. */
const withoutUndefined = (value: object): object =>
  Object.values(value).includes(undefined)
    ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
    : value;
