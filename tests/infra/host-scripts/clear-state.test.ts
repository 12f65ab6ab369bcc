import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contents, sha256 } from './contents.ts';
import { type Environment, Host, makeStateFolder, python } from './host.ts';

let host: Host;
beforeEach(() => {
  host = new Host();
  host.write('opt/trading/outputs/phase4_state/backfill.json', '{"value": 3}');
  reset('DELETE FROM gaps;');
  sql(
    'CREATE TABLE gaps (id INTEGER PRIMARY KEY, seconds REAL, note)',
    `INSERT INTO gaps VALUES (1, 0.1, NULL), (2, 9e999, x'00ff'), (7, 3, 'a;b')`,
    'CREATE TABLE totals (name TEXT, value INTEGER)',
    `INSERT INTO totals VALUES ('gaps', 3), ('zero', 0)`,
    'CREATE TABLE daily_pnl (day TEXT)',
    `INSERT INTO daily_pnl VALUES ('2026-01-05')`,
  );
});
afterEach(() => host.remove());

const quarantine = 'var/lib/rollback/r-1/quarantine/clear-state';
const phase4: Environment = {
  SSM_Step: 'clear-state',
  SSM_StateFolder: 'outputs/phase4_state',
  SSM_Database: 'outputs/metrics.db',
  SSM_Sql: 'scripts/reset_metrics.sql',
  SSM_Tables: 'gaps totals',
};
const clear = (env: Environment = {}) => host.verdict('clear-state.py', { ...phase4, ...env });
const again = () => {
  rmSync(join(host.state, 'r-1/clear-state.json'), { force: true });
  return clear();
};
const reset = (text: string) => host.write('opt/trading/scripts/reset_metrics.sql', text);
function sql(...statements: string[]): unknown[] {
  mkdirSync(join(host.tree, 'outputs'), { recursive: true });
  const database = new DatabaseSync(join(host.tree, 'outputs/metrics.db'));
  try {
    return statements.map((one) => database.prepare(one).all()).at(-1) ?? [];
  } finally {
    database.close();
  }
}
const gaps = () => sql('SELECT * FROM gaps ORDER BY id');
const exported = (table: string) =>
  host
    .read(`${quarantine}/rows-${table}.jsonl`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the rows that the SQL deletes', () => {
  test('are in quarantine afterwards; the report holds their count, the place and the integrity of the database', async () => {
    expect(await clear()).toMatchObject({
      verdict: 'done',
      report: {
        rows: { exported: 3, tables: { gaps: 3 }, removed: 3 },
        files: { moved: 1 },
        integrity: 'ok',
        quarantine,
        restore: 'document restore with RollbackId r-1, Of clear-state',
        lost: false,
      },
    });
    expect(gaps()).toEqual([]);
    expect(exported('gaps')).toEqual([
      { row: { id: 1, seconds: 0.1, note: null }, rowid: 1 },
      { row: { id: 2, seconds: { real: 'inf' }, note: { base64: 'AP8=' } }, rowid: 2 },
      { row: { id: 7, seconds: 3, note: 'a;b' }, rowid: 7 },
    ]);
    expect(readdirSync(join(host.tree, 'outputs/phase4_state'))).toEqual([]);
  });

  test('are only those that match its condition', async () => {
    reset(`-- a comment; with a semicolon\nDELETE FROM gaps WHERE note = 'a;b';\n`);
    expect((await clear()).report).toMatchObject({ rows: { exported: 1, tables: { gaps: 1 }, removed: 1 } });
    expect(gaps()).toHaveLength(2);
  });

  test('stay if they are newer than the first attempt: a retry removes nothing new', async () => {
    await clear();
    sql('INSERT INTO gaps VALUES (1, 5, NULL), (8, 5, NULL)');
    expect((await again()).report).toMatchObject({
      rows: { exported: 3, tables: { gaps: 3 }, removed: 2, left: 1 },
      lost: false,
    });
    expect(gaps()).toHaveLength(2);
  });
});

test.each([
  ['the database', 'outputs', 'outputs/metrics.db is in outputs'],
  ['the SQL', 'scripts', 'scripts/reset_metrics.sql is in scripts'],
])('refuses to clear a folder that holds %s, which would move away at the end', async (_, SSM_StateFolder, why) => {
  const before = contents(host.tree);
  const { verdict, reason } = await clear({ SSM_StateFolder });
  expect(verdict).toBe('failed');
  expect(reason).toContain(`${why}, which the step clears; nothing was touched. Correct the runbook`);
  expect(contents(host.tree)).toEqual(before);
});

test('exports a row that the SQL updates, with its content before and after', async () => {
  reset(
    `BEGIN; UPDATE totals SET value = value + 1; UPDATE totals SET value = 0; DELETE FROM gaps WHERE id = 1; COMMIT;`,
  );
  expect((await clear()).report).toMatchObject({ rows: { exported: 2, tables: { gaps: 1, totals: 1 }, removed: 2 } });
  expect(exported('totals')).toEqual([{ left: { name: 'gaps', value: 0 }, row: { name: 'gaps', value: 3 }, rowid: 1 }]);
  expect(sql('SELECT * FROM totals')).toEqual([
    { name: 'gaps', value: 0 },
    { name: 'zero', value: 0 },
  ]);
});

describe('the SQL may have', () => {
  test.each([
    ['a block comment before BEGIN', '/* reset; of */ BEGIN; DELETE FROM gaps; COMMIT;'],
    ['a line comment before BEGIN', '-- reset\nBEGIN IMMEDIATE TRANSACTION;\nDELETE FROM gaps;\nEND;'],
    ['a comment after its last semicolon', 'DELETE FROM gaps; -- done\n/* all of it */'],
    ['a comment that nobody closed, at its end', 'DELETE FROM gaps; /* done'],
    ['comments within a statement', 'DELETE/**/FROM--\ngaps;'],
    ['semicolons in strings and names', `DELETE FROM [gaps] WHERE 'a;''--' <> ";/*" AND note IS NOT 'x;';`],
    ['empty statements', ';; DELETE FROM gaps;;'],
    ['a mark of its encoding, and the line ends of Windows', '\ufeffBEGIN;\r\nDELETE FROM gaps;\r\nCOMMIT;\r\n'],
    ['a query', 'SELECT count(*) FROM daily_pnl; DELETE FROM gaps RETURNING id;'],
    [
      'a recursive query',
      'DELETE FROM gaps WHERE id IN (WITH RECURSIVE n(x) AS (SELECT 1 UNION SELECT x + 1 FROM n WHERE x < 7) SELECT x FROM n);',
    ],
  ])('%s', async (_, text) => {
    reset(text);
    expect(await clear()).toMatchObject({ verdict: 'done', report: { rows: { exported: 3, removed: 3 } } });
    expect(gaps()).toEqual([]);
  });
});

describe('SQL that does more than delete and update rows of its tables changes nothing', () => {
  test.each([
    ['drops a table', 'DELETE FROM gaps; DROP TABLE gaps;', 'not authorized, at DROP TABLE gaps;'],
    ['inserts', `INSERT INTO gaps VALUES (9, 1, '');`, 'not authorized'],
    ['reaches another table', 'DELETE FROM gaps; DELETE FROM daily_pnl;', 'not authorized, at DELETE FROM daily_pnl;'],
    ['attaches a file', `ATTACH 'other.db' AS other;`, 'not authorized'],
    ['sets a pragma', 'PRAGMA journal_mode = OFF;', 'not authorized'],
    ['gives rows another id', 'UPDATE gaps SET id = id + 10;', 'gives rows of gaps another rowid'],
    ['names an unknown table', 'DELETE FROM nope;', 'no such table: nope'],
    ['is not SQL', 'rm -rf;', 'syntax error'],
    ["has a command of SQLite's own shell", '.bail on\nDELETE FROM gaps;', 'syntax error'],
    ['ends in a rollback', 'BEGIN; DELETE FROM gaps; ROLLBACK;', 'not authorized, at ROLLBACK;'],
    ['sets a savepoint', 'SAVEPOINT a; DELETE FROM gaps; RELEASE a;', 'not authorized, at SAVEPOINT a;'],
    ['writes where our own triggers write', `INSERT INTO temp.rollback_gaps VALUES (9, 1, 1, '');`, 'not authorized'],
    ['has a null character', 'DELETE FROM gaps WHERE note = \u0000;', 'at DELETE FROM gaps'],
    ['ends within a string', `DELETE FROM gaps; DELETE FROM gaps WHERE note = 'half;`, 'unrecognized token'],
    ['does not end its last statement', `DELETE FROM gaps WHERE note = 'half`, 'does not end its last statement'],
  ])('if it %s', async (_, text, reason) => {
    reset(text);
    const before = sha256(JSON.stringify(gaps()));
    expect(await clear()).toMatchObject({ verdict: 'failed', reason: expect.stringContaining(reason) });
    expect(sha256(JSON.stringify(gaps()))).toBe(before);
    expect(sql('SELECT * FROM daily_pnl')).toHaveLength(1);
    expect(readdirSync(join(host.tree, 'outputs/phase4_state'))).toEqual(['backfill.json']);
  });

  test("if a trigger of the customer's changes another table", async () => {
    sql('CREATE TRIGGER more AFTER DELETE ON gaps BEGIN DELETE FROM daily_pnl; END');
    expect((await clear()).reason).toContain('not authorized');
    expect(gaps()).toHaveLength(3);
  });
});

test('is refused if it is not UTF-8', async () => {
  writeFileSync(join(host.tree, 'scripts/reset_metrics.sql'), Buffer.from(`DELETE FROM gaps; -- caf\xe9`, 'latin1'));
  expect((await clear()).reason).toContain('scripts/reset_metrics.sql is not UTF-8');
});

test('a retry after a commit that failed gives every row what the SQL gave it, also if two exchange a unique value', async () => {
  sql('CREATE UNIQUE INDEX one_name ON totals (name)');
  reset(
    ['?', 'gaps', 'zero']
      .map((name, at) => `UPDATE totals SET name = '${name}' WHERE name = '${['gaps', 'zero', '?'][at]}';`)
      .join(''),
  );
  const read = `import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('BEGIN'); c.execute('SELECT * FROM gaps').fetchall(); print(1, flush=True); input()`;
  const reader = spawn(python, ['-c', read, join(host.tree, 'outputs/metrics.db')]);
  await new Promise((ready) => reader.stdout.once('data', ready));
  const before = sql('SELECT rowid, * FROM totals');
  expect((await clear()).reason).toContain('outputs/metrics.db: database is locked; no row was changed');
  expect(sql('SELECT rowid, * FROM totals')).toEqual(before);
  reader.kill();
  expect((await clear()).report).toMatchObject({ rows: { exported: 2, tables: { totals: 2 }, removed: 2 } });
  expect(sql('SELECT name FROM totals ORDER BY rowid')).toEqual([{ name: 'zero' }, { name: 'gaps' }]);
});

test('names a trigger that would write', async () => {
  sql('CREATE TRIGGER rollback_more AFTER DELETE ON gaps BEGIN DELETE FROM daily_pnl; END');
  expect((await clear()).reason).toContain('not authorized by the trigger rollback_more');
  expect(sql('SELECT * FROM daily_pnl')).toHaveLength(1);
});

describe('a row that OR REPLACE deletes', () => {
  test('is exported too', async () => {
    sql('CREATE UNIQUE INDEX one_name ON totals (name)');
    reset(`UPDATE OR REPLACE totals SET name = 'zero' WHERE name = 'gaps';`);
    await clear();
    expect(exported('totals').map(({ row }) => row.name)).toEqual(['gaps', 'zero']);
  });
});

test('changes nothing without space for its export; the next attempt completes the step', async () => {
  makeStateFolder(host.state);
  symlinkSync('/dev/full', join(host.state, 'exporting'));
  const before = contents(join(host.tree, 'outputs/phase4_state'));
  expect((await clear()).reason).toContain('rows-gaps.jsonl cannot be exported: No space left on device');
  expect(gaps()).toHaveLength(3);
  expect(contents(join(host.tree, 'outputs/phase4_state'))).toEqual(before);
  rmSync(join(host.state, 'exporting'));
  expect((await clear()).report).toMatchObject({
    rows: { exported: 3, tables: { gaps: 3 }, removed: 3 },
    files: { moved: 1 },
  });
});

test('fails after a few seconds, and names the database, if another process locks it', async () => {
  const hold = `import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print(1, flush=True); input()`;
  const holder = spawn(python, ['-c', hold, join(host.tree, 'outputs/metrics.db')]);
  await new Promise((ready) => holder.stdout.once('data', ready));
  expect((await clear()).reason).toContain('outputs/metrics.db: database is locked; no row was changed');
  holder.kill();
});

test('refuses a damaged database: nobody knows which rows cannot be read', async () => {
  sql('CREATE INDEX by_note ON gaps (note)');
  // integrity_check finds an index that does not match its table. Node's SQLite cannot make one, so Python does.
  const damage = `import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('PRAGMA writable_schema = ON'); c.execute("UPDATE sqlite_master SET sql = 'CREATE INDEX by_note ON gaps (seconds)' WHERE name = 'by_note'"); c.commit()`;
  execFileSync(python, ['-c', damage, join(host.tree, 'outputs/metrics.db')]);
  reset('DELETE FROM totals;');
  expect((await clear()).reason).toMatch(
    /outputs\/metrics.db is damaged: .*by_note; no row was changed. Repair it, or restore it from a backup, then retry/,
  );
});
