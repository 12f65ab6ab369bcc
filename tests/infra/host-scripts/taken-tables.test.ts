import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contents } from './contents.ts';
import { databaseLook, sqlOn } from './database-look.ts';
import { type Environment, Host, python } from './host.ts';

// Tables of every kind, for the two scripts that remove rows. The first two rows of `events` are before the window.

let host: Host;
beforeEach(() => {
  host = new Host();
  mkdirSync(join(host.tree, 'outputs'), { recursive: true });
  host.write('opt/trading/outputs/cache/a', 'cached');
  host.write('opt/trading/reset.sql', `DELETE FROM events WHERE timestamp > '2026-01-05 08:50:00';`);
});
afterEach(() => host.remove());

const database = () => join(host.tree, 'outputs/market.db');
const sql = (...statements: string[]) => sqlOn(database(), ...statements);
const look = () => ({ database: databaseLook(database()), files: contents(join(host.tree, 'outputs/cache')) });

const common: Environment = { SSM_Step: 's', SSM_Database: 'outputs/market.db' };
const scripts: Readonly<Record<string, Environment>> = {
  'clear-corrupted-cache.py': {
    ...common,
    SSM_CacheFolder: 'outputs/cache',
    SSM_Table: 'events',
    SSM_TimeColumn: 'timestamp',
    SSM_WindowStart: '2026-01-05T08:50:00Z',
  },
  'clear-state.py': { ...common, SSM_StateFolder: 'outputs/cache', SSM_Sql: 'reset.sql', SSM_Tables: 'events' },
};
const run = (script: string, env: Environment = {}) => host.verdict(script, { ...scripts[script], ...env });
const bringBack = (overwrite = 'no') =>
  host.verdict('restore.py', { SSM_Step: 'restore', SSM_Kind: 'check', SSM_Of: 's', SSM_Overwrite: overwrite });

const times = ['08:30', '08:40', '08:55', '09:05'].map((time) => `2026-01-05 ${time}:00`);
const rows = (columns = 'id, timestamp') =>
  times.map((time, at) => `INSERT INTO events (${columns}) VALUES (${at + 1}, '${time}')`);
const plain = ['CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT)', ...rows()];

/** Two rows of another table, which break its rule. */
const broken = [
  ...plain,
  'CREATE TABLE prices (id INTEGER PRIMARY KEY, note TEXT, price REAL CHECK (price < 10))',
  'PRAGMA ignore_check_constraints = ON',
  `INSERT INTO prices VALUES (1, 'a', 99), (2, 'b', 98)`,
];

/** Rows of another table, whose rule calls a function that only the customer's programs have. */
const ofTheCustomer = [
  ...plain,
  'PRAGMA ignore_check_constraints = ON',
  'CREATE TABLE prices (note, price CHECK (known_to_the_customer(price)))',
  `INSERT INTO prices VALUES ('a', 1), ('b', 2)`,
];

describe.each(Object.keys(scripts))('%s', (script) => {
  describe('refuses, in a plan too, and changes neither row nor file', () => {
    test.each<[string, readonly string[], string]>([
      ['no table', [], 'There is no table events; no row was changed'],
      [
        'a view',
        ['CREATE TABLE kept (id INTEGER PRIMARY KEY, timestamp TEXT)', 'CREATE VIEW events AS SELECT * FROM kept'],
        'events is a view, whose rows are in other tables; no row was changed',
      ],
      [
        'a virtual table',
        ['CREATE VIRTUAL TABLE events USING fts5(timestamp)', `INSERT INTO events VALUES ('${times[3]}')`],
        'events is a virtual table, whose rows are elsewhere',
      ],
      [
        'a table that a virtual table reads',
        [...plain, `CREATE VIRTUAL TABLE found USING fts5(timestamp, content='events', content_rowid='id')`],
        'events is used by the virtual table found, which would not notice that rows go',
      ],
      [
        'WITHOUT ROWID',
        ['CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT) WITHOUT ROWID', ...rows()],
        'events is WITHOUT ROWID, so no row can be named',
      ],
      [
        "columns that hide all names of the row's id",
        ['CREATE TABLE events (rowid, OID, _rowid_, timestamp TEXT)', ...rows('oid, timestamp')],
        'events has columns called rowid, _rowid_ and oid, so no row can be named',
      ],
      [
        'a trigger that writes another table when a row goes',
        [
          ...plain,
          'CREATE TABLE fills (event)',
          'INSERT INTO fills VALUES (4)',
          'CREATE TRIGGER rollback_fills AFTER DELETE ON events BEGIN DELETE FROM fills WHERE event = OLD.id; END',
        ],
        'rollback_fills',
      ],
      [
        'a trigger that writes the same table when a row goes',
        [...plain, 'CREATE TRIGGER follow AFTER DELETE ON events BEGIN DELETE FROM events WHERE id = OLD.id - 2; END'],
        'the trigger follow',
      ],
      [
        'a trigger that forbids deletes',
        [...plain, `CREATE TRIGGER no BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END`],
        'append only',
      ],
      [
        'a trigger that takes other rows down with a rollback of its own',
        [...plain, `CREATE TRIGGER no BEFORE DELETE ON events BEGIN SELECT RAISE(ROLLBACK, 'undone'); END`],
        'undone',
      ],
      [
        'rows that another table refers to',
        [
          ...plain,
          'CREATE TABLE fills (event REFERENCES events ON DELETE CASCADE)',
          'INSERT INTO fills VALUES (1), (4)',
        ],
        'events is referred to: 1 rows by a foreign key would refer to rows that are gone',
      ],
      [
        'a row that its own table refers to',
        [
          'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, parent REFERENCES events)',
          ...rows(),
          'UPDATE events SET parent = 3 WHERE id = 2',
        ],
        'events is referred to: 1 rows',
      ],
      [
        'rows that another table refers to, while as many that go refer to nothing',
        [
          'CREATE TABLE symbols (id INTEGER PRIMARY KEY)',
          'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, symbol DEFAULT 99 REFERENCES symbols)',
          ...rows(),
          'CREATE TABLE fills (event REFERENCES events)',
          'INSERT INTO fills VALUES (3), (4)',
        ],
        'events is referred to: 2 rows by a foreign key would refer to rows that are gone (first row 1 of fills)',
      ],
      [
        'a row that its own table refers to, while one that goes refers to nothing',
        [
          'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, parent REFERENCES events)',
          ...rows(),
          'UPDATE events SET parent = 99 WHERE id > 2',
          'UPDATE events SET parent = 3 WHERE id = 2',
        ],
        'events is referred to: 1 rows by a foreign key would refer to rows that are gone (first row 2 of events)',
      ],
      [
        'rows that a table WITHOUT ROWID refers to, one of whose rows already refers to nothing',
        [
          'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, symbol TEXT COLLATE NOCASE, UNIQUE (symbol, id))',
          ...rows(),
          `UPDATE events SET symbol = 'ES' || id`,
          'CREATE TABLE fills (account, number, symbol, event, PRIMARY KEY (number, account),' +
            ' FOREIGN KEY (symbol, event) REFERENCES events (symbol, id)) WITHOUT ROWID',
          `INSERT INTO fills VALUES ('a', 1, 'es1', '1'), ('a', 2, 'es9', 9), ('a', 3, 'es4', '4'), ('a', 4, NULL, 4)`,
        ],
        "events is referred to: 1 rows by a foreign key would refer to rows that are gone (first row (3, 'a') of fills)",
      ],
      [
        'rows that a constraint would not let back in',
        [
          'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, price REAL CHECK (price < 1e6))',
          'PRAGMA ignore_check_constraints = ON',
          ...rows(),
          'UPDATE events SET price = 9e9 WHERE id = 3',
        ],
        'events would not take its rows back: CHECK constraint failed',
      ],
      [
        'a constraint with a function that only the customer has',
        [
          'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT CHECK (known_to_the_customer(timestamp)))',
          ...rows(),
        ],
        'events would not take its rows back: unknown function: known_to_the_customer()',
      ],
    ])('%s', async (_, statements, reason) => {
      sql('PRAGMA user_version = 1', ...statements);
      const before = look();
      const refusal = { verdict: 'failed', reason: expect.stringContaining(reason) };
      const plan = await run(script, { SSM_Mode: 'plan' });
      expect(plan).toMatchObject(refusal);
      expect(await run(script)).toMatchObject({ ...refusal, reason: plan.reason });
      expect(look()).toEqual(before);
    });
  });

  describe('refuses a database if an index lacks a row, also if', () => {
    test.each<[string, readonly string[]]>([
      ['the check finds a row first that breaks a rule of the schema', broken],
      ['a constraint has a function that only the customer has', ofTheCustomer],
    ])('%s', async (_, statements) => {
      sql(...statements, 'CREATE INDEX by_note ON prices (note)');
      // Node's SQLite cannot change the schema so, but Python's can.
      const damage = `import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('PRAGMA writable_schema = ON'); c.execute("UPDATE sqlite_master SET sql = 'CREATE INDEX by_note ON prices (price)' WHERE name = 'by_note'"); c.commit()`;
      execFileSync(python, ['-c', damage, database()]);
      for (const SSM_Mode of ['live', 'plan'])
        expect((await run(script, { SSM_Mode })).reason).toMatch(
          /market.db is damaged: .*by_note; no row was changed. Repair it, or restore it from a backup, then retry/,
        );
      expect(sql('SELECT count(*) AS count FROM events')).toEqual([{ count: 4 }]);
    });
  });

  describe('reports no loss, and the rows are gone, if the database has', () => {
    test.each<[string, readonly string[]]>([
      ['rows elsewhere that break a rule of the schema', broken],
      ['a constraint elsewhere with a function that only the customer has', ofTheCustomer],
    ])('%s', async (_, statements) => {
      sql(...statements);
      const { verdict, report } = await run(script);
      expect([verdict, report]).toEqual([
        'done',
        expect.objectContaining({
          integrity: 'ok',
          lost: false,
          rows: expect.objectContaining({ exported: 2, removed: 2 }),
        }),
      ]);
    });
  });

  describe('removes two rows of four, and restore.py brings all back as it was:', () => {
    test.each<[string, readonly string[]]>([
      ['a table with another spelling', [plain[0]?.replace('events', 'EVENTS') ?? '', ...plain.slice(1)]],
      [
        'a column that is called rowid and is not unique',
        [
          'CREATE TABLE events (rowid INTEGER, timestamp TEXT)',
          ...rows('rowid, timestamp'),
          'UPDATE events SET rowid = 7',
        ],
      ],
      ['a column with a quote in its name', ['CREATE TABLE events (id, timestamp TEXT, "a ""b" DEFAULT 5)', ...rows()]],
      [
        'generated columns, stored and virtual',
        [
          'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, day AS (date(timestamp)), twice AS (id * 2) STORED)',
          ...rows(),
        ],
      ],
      [
        'triggers on insert and update, two of which depend on their order',
        [
          ...plain,
          'CREATE TABLE volume (events)',
          'INSERT INTO volume VALUES (4)',
          'CREATE TRIGGER counted AFTER INSERT ON Events BEGIN UPDATE volume SET events = events + 1; END',
          'CREATE TRIGGER "twice ""counted" AFTER INSERT ON events BEGIN UPDATE volume SET events = events * 2; END',
          'CREATE TRIGGER stamped AFTER UPDATE ON events BEGIN UPDATE volume SET events = 0; END',
        ],
      ],
      [
        'a trigger that only reads when a row goes',
        [
          ...plain,
          `CREATE TRIGGER checked BEFORE DELETE ON events WHEN OLD.id < 3 BEGIN SELECT RAISE(ABORT, 'old'); END`,
        ],
      ],
      [
        'a foreign key to rows that stay, and rows that refer to those',
        [
          'CREATE TABLE symbols (id INTEGER PRIMARY KEY)',
          'INSERT INTO symbols VALUES (1)',
          'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, symbol DEFAULT 1 REFERENCES symbols)',
          ...rows(),
          'CREATE TABLE fills (event REFERENCES events)',
          'INSERT INTO fills VALUES (1), (99)',
        ],
      ],
      [
        'rows that refer to nothing, which come back as they were',
        [
          'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, symbol DEFAULT 9 REFERENCES symbols, parent REFERENCES events)',
          ...rows(),
          'UPDATE events SET parent = 77 WHERE id = 4',
          'CREATE TABLE symbols (id INTEGER PRIMARY KEY)',
        ],
      ],
      [
        'unique values, of parts and of expressions, with clauses of their own',
        [
          'CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT UNIQUE ON CONFLICT REPLACE)',
          'CREATE UNIQUE INDEX by_minute ON events (substr(timestamp, 12, 5)) WHERE id > 1',
          ...rows(),
        ],
      ],
      [
        'values of every type',
        [
          `CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, a DEFAULT 1.0, b DEFAULT x'00ff', c DEFAULT (9e999), d DEFAULT (-0.0), e DEFAULT (CAST(x'fe61' AS TEXT)), f DEFAULT 9223372036854775807, g DEFAULT ('a' || char(0) || 'b'))`,
          ...rows(),
        ],
      ],
      ['a database in UTF-16', [`PRAGMA encoding = 'UTF-16le'`, ...plain]],
      ['a write-ahead log', ['PRAGMA journal_mode = WAL', ...plain]],
    ])('%s', async (_, statements) => {
      sql(...statements);
      const before = look();
      const count =
        script === 'clear-state.py' ? { tables: { [statements[0]?.includes('EVENTS') ? 'EVENTS' : 'events']: 2 } } : {};
      expect(await run(script)).toMatchObject({
        verdict: 'done',
        report: { rows: { exported: 2, removed: 2, ...count }, lost: false },
      });
      expect(sql('SELECT timestamp FROM events ORDER BY timestamp')).toEqual(
        times.slice(0, 2).map((timestamp) => ({ timestamp })),
      );
      expect(readdirSync(join(host.tree, 'outputs')).filter((name) => name.startsWith('market'))).toEqual([
        'market.db',
      ]);
      expect(await bringBack()).toMatchObject({ verdict: 'done', report: { brought_back: 3, overwritten: 0 } });
      expect(look()).toEqual(before);
      expect(await bringBack()).toMatchObject({ verdict: 'done', report: { brought_back: 0 } });
    });
  });
});

test('clear-state refuses an update by which one row comes to refer to nothing while another no longer does', async () => {
  sql(
    'CREATE TABLE events (id INTEGER PRIMARY KEY, name UNIQUE)',
    `INSERT INTO events VALUES (1, 'a')`,
    'CREATE TABLE fills (number PRIMARY KEY, event REFERENCES events (name)) WITHOUT ROWID',
    `INSERT INTO fills VALUES (1, 'a'), (2, 'b')`,
  );
  host.write('opt/trading/reset.sql', `UPDATE events SET name = 'b';`);
  const before = look();
  expect(await run('clear-state.py')).toMatchObject({
    verdict: 'failed',
    reason: expect.stringContaining(
      '1 rows by a foreign key would refer to rows that are gone (first row (1,) of fill',
    ),
  });
  expect(look()).toEqual(before);
});

describe('two tables that refer to one another', () => {
  test.each(['events fills', 'fills events'])('are cleared and come back: %s', async (tables) => {
    sql(
      ...plain,
      'CREATE TABLE fills (id INTEGER PRIMARY KEY, event REFERENCES events)',
      'INSERT INTO fills VALUES (1, 4), (2, 3)',
    );
    host.write('opt/trading/reset.sql', 'DELETE FROM fills; DELETE FROM events;');
    const before = look();
    expect(await run('clear-state.py', { SSM_Tables: tables })).toMatchObject({ verdict: 'done' });
    expect(await bringBack()).toMatchObject({ verdict: 'done', report: { brought_back: 7 } });
    expect(look()).toEqual(before);
  });
});

describe('a restore after the row that its rows refer to was deleted', () => {
  beforeEach(async () => {
    sql(
      'CREATE TABLE symbols (id INTEGER PRIMARY KEY)',
      'INSERT INTO symbols VALUES (4)',
      'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT, symbol REFERENCES symbols)',
      `INSERT INTO events VALUES (2, '${times[2]}', 4)`,
      'CREATE TABLE fills (id INTEGER PRIMARY KEY, event REFERENCES events)',
    );
    expect(await run('clear-corrupted-cache.py')).toMatchObject({ verdict: 'done' });
  });

  test('is refused, also if a row of another table would no longer refer to nothing', async () => {
    sql('DELETE FROM symbols', 'INSERT INTO fills VALUES (7, 2)');
    const before = look();
    expect((await bringBack()).reason).toContain(
      'symbols lacks rows: 1 rows would refer to rows that do not exist (first row 2 of events); no row was changed',
    );
    expect(look()).toEqual(before);
  });

  test('is done if nothing is missing', async () => {
    sql('INSERT INTO fills VALUES (7, 2)');
    expect(await bringBack()).toMatchObject({ verdict: 'done' });
    expect(sql('PRAGMA foreign_key_check')).toEqual([]);
  });
});
