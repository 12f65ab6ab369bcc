import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Environment, type Host, makeStateFolder, python, tradingImage, type Verdict } from './host.ts';

let image: ReturnType<typeof tradingImage>;
let host: Host;
let busy: Promise<Verdict>;

beforeAll(() => {
  image = tradingImage();
  busy = runAgainstHeldDatabase();
});
afterAll(() => image.remove());
beforeEach(() => {
  host = image.host();
});
afterEach(() => host.remove());

const phase1: Environment = {
  SSM_Step: 'clear-corrupted-cache',
  SSM_CacheFolder: 'outputs/databento_cache',
  SSM_Database: 'outputs/market_data.db',
  SSM_Table: 'mbo_events',
  SSM_TimeColumn: 'timestamp',
  SSM_WindowStart: '2026-01-05T08:50:00Z',
};
const cache = 'opt/trading/outputs/databento_cache';
const quarantine = 'var/lib/rollback/r-1/quarantine/clear-corrupted-cache';

const clear = (env: Environment = {}) => host.verdict('clear-corrupted-cache.py', { ...phase1, ...env });
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** Returns the hash of each file in a folder. */
function contents(folder: string): Record<string, string> {
  const entries = readdirSync(join(host.root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((file) => [relative(join(host.root, folder), file), sha256(readFileSync(file))]));
}

function sql(statement: string): unknown[] {
  const database = new DatabaseSync(join(host.tree, 'outputs/market_data.db'));
  try {
    return database.prepare(statement).all();
  } finally {
    database.close();
  }
}
const isLocked = () => {
  try {
    sql('BEGIN IMMEDIATE');
    return false;
  } catch {
    return true;
  }
};
const rows = () => sql('SELECT * FROM mbo_events ORDER BY event_id');
const exported = (file = 'rows.jsonl') =>
  host
    .read(`${quarantine}/${file}`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).row);

const code = `import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print(1, flush=True); input()`;
/** Runs the step while another process locks the database. The timeout is 5 s of real time, so other tests run meanwhile. */
const runAgainstHeldDatabase = async () => {
  const held = image.host();
  const holder = spawn(python, ['-c', code, join(held.tree, 'outputs/market_data.db')]);
  await new Promise((ready) => holder.stdout.once('data', ready));
  const verdict = await held.verdict('clear-corrupted-cache.py', phase1);
  holder.kill();
  held.remove();
  return verdict;
};

describe('the cache', () => {
  test('is in quarantine afterwards, byte for byte, and no longer in the tree', async () => {
    const before = contents(cache);
    expect((await clear()).verdict).toBe('done');
    expect(contents(`${quarantine}/files`)).toEqual(before);
    expect(readdirSync(join(host.root, cache))).toEqual([]);
  });

  test('is reported with a hash over names and hashes', async () => {
    const files = Object.entries(contents(cache)).sort();
    const sum = sha256(files.map(([name, hash]) => `${name} ${hash}\n`).join(''));
    const { report } = await clear();
    expect(report).toMatchObject({ files: { moved: 4, sha256: sum }, quarantine });
  });

  test('may be absent', async () => {
    expect((await clear({ SSM_CacheFolder: 'outputs/none' })).report).toMatchObject({ files: { moved: 0, bytes: 0 } });
  });

  test('loses a link, but the file behind the link stays', async () => {
    host.write('opt/outside/prices', 'kept');
    symlinkSync('../../../outside', join(host.root, cache, 'link'));
    expect((await clear()).report).toMatchObject({ files: { moved: 5 } });
    expect(host.read('opt/outside/prices')).toBe('kept');
  });

  test('is refused unchanged if it is itself a link out of the tree', async () => {
    const before = rows();
    renameSync(join(host.root, cache), join(host.root, 'opt/outside'));
    symlinkSync('../../outside', join(host.root, cache));
    expect(await clear()).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('leads out of the tree'),
    });
    expect(Object.keys(contents('opt/outside'))).toHaveLength(4);
    expect(rows()).toEqual(before);
  });

  test('is refused if its path leads out of the tree', async () => {
    expect((await clear({ SSM_CacheFolder: '../outside' })).reason).toContain('leads out of the tree');
  });

  test.each(['.git', '.git/objects', 'outputs/../.git'])('is refused if it is of git itself: %s', async (folder) => {
    expect((await clear({ SSM_CacheFolder: folder })).reason).toContain(`SSM_CacheFolder is git's own: ${folder}`);
  });

  test('is refused if it holds the database, which would move away at the end', async () => {
    const { verdict, reason } = await clear({ SSM_CacheFolder: 'outputs' });
    expect(verdict).toBe('failed');
    expect(reason).toContain('outputs/market_data.db is in outputs, which the step clears; nothing was touched');
  });

  test('is copied under another name if an earlier attempt left another file of the same name', async () => {
    host.write(`${quarantine}/files/symbols/definitions.json`, 'of the first attempt');
    await clear();
    expect(host.read(`${quarantine}/files/symbols/definitions.json`)).toBe('of the first attempt');
    expect(host.read(`${quarantine}/files/symbols/definitions.json.2`)).toContain('ESM6');
  });

  test('is reported in full by the attempt that finishes the work of a killed one', async () => {
    const all = (await clear({ SSM_RollbackId: 'whole' })).report;
    const other = image.host();
    const [first = ''] = readdirSync(join(other.root, cache)).filter((name) => name.endsWith('.dbn'));
    makeStateFolder(other.state);
    mkdirSync(join(other.root, quarantine, 'files'), { recursive: true });
    // Copied, and killed before the note: a file goes only after its note.
    copyFileSync(join(other.root, cache, first), join(other.root, quarantine, 'files', first));
    other.write(`${quarantine}/copying`, 'half a f');
    const { report } = await other.verdict('clear-corrupted-cache.py', phase1);
    expect(report?.['files']).toEqual(all?.['files']);
    other.remove();
  });
});

describe('the rows after the start of the window', () => {
  test('are in quarantine afterwards, and only the other rows in the table', async () => {
    const before = rows();
    const { report } = await clear();
    expect(exported()).toEqual(before.slice(170));
    expect(rows()).toEqual(before.slice(0, 170));
    const sum = sha256(host.read(`${quarantine}/rows.jsonl`));
    expect(report).toMatchObject({ rows: { exported: 10, removed: 10, sha256: sum } });
  });

  test('may have 1,900 columns', async () => {
    const more = Array.from({ length: 1900 }, (_, i) => `f${i} REAL`).join(', ');
    sql('DROP TABLE mbo_events');
    sql(`CREATE TABLE mbo_events (event_id INTEGER PRIMARY KEY, timestamp TEXT, ${more})`);
    sql(`INSERT INTO mbo_events (timestamp, f7) VALUES ('2026-01-05 08:30:00', 1), ('2026-01-05 08:55:00', 2)`);
    expect((await clear()).report).toMatchObject({ rows: { exported: 1, removed: 1 } });
  });

  test('stay if the delete does not remove as many as were exported', async () => {
    sql(`CREATE TRIGGER keep BEFORE DELETE ON mbo_events WHEN old.event_id = 175 BEGIN SELECT RAISE(IGNORE); END`);
    expect((await clear()).reason).toBe(
      'clear-corrupted-cache.py exited with 1: 10 rows were to go and 9 went; the delete was undone. Check the triggers of the table',
    );
    expect(rows()).toHaveLength(180);
  });

  test('are removed by a retry as the first attempt found them; newer rows stay', async () => {
    sql(`CREATE TRIGGER keep BEFORE DELETE ON mbo_events BEGIN SELECT RAISE(IGNORE); END`);
    await clear();
    sql('DROP TRIGGER keep');
    sql(`INSERT INTO mbo_events VALUES (181, '2026-01-05 09:00:01', 'ESM6', 1, 'B', 6000, 1)`);
    sql('UPDATE mbo_events SET price = 1 WHERE event_id = 180');
    expect((await clear()).report).toMatchObject({ rows: { exported: 10, removed: 9, left: 1 } });
    expect(exported()).toHaveLength(10);
    expect(rows().slice(-2)).toMatchObject([{ event_id: 180 }, { event_id: 181 }]);
  });

  test('stay in a retry if the first attempt found none', async () => {
    const env = { SSM_WindowStart: '2026-01-05T09:00:00Z' };
    await clear(env);
    rmSync(join(host.state, 'r-1/clear-corrupted-cache.json'));
    sql(`INSERT INTO mbo_events VALUES (181, '2026-01-05 09:00:01', 'ESM6', 1, 'B', 6000, 1)`);
    expect((await clear(env)).report).toMatchObject({ rows: { exported: 0, removed: 0 } });
    expect(rows()).toHaveLength(181);
  });

  test('may be none: if all rows are older, the step succeeds', async () => {
    const { report } = await clear({ SSM_WindowStart: '2026-01-05T09:00:00Z' });
    expect(report).toMatchObject({ rows: { exported: 0, removed: 0 } });
    expect(existsSync(join(host.root, quarantine, 'rows.jsonl'))).toBe(false);
  });

  test('may hold bytes and text that is not UTF-8', async () => {
    sql(`UPDATE mbo_events SET symbol = x'00ff', side = CAST(x'fe' AS TEXT) WHERE event_id = 180`);
    await clear();
    expect(exported().at(-1)).toMatchObject({ symbol: { base64: 'AP8=' }, side: '\udcfe' });
  });

  test.each([
    ['an unknown column', { SSM_TimeColumn: 'nope' }, 'mbo_events has no column nope; no row was changed'],
    ['an unknown table', { SSM_Table: 'nope' }, 'There is no table nope; no row was changed'],
    [
      'SQL instead of a name',
      { SSM_Table: 'mbo_events; --' },
      'SSM_Table must be a plain SQL name, found mbo_events; --',
    ],
    ['a time of day instead of an instant', { SSM_WindowStart: '08:50' }, 'SSM_WindowStart must be an instant like'],
    ['a missing database', { SSM_Database: 'outputs/none.db' }, 'There is no database outputs/none.db in the tree'],
  ])('stay, and the step reports the reason: %s', async (_, env, reason) => {
    expect((await clear(env)).reason).toContain(reason);
    expect(rows()).toHaveLength(180);
  });
});

describe('the times', () => {
  /** Replaces the table by rows of these times, the first two of which are before the window. */
  const events = (...times: readonly (string | number)[]) => {
    sql('DROP TABLE mbo_events');
    sql('CREATE TABLE mbo_events (event_id INTEGER PRIMARY KEY, timestamp)');
    for (const time of times)
      sql(`INSERT INTO mbo_events (timestamp) VALUES (${typeof time === 'number' ? time : `'${time}'`})`);
  };
  const stayed = () => rows().map((row) => (row as { event_id: number }).event_id);

  test.each<[string, readonly string[]]>([
    [
      'without a fraction',
      ['2026-01-05 08:30:00', '2026-01-05 08:50:00', '2026-01-05 08:50:01', '2027-01-01 00:00:00'],
    ],
    [
      'with a fraction, of which the last digit counts',
      ['2026-01-05 08:49:59.9999', '2026-01-05 08:50:00.000', '2026-01-05 08:50:00.0000001', '2026-01-05 08:50:01.0'],
    ],
    [
      'with the offset of a place east of UTC',
      [
        '2026-01-05 10:30:00+02:00',
        '2026-01-05 14:20:00+05:30',
        '2026-01-05 10:50:01+02:00',
        '2026-01-05 23:00:00+14:00',
      ],
    ],
    [
      'with the offset of a place west of UTC',
      [
        '2026-01-05 03:30:00-05:00',
        '2026-01-05 03:50:00-05:00',
        '2026-01-05 03:55:00.5-05:00',
        '2026-01-04 23:00:00-12:00',
      ],
    ],
    [
      'with Z, and with a T between date and time',
      ['2026-01-05T08:30:00Z', '2026-01-05T10:50:00.00+02:00', '2026-01-05T08:50:01Z', '2026-01-05 08:50:00.01Z'],
    ],
  ])('may be %s', async (_, times) => {
    events(...times);
    expect(await clear()).toMatchObject({ verdict: 'done', report: { rows: { exported: 2, removed: 2 } } });
    expect(stayed()).toEqual([1, 2]);
  });

  test('of rows without one are not after the window starts; the report counts these rows', async () => {
    events('2026-01-05 08:30:00', '2026-01-05 08:55:00');
    sql('INSERT INTO mbo_events (timestamp) VALUES (NULL), (NULL)');
    expect((await clear()).report).toMatchObject({ rows: { exported: 1, removed: 1, without_time: 2 } });
    expect(stayed()).toEqual([1, 3, 4]);
  });

  test.each<[string, string | number]>([
    ['a clock of twelve hours', '2026-01-05 08:55:00 AM'],
    ['seconds since 1970', 1767603600],
    ['milliseconds since 1970', 1767603600000],
    ['seconds since 1970 as text', '1767603600'],
    ['a Julian day', 2461045.87],
    ['a date without a time', '2026-01-05'],
    ['a time without seconds', '2026-01-05 08:55'],
    ['a time without a date', '08:55:00'],
    ['digits without zeros in front', '2026-1-5 8:55:00'],
    ['a day that does not exist', '2026-02-29 08:55:00'],
    ['an hour that does not exist', '2026-01-05 24:00:00'],
    ['another order', '01/05/2026 08:55:00'],
    ['an offset without a colon', '2026-01-05 10:55:00+0200'],
    ['an offset by name', '2026-01-05 09:55:00 CET'],
    ['a T and no offset, which may be local time', '2026-01-05T08:55:00'],
    ['spaces around it', ' 2026-01-05 08:55:00 '],
    ['a fraction without digits', '2026-01-05 08:55:00.'],
    ['nothing', ''],
    ['words', 'yesterday'],
  ])('are refused if one of them has %s', async (_, time) => {
    events('2026-01-05 08:30:00', time, '2026-01-05 08:55:00');
    const before = [rows(), contents(cache)];
    const { verdict, reason } = await clear();
    expect([verdict, reason]).toEqual([
      'failed',
      expect.stringContaining('not text like 2026-01-05 08:00:00; no row was'),
    ]);
    expect([rows(), contents(cache)]).toEqual(before);
  });

  test.each(['2026-01-05 03:55:00-05:00', '2026-01-05T08:55:00Z'])(
    'are refused if one has an offset, %s, and another has none',
    async (time) => {
      events('2026-01-05 08:30:00', time, '2026-01-05 08:55:00');
      expect((await clear()).reason).toContain(
        `holds times with and without an offset, like '2026-01-05 08:30:00' and '${time}'; no row was removed`,
      );
      expect(stayed()).toEqual([1, 2, 3]);
    },
  );

  test.each(['1767603300000000000', '1767603300.5', '1.7e9', '-5'])(
    'are refused with other advice if one is the number %s',
    async (value) => {
      sql('CREATE TABLE numbered (timestamp)');
      sql(`INSERT INTO numbered VALUES (${value})`);
      expect((await clear({ SSM_Table: 'numbered' })).reason).toMatch(
        /no row was removed. Times as numbers are not supported: take the rows out by hand, or name a column of text/,
      );
    },
  );

  test.each([
    `CAST('2026-01-05 08:55:00' AS BLOB)`,
    `'2026-01-05 08:55:00' || char(0) || 'x'`,
    `CAST(x'323032362d30312d30352030383a35353a3030fe' AS TEXT)`,
  ])('are refused if one is %s', async (value) => {
    events('2026-01-05 08:30:00', '2026-01-05 08:55:00');
    sql(`INSERT INTO mbo_events (timestamp) VALUES (${value})`);
    expect((await clear()).reason).toContain('not text like 2026-01-05 08:00:00; no row was removed');
  });

  test.each([
    [
      'a line break',
      `'2026-01-05 08:55:00' || char(10)`,
      `"mbo_events"."timestamp" holds '2026-01-05 08:55:00\\n', not`,
    ],
    ['a NUL', `'2026-01-05 08:55:00' || char(0)`, `holds '2026-01-05 08:55:00\\u0000', not`],
    ['bytes', `x'${'41'.repeat(40)}'`, `holds X'${'41'.repeat(16)}'..., not`],
  ])('are refused by a reason that shows a value with %s on one line', async (_, value, reason) => {
    events('2026-01-05 08:30:00');
    sql(`INSERT INTO mbo_events (timestamp) VALUES (${value})`);
    expect((await clear()).reason).toContain(reason);
  });
});

describe('a database of which not every row can be read exactly is refused, by the plan too', () => {
  const file = () => join(host.tree, 'outputs/market_data.db');
  /** Runs statements in one connection. */
  const exec = (statements: string) => {
    const database = new DatabaseSync(file());
    database.exec(statements);
    database.close();
  };
  const refusals = async () => [(await clear({ SSM_Mode: 'plan' })).reason, (await clear()).reason];

  test('one in UTF-16 with half a character', async () => {
    rmSync(file());
    exec(`PRAGMA encoding = 'UTF-16le';
      CREATE TABLE mbo_events (event_id INTEGER PRIMARY KEY, timestamp TEXT, side TEXT);
      INSERT INTO mbo_events (timestamp, side) VALUES ('2026-01-05 08:55:00', CAST(x'00d8' AS TEXT))`);
    for (const reason of await refusals())
      expect(reason).toContain('mbo_events has 1 texts in "side" that are no UTF-16le; no row was changed');
  });

  test('one that is cut', async () => {
    truncateSync(file(), 5000);
    for (const reason of await refusals()) expect(reason).toMatch(/no row was changed|Repair it/);
    expect(Object.keys(contents(cache)).length).toBeGreaterThan(0);
  });

  test('but one whose rows break a rule of the schema is not damaged, because such rows may be the corrupt ones', async () => {
    sql('CREATE TABLE checked (id INTEGER PRIMARY KEY, timestamp TEXT, price REAL CHECK (price > 0))');
    exec(
      `PRAGMA ignore_check_constraints = ON; INSERT INTO checked (timestamp, price) VALUES ('2026-01-05 08:55:00', -1)`,
    );
    expect((await clear({ SSM_Table: 'checked', SSM_Mode: 'plan' })).reason).toContain(
      'checked would not take its rows back: CHECK constraint failed',
    );
  });

  test('one whose journal is a pipe: SQLite would only report an error of the disk', async () => {
    execFileSync('mkfifo', [`${file()}-wal`]);
    for (const reason of await refusals())
      expect(reason).toContain(
        'outputs/market_data.db-wal is in the way, and is no file; no row was changed. Remove it',
      );
  });

  test('one with a trigger that refuses to let a row go', async () => {
    sql(`CREATE TRIGGER kept BEFORE DELETE ON mbo_events BEGIN SELECT RAISE(ABORT, 'audit'); END`);
    expect((await clear()).reason).toContain(
      'mbo_events has a trigger that refuses to let a row go: audit; no row was changed. Change its rows by hand',
    );
  });
});

describe('an unfinished attempt', () => {
  test('without space for its export removes no row; the next attempt completes the step', async () => {
    makeStateFolder(host.state);
    symlinkSync('/dev/full', join(host.state, 'exporting'));
    expect((await clear()).reason).toBe(
      'clear-corrupted-cache.py exited with 1: rows.jsonl cannot be exported: No space left on device; nothing was removed. Check the disk, then retry',
    );
    expect(rows()).toHaveLength(180);
    rmSync(join(host.state, 'exporting'));
    expect((await clear()).report).toMatchObject({ files: { moved: 4 }, rows: { removed: 10 }, lost: false });
  });

  test('that was killed during its export removes no row; the next attempt completes the step', async () => {
    makeStateFolder(host.state);
    execFileSync('mkfifo', [join(host.state, 'exporting')]);
    const { pid, outcome } = host.start('clear-corrupted-cache.py', phase1);
    // The script waits for a reader of the fifo, and locks the database meanwhile.
    await expect.poll(() => existsSync(join(host.root, quarantine))).toBe(true);
    await expect.poll(isLocked).toBe(true);
    expect(Object.keys(contents(cache))).toHaveLength(4);
    process.kill(-pid, 'SIGKILL');
    await outcome;
    rmSync(join(host.state, 'exporting'));
    expect(rows()).toHaveLength(180);
    expect((await clear()).report).toMatchObject({ files: { moved: 4 }, rows: { removed: 10 }, lost: false });
    expect(rows()).toHaveLength(170);
  });
});

describe('lost', () => {
  const again = () => {
    rmSync(join(host.state, 'r-1/clear-corrupted-cache.json'));
    return clear();
  };

  test('is false if every copy is intact', async () => {
    expect((await clear()).report).toMatchObject({ lost: false });
    expect((await again()).report).toMatchObject({ lost: false, files: { moved: 4 }, rows: { removed: 10 } });
  });

  test.each(['rows.jsonl', 'files/symbols/definitions.json'])('is true if %s was damaged since', async (name) => {
    await clear();
    host.write(`${quarantine}/${name}`, 'damaged');
    expect(await again()).toMatchObject({ verdict: 'done', report: { lost: true } });
  });

  test('is true if a copy is missing', async () => {
    await clear();
    rmSync(join(host.root, quarantine, 'rows.jsonl'));
    expect((await again()).report).toMatchObject({ lost: true });
  });

  test('is false despite the half note of a killed attempt', async () => {
    host.write(`${quarantine}/kept.jsonl`, '{"copy": "files/sym');
    expect((await clear()).report).toMatchObject({ lost: false });
  });
});

describe('a database that another process locks', () => {
  test('fails the step after a few seconds, by name', async () => {
    expect((await busy).reason).toContain('outputs/market_data.db: database is locked; no row was changed');
  });
});
