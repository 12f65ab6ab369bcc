import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from './contents.ts';
import { sqlOn } from './database-look.ts';
import { type Environment, Host, python } from './host.ts';

let host: Host;
beforeEach(() => {
  host = new Host();
  mkdirSync(join(host.tree, 'outputs'), { recursive: true });
  host.write('opt/trading/reset.sql', `DELETE FROM events WHERE timestamp > '2026-01-05 08:50:00';`);
});
afterEach(() => host.remove());

const folder = () => join(host.tree, 'outputs');
const database = () => join(folder(), 'market.db');
const sql = (...statements: string[]) => sqlOn(database(), ...statements);
/** The hash and the time of each file beside the database, its index of a write-ahead log included. */
const files = () =>
  readdirSync(folder())
    .toSorted()
    .map((name) => [name, sha256(readFileSync(join(folder(), name))), statSync(join(folder(), name)).mtimeMs]);

const events = [
  'CREATE TABLE events (id INTEGER PRIMARY KEY, timestamp TEXT)',
  `INSERT INTO events (timestamp) VALUES ('2026-01-05 08:30:00'), ('2026-01-05 08:55:00')`,
];
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
const run = (script: string, mode: string) => host.verdict(script, { ...scripts[script], SSM_Mode: mode });

/** Runs a program that has the database open as `c`, and kills it at its end, so that it leaves its journal behind. */
const killed = (program: string) =>
  spawnSync(python, [
    '-c',
    `import os, sqlite3, sys\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\n${program}\nos.kill(os.getpid(), 9)`,
    database(),
  ]);
const uncommitted = [
  "c.execute('PRAGMA cache_size = 1')",
  "c.execute('BEGIN')",
  'for at in range(3000):',
  `    c.execute("INSERT INTO events (timestamp) VALUES ('2026-01-05 08:56:00')")`,
].join('\n');

describe.each(Object.keys(scripts))('a plan of %s changes no file beside the database, and', (script) => {
  test('names the journal of a killed writer; the live step rolls it back', async () => {
    sql(...events);
    killed(uncommitted);
    const before = files();
    expect(before.map(([name]) => name)).toEqual(['market.db', 'market.db-journal']);
    const { verdict, reason } = await run(script, 'plan');
    expect([verdict, reason]).toEqual([
      'failed',
      expect.stringContaining('the journal outputs/market.db-journal of a killed writer is in the way'),
    ]);
    expect(files()).toEqual(before);
    expect(await run(script, 'live')).toMatchObject({ verdict: 'done', report: { rows: { exported: 1, removed: 1 } } });
    expect(sql('SELECT id FROM events')).toEqual([{ id: 1 }]);
  });

  test('names the write-ahead log of a killed writer; the live step takes its rows too', async () => {
    sql('PRAGMA journal_mode = WAL', ...events);
    killed(`c.execute("INSERT INTO events (timestamp) VALUES ('2026-01-05 08:57:00')")`);
    const before = files();
    expect(before.map(([name]) => name)).toEqual(['market.db', 'market.db-shm', 'market.db-wal']);
    const { verdict, reason } = await run(script, 'plan');
    expect([verdict, reason]).toEqual([
      'failed',
      expect.stringContaining('outputs/market.db-wal, the write-ahead log of a killed writer, is in the way'),
    ]);
    expect(files()).toEqual(before);
    expect(await run(script, 'live')).toMatchObject({ verdict: 'done', report: { rows: { exported: 2, removed: 2 } } });
    expect(sql('SELECT id FROM events')).toEqual([{ id: 1 }]);
  });

  test('counts rows of a write-ahead log that nobody has open', async () => {
    sql('PRAGMA journal_mode = WAL', ...events);
    const before = files();
    expect(await run(script, 'plan')).toMatchObject({
      verdict: 'done',
      report: { would_take: { rows: { count: 1 } } },
    });
    expect(files()).toEqual(before);
  });

  test('counts rows that a connected writer has in its write-ahead log', async () => {
    sql('PRAGMA journal_mode = WAL', ...events);
    const program = `import sqlite3,sys; c=sqlite3.connect(sys.argv[1], isolation_level=None); c.execute("INSERT INTO events (timestamp) VALUES ('2026-01-05 08:57:00')"); print(1, flush=True); input()`;
    const writer = spawn(python, ['-c', program, database()]);
    try {
      await new Promise((ready) => writer.stdout.once('data', ready));
      expect(await run(script, 'plan')).toMatchObject({ report: { would_take: { rows: { count: 2 } } } });
    } finally {
      writer.kill();
    }
  });
});
