import { createRequire } from 'node:module';
import { remembered } from '../remembered.ts';
import type { OwnActions } from './dynalite.ts';
import type { ItemStore, Range } from './item-store.ts';

type Item = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;
type KeySchema = readonly { readonly AttributeName: string }[];
type Index = {
  readonly IndexName: string;
  readonly KeySchema: KeySchema;
};
type Table = {
  readonly TableStatus: string;
  readonly KeySchema: KeySchema;
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
};
type Condition = {
  readonly ComparisonOperator: string;
  readonly AttributeValueList: readonly { readonly S?: string }[];
};
type IndexActions = {
  readonly puts: readonly { readonly index: string; readonly key: string; readonly item: object }[];
  readonly deletes: readonly { readonly index: string; readonly key: string }[];
};
/** What dynalite's actions use too (dynalite 4.0.0, db/index.js). */
type Database = {
  hashPrefix(key: string, type: string): string;
  validateKey(key: Item, table: Table): object | null | undefined;
  validateItem(item: Item, table: Table): object | null | undefined;
  checkConditional(put: object, existing: object | undefined): object | null | undefined;
  itemSize(item: object, compress: boolean, addMetaSize: boolean, rangeKey: string | undefined): number;
  matchesExprFilter(item: object, expression: object): boolean;
  mapPaths(paths: readonly unknown[], item: object): object;
  getIndexActions(indexes: readonly Index[], before: object | undefined, after: object, table: Table): IndexActions;
};
/** A checked request, with what dynalite's checks made of its expressions. */
type Checked = {
  readonly TableName: string;
  readonly Item: Item;
  readonly Key: Item;
  readonly IndexName?: string;
  readonly KeyConditions: Readonly<Record<string, Condition>>;
  readonly ConsistentRead?: boolean;
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
  readonly ReturnValues?: string;
  readonly _projection?: { readonly paths: readonly unknown[]; readonly nestedPaths: object };
  readonly _filter?: { readonly expression: object; readonly nestedPaths: object; readonly pathHeads: object };
};

/** Members of a request whose effect only dynalite's actions have. */
const rare = ['AttributesToGet', 'ConditionalOperator', 'ExclusiveStartKey', 'Expected', 'QueryFilter', 'Select'];
const isRare = (request: object) => 'ReturnConsumedCapacity' in request || rare.some((name) => name in request);
const isEmpty = (value: object | undefined) => value === undefined || Object.keys(value).length === 0;

/** The most keys whose beginning is remembered. */
const MOST_KEYS = 5000;
/** A query reads at most so many bytes. */
const MOST_BYTES = 1024 * 1024;

const database = createRequire(import.meta.url)('dynalite/db') as Database;

/** The beginning of the keys of a partition, in dynalite's form. */
const partitionOf = remembered(MOST_KEYS, (text) => `${database.hashPrefix(text, 'S')}/${hex(text)}/`);
const hex = (text: string) => Buffer.from(text, 'utf8').toString('hex');

/**
 * Returns the actions that most requests are, on a store in maps, without streams and queues: GetItem, PutItem, and Query of a
 * table or a global index whose keys are texts.
 *
 * An action returns undefined for a request that it does not know or that is refused: dynalite's own action then answers it.
 */
export function mapActions(store: ItemStore): OwnActions {
  const sizes = new WeakMap<object, number>();
  const sizeOf = (item: object, rangeKey: string | undefined) => {
    const size = sizes.get(item) ?? database.itemSize(item, true, true, rangeKey);
    sizes.set(item, size);
    return size;
  };
  const known = <Result>(act: (request: Checked, table: Table) => Result | undefined) => {
    return (request: unknown): Result | undefined => {
      const table = store.tableDb.found((request as Checked).TableName) as Table | undefined;
      if (table?.TableStatus !== 'ACTIVE' || !isOfTexts(table, table.KeySchema) || isRare(request as Checked)) return;
      return act(request as Checked, table);
    };
  };
  return {
    GetItem: known(({ TableName, Key, _projection }, table) => {
      if (!isEmpty(_projection?.nestedPaths) || database.validateKey(Key, table)) return undefined;
      const found = store.getItemDb(TableName).found(keyOf(Key, table)) as object | undefined;
      if (!found) return {};
      return { Item: _projection ? database.mapPaths(_projection.paths, found) : found };
    }),
    PutItem: known((request, table) =>
      database.validateItem(request.Item, table) ? undefined : put(store, request, table),
    ),
    Query: known((request, table) => {
      const range = rangeOf(request, table);
      return range && query(request, { ...range, table, store, sizeOf });
    }),
  };
}

/** Returns whether the parts of a key are texts. */
const isOfTexts = ({ AttributeDefinitions }: Table, schema: KeySchema): boolean =>
  schema.every(({ AttributeName: key }) =>
    AttributeDefinitions.some((one) => one.AttributeName === key && one.AttributeType === 'S'),
  );

/** Returns the key of an item in the store, as dynalite's createKey does. */
function keyOf(item: Item, { KeySchema: [hash, range] }: Table): string {
  const partition = partitionOf(item[hash?.AttributeName ?? '']?.['S'] ?? '');
  return range ? `${partition}${hex(item[range.AttributeName]?.['S'] ?? '')}/` : partition;
}

function put(store: ItemStore, request: Checked, table: Table): object {
  const { TableName, Item, ReturnValues } = request;
  const items = store.getItemDb(TableName);
  const key = keyOf(Item, table);
  const existing = items.found(key) as object | undefined;
  const refused = database.checkConditional(request, existing);
  if (refused) throw refused;
  for (const kind of ['Local', 'Global'] as const) {
    const indexes = table[`${kind}SecondaryIndexes`] ?? [];
    if (indexes.length === 0) continue;
    const { puts, deletes } = database.getIndexActions(indexes, existing, Item, table);
    for (const one of deletes) store.getIndexDb(kind, TableName, one.index).remove(one.key);
    for (const one of puts) store.getIndexDb(kind, TableName, one.index).set(one.key, one.item);
  }
  items.set(key, Item);
  return existing && ReturnValues === 'ALL_OLD' ? { Attributes: existing } : {};
}

/** The entries that a query reads: those of the table or of a global index. */
type Selected = { readonly index: Index | undefined; readonly range: Range };

/** Returns the range of keys that a query reads; undefined for a query that only dynalite's action answers. */
function rangeOf(request: Checked, table: Table): Selected | undefined {
  const { IndexName, KeyConditions: conditions, ConsistentRead, _filter, _projection } = request;
  const index = table.GlobalSecondaryIndexes?.find((one) => one.IndexName === IndexName);
  if (IndexName !== undefined && (!index || ConsistentRead)) return undefined;
  const schema = (index ?? table).KeySchema;
  const [hash, range] = schema.map(({ AttributeName }) => AttributeName);
  const [partition, sorted] = [conditions[hash ?? ''], conditions[range ?? '']];
  const values = [partition, sorted].flatMap((one) => one?.AttributeValueList ?? []);
  const isKnown =
    isOfTexts(table, schema) &&
    partition?.ComparisonOperator === 'EQ' &&
    Object.keys(conditions).length === (sorted ? 2 : 1) &&
    values.every(({ S }) => typeof S === 'string') &&
    isEmpty(_filter?.nestedPaths) &&
    isEmpty(_projection?.nestedPaths) &&
    !schema.some(({ AttributeName }) => _filter && AttributeName in _filter.pathHeads);
  if (!isKnown) return undefined;
  const [value = '', ...bounds] = values.map(({ S }) => S ?? '');
  const beginning = partitionOf(value);
  const whole = { gte: beginning, lt: `${beginning}~` };
  const part = sorted ? partOf(beginning, sorted.ComparisonOperator, bounds.map(hex)) : whole;
  return part && { index, range: part };
}

/** Returns the keys of a partition that a condition selects, as dynalite's query does. */
function partOf(beginning: string, operator: string, [bound = '', upper = '']: readonly string[]): Range | undefined {
  const [from, behind] = [`${beginning}${bound}/`, `${beginning}~`];
  switch (operator) {
    case 'EQ':
      return { gte: from, lte: `${from}~` };
    case 'LT':
      return { gte: beginning, lt: from };
    case 'LE':
      return { gte: beginning, lte: `${from}~` };
    case 'GT':
      return { gt: `${from}~`, lt: behind };
    case 'GE':
      return { gte: from, lt: behind };
    case 'BEGINS_WITH':
      return { gte: from, lt: `${beginning}${bound}~` };
    case 'BETWEEN':
      return { gte: from, lte: `${beginning}${upper}/~` };
    default:
      return undefined;
  }
}

type Reading = Selected & {
  readonly table: Table;
  readonly store: ItemStore;
  readonly sizeOf: (item: object, rangeKey: string | undefined) => number;
};

function query(request: Checked, { index, range, table, store, sizeOf }: Reading): object {
  const { TableName, Limit: limit, ScanIndexForward, _filter, _projection } = request;
  const entries = index ? store.getIndexDb('Global', TableName, index.IndexName) : store.getItemDb(TableName);
  const [, rangeKey] = table.KeySchema;
  const read: Item[] = [];
  let size = 0;
  const isFull = () => size >= MOST_BYTES || (limit !== undefined && read.length >= limit);
  for (const entry of entries.between({ ...range, reverse: ScanIndexForward === false })) {
    if (isFull()) break;
    read.push(entry as Item);
    size += sizeOf(entry as Item, rangeKey?.AttributeName);
  }
  const filtered = _filter ? read.filter((one) => database.matchesExprFilter(one, _filter.expression)) : read;
  const items = _projection ? filtered.map((one) => database.mapPaths(_projection.paths, one)) : filtered;
  const last = isFull() ? read.at(-1) : undefined;
  return {
    ScannedCount: read.length,
    ...(last ? { LastEvaluatedKey: keysOf(last, [...table.KeySchema, ...(index?.KeySchema ?? [])]) } : {}),
    Count: items.length,
    Items: items,
  };
}

const keysOf = (item: Item, schema: KeySchema): object =>
  Object.fromEntries(schema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]));
