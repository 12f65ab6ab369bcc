import fc from 'fast-check';

/** The start of the window, and how far the times of rows are from it, in tenths of a second. */
export const windowStart = Date.UTC(2026, 0, 5, 8, 50);

export interface RandomTable {
  /** Statements that make a database with a table `events` with rows. Some rows may fail, as against a constraint. */
  readonly statements: readonly string[];
  /** Whether the row with this number in its column `n` is after the start of the window, if it has a time at all. */
  readonly isInside: (n: number) => boolean;
}

type TimeForm = (instant: number) => string;
const clock = (instant: number) => new Date(instant).toISOString();
const plain: TimeForm = (instant) => clock(instant).slice(0, 19).replace('T', ' ');
const tenths: TimeForm = (instant) => clock(instant).slice(0, 21).replace('T', ' ');
const withOffset =
  (minutes: number): TimeForm =>
  (instant) => {
    const sign = minutes < 0 ? '-' : '+';
    const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
    const offset = `${sign}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
    return tenths(instant + minutes * 60_000) + offset;
  };
/** Forms that are understood, and some that are not. */
const understood: readonly TimeForm[] = [
  plain,
  tenths,
  withOffset(120),
  withOffset(-330),
  (instant) => `${clock(instant)}`,
];
const strange: readonly TimeForm[] = [
  (instant) => String(instant / 1000),
  (instant) => clock(instant).slice(0, 10),
  (instant) => `${plain(instant)} AM`,
  (instant) => clock(instant).slice(0, 19),
];

const column = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom('', ' TEXT', ' INTEGER', ' REAL', ' NUMERIC', ' BLOB'),
        fc.constantFrom(
          '',
          '',
          '',
          '',
          ' COLLATE NOCASE',
          ' UNIQUE',
          ' UNIQUE ON CONFLICT REPLACE',
          ' UNIQUE ON CONFLICT IGNORE',
          ` CHECK (typeof(x) <> 'blob' OR 1)`,
          ' DEFAULT 7',
          ' REFERENCES symbols',
          ' REFERENCES events (n)',
        ),
      )
      .map((parts) => ['x', parts.join('').replace('(x)', '(n)')] as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(' AS (n * 2)', ' AS (n * 2) STORED', ` AS (timestamp || 'x')`)
      .map((made) => ['generated', made] as const),
  },
);
const names = ['a', 'rowid', '"b ""c"', 'OID', '_rowid_', '"select"'];
const key = fc.constantFrom(
  'n INTEGER',
  'n INTEGER PRIMARY KEY',
  'n INTEGER PRIMARY KEY',
  'n INTEGER PRIMARY KEY AUTOINCREMENT',
  'n INTEGER PRIMARY KEY DESC',
  'n PRIMARY KEY',
  'n TEXT PRIMARY KEY',
);
const more = fc.subarray(
  [
    'CREATE INDEX by_time ON events (timestamp)',
    'CREATE UNIQUE INDEX by_half ON events (n % 5, timestamp)',
    'CREATE UNIQUE INDEX by_part ON events (timestamp) WHERE n % 3 = 0',
    'CREATE UNIQUE INDEX by_expression ON events (substr(timestamp, 1, 19) || n)',
    'CREATE TRIGGER counted AFTER INSERT ON events BEGIN UPDATE volume SET events = events + 1; END',
    'CREATE TRIGGER stamped BEFORE UPDATE ON events BEGIN UPDATE volume SET events = 0; END',
    'CREATE TRIGGER cascade AFTER DELETE ON events BEGIN DELETE FROM fills WHERE event = OLD.n; END',
    'CREATE TRIGGER guarded BEFORE DELETE ON events WHEN OLD.n = 1 BEGIN SELECT RAISE(IGNORE); END',
    "CREATE TRIGGER forbidden BEFORE DELETE ON events WHEN OLD.n = 2 BEGIN SELECT RAISE(ABORT, 'no'); END",
    'CREATE TABLE fills_of (event REFERENCES events (n) ON DELETE CASCADE, size)',
    'CREATE VIEW latest AS SELECT * FROM events',
  ],
  { maxLength: 3 },
);
export const value = fc.oneof(
  fc.constantFrom(
    'NULL',
    '0',
    '1',
    '1.0',
    '-0.5',
    '9e999',
    '9223372036854775807',
    `''`,
    `'a'`,
    `'A'`,
    `x'00ff'`,
    `CAST(x'ff61' AS TEXT)`,
    `'é' || char(10)`,
    `'1'`,
  ),
  fc.integer().map(String),
);
const row = fc.record({
  away: fc.integer({ min: -40, max: 40 }),
  odd: fc.nat({ max: 60 }),
  values: fc.array(value, { minLength: 3, maxLength: 3 }),
});

export const randomTable: fc.Arbitrary<RandomTable> = fc
  .record({
    key,
    columns: fc.array(column, { maxLength: 3 }),
    names: fc.shuffledSubarray(names, { minLength: 3, maxLength: 3 }),
    rows: fc.array(row, { minLength: 1, maxLength: 12 }),
    form: fc.nat({ max: understood.length - 1 }),
    more,
    kind: fc.constantFrom('', '', '', '', '', '', ' WITHOUT ROWID'),
    encoding: fc.constantFrom('UTF-8', 'UTF-8', 'UTF-16le'),
    journal: fc.constantFrom('DELETE', 'WAL', 'TRUNCATE'),
    fills: fc.array(fc.nat({ max: 14 }), { maxLength: 2 }),
  })
  .map(({ key, columns, names, rows, form, more, kind, encoding, journal, fills }) => {
    const stored = columns.flatMap(([type], at) => (type === 'x' ? [names[at]] : []));
    const instants = rows.map(({ away }) => windowStart + away * (form === 0 ? 1000 : 100));
    const timeOf = (at: number) => {
      const { odd } = rows[at] as (typeof rows)[number];
      const write = odd < strange.length && odd > 0 ? strange[odd] : understood[form];
      return odd === 5 ? 'NULL' : `'${write?.(instants[at] ?? 0)}'`;
    };
    return {
      statements: [
        `PRAGMA encoding = '${encoding}'`,
        `PRAGMA journal_mode = ${journal}`,
        'CREATE TABLE symbols (id INTEGER PRIMARY KEY)',
        'INSERT INTO symbols VALUES (1)',
        'CREATE TABLE volume (events)',
        'INSERT INTO volume VALUES (0)',
        'CREATE TABLE fills (event, size)',
        'INSERT INTO fills VALUES (1, 10), (3, 30)',
        `CREATE TABLE events (${[key, 'timestamp', ...columns.map(([, rest], at) => `${names[at]}${rest}`)].join(', ')})${kind}`,
        ...more.filter((one) => !one.includes('REFERENCES')),
        ...rows.map(
          ({ values }, at) =>
            `INSERT OR IGNORE INTO events (${['n', 'timestamp', ...stored].join(', ')}) VALUES (${[at + 1, timeOf(at), ...values.slice(0, stored.length)].join(', ')})`,
        ),
        ...more.filter((one) => one.includes('REFERENCES')),
        ...(more.some((one) => one.includes('REFERENCES'))
          ? fills.map((event) => `INSERT INTO fills_of VALUES (${event}, 1)`)
          : []),
      ],
      isInside: (n) => rows[n - 1]?.odd !== 5 && (instants[n - 1] ?? 0) > windowStart,
    };
  });
