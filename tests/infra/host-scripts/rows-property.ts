import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { databaseLook, sqlOn } from './database-look.ts';
import { type Environment, Host } from './host.ts';
import { type RandomTable, randomTable, value } from './random-tables.ts';

/** One way through a host: what is in its table, and what is written between the step and the restore. */
export interface Way {
  readonly table: RandomTable;
  readonly newer: readonly { readonly n: number; readonly value: string }[];
}
export const way: fc.Arbitrary<Way> = fc.record({
  table: randomTable,
  newer: fc.array(fc.record({ n: fc.integer({ min: 1, max: 15 }), value }), { maxLength: 2 }),
});

const step: Environment = {
  SSM_Step: 's',
  SSM_Database: 'outputs/market.db',
  SSM_CacheFolder: 'outputs/cache',
  SSM_Table: 'events',
  SSM_TimeColumn: 'timestamp',
  SSM_WindowStart: '2026-01-05T08:50:00Z',
};

/** Makes the database, and returns false if it cannot be made: the columns are random. */
function made(path: string, statements: readonly string[]): boolean {
  try {
    sqlOn(path, ...statements);
    return true;
  } catch {
    return false;
  }
}

/** Returns the rows that refer to a row that does not exist; none if a foreign key cannot be checked at all. */
function dangling(path: string): string[] {
  try {
    return sqlOn(path, 'PRAGMA foreign_key_check').map((row) => JSON.stringify(row));
  } catch {
    return [];
  }
}

/**
 * The rule of clear-corrupted-cache and restore: rows outside are untouched and rows inside come back equal, or the step
 * refuses and nothing changed. Returns how it ended.
 */
export async function rowsRule({ table, newer }: Way): Promise<string> {
  const host = new Host();
  try {
    const path = join(host.tree, 'outputs/market.db');
    mkdirSync(join(host.tree, 'outputs/cache'), { recursive: true });
    host.write('opt/trading/outputs/cache/a', 'cached');
    if (!made(path, table.statements)) return 'no such table';
    const before = databaseLook(path);
    const numbers = () =>
      sqlOn(path, 'SELECT n FROM events')
        .map(({ n }) => Number(n))
        .toSorted((one, other) => one - other);
    const there = numbers();
    const dangledBefore = dangling(path);
    const plan = await host.verdict('clear-corrupted-cache.py', { ...step, SSM_Mode: 'plan' });
    expect(databaseLook(path)).toEqual(before);
    const { verdict, reason, report } = await host.verdict('clear-corrupted-cache.py', step);
    if (verdict !== 'done') {
      expect(reason).toMatch(/no row was (changed|removed)|the delete was undone/);
      expect(databaseLook(path)).toEqual(before);
      expect(host.read('opt/trading/outputs/cache/a')).toBe('cached');
      return `refused: ${reason
        ?.replace(/^.*exited with 1: /, '')
        .replaceAll(/\d+/g, 'N')
        .slice(0, 60)}`;
    }
    expect(numbers()).toEqual(there.filter((n) => !table.isInside(n)));
    expect(dangledBefore).toEqual(expect.arrayContaining([...dangling(path)]));
    expect(plan.report).toMatchObject({ would_take: { rows: { count: there.filter(table.isInside).length } } });
    expect(report).toMatchObject({ rows: { removed: there.filter(table.isInside).length }, lost: false });
    await restoreRule(host, path, before, newer);
    return 'done';
  } finally {
    host.remove();
  }
}

/** After newer rows were written, a restore refuses and changes nothing, or brings all back; with Overwrite yes it must. */
async function restoreRule(host: Host, path: string, before: Record<string, readonly string[]>, newer: Way['newer']) {
  const restore = (overwrite: string) =>
    host.verdict('restore.py', { SSM_Step: 'restore', SSM_Kind: 'check', SSM_Of: 's', SSM_Overwrite: overwrite });
  const after = databaseLook(path);
  for (const { n, value } of newer) made(path, [`INSERT OR IGNORE INTO events (n, timestamp) VALUES (${n}, ${value})`]);
  const found = databaseLook(path);
  const { verdict, reason } = await restore('no');
  if (verdict !== 'done') {
    expect(reason).toMatch(/nothing was touched|no row was changed/);
    expect(databaseLook(path)).toEqual(found);
    const forced = await restore('yes');
    if (forced.verdict !== 'done') {
      // Other rows refer to a newer row by now, which may not give way then.
      expect(forced.reason).toContain('would refer to rows that do not exist');
      expect(databaseLook(path)).toEqual(found);
      return;
    }
  }
  const written = (found['rows of events'] ?? []).filter((row) => !after['rows of events']?.includes(row));
  const now = databaseLook(path);
  const rows = now['rows of events'] ?? [];
  expect(rows).toEqual(expect.arrayContaining([...(before['rows of events'] ?? [])]));
  const gaveWay = written.filter((row) => !rows.includes(row) || before['rows of events']?.includes(row));
  expect(rows).toHaveLength((before['rows of events']?.length ?? 0) + written.length - gaveWay.length);
  if (verdict === 'done' && written.length === 0)
    expect({ ...now, 'rows of sqlite_sequence': [] }).toEqual({ ...before, 'rows of sqlite_sequence': [] });
}
