import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const build = resolve(import.meta.dirname, '../../../rehearsals/host-images/trading/build');
const folder = mkdtempSync(join(tmpdir(), 'image-'));
const tree = join(folder, 'one/opt/trading');

const git = (...args: string[]) => execFileSync('git', args, { cwd: tree, encoding: 'utf8' }).trim();
const make = (name: string, now: string) => execFileSync(build, [join(folder, name), now], { stdio: 'pipe' });

beforeAll(() => make('one', '2026-01-05T09:00:00Z'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the image of a trading host', () => {
  test('has the same bytes for the same time', () => {
    make('two', '2026-01-05T09:00:00Z');
    expect(hashes('two')).toEqual(hashes('one'));
  });

  test('is at v1.4.0, clean', () => {
    expect(git('describe', '--tags')).toBe('v1.4.0');
    expect(git('status', '--short')).toBe('');
    expect(readFileSync(join(tree, 'VERSION'), 'utf8')).toBe('1.4.0\n');
  });

  test.each(['pre-phase1-stable', 'phase2-rollback', 'pre-phase3', 'pre-phase4'])('has the older tag %s', (tag) => {
    expect(git('merge-base', tag, 'HEAD')).toBe(git('rev-parse', tag));
    expect(git('rev-parse', tag)).not.toBe(git('rev-parse', 'HEAD'));
  });

  test.each([
    ['pre-phase1-stable', 'tasks/options_trading_system/data_ingestion/databento_api/solution_backup.py'],
    ['phase2-rollback', 'tasks/options_trading_system/analysis_engine/institutional_flow_v3'],
    ['pre-phase3', 'integration.py'],
    ['pre-phase3', 'config_manager.py'],
    ['v1.4.0', 'config/pipeline_config.json'],
    ['v1.4.0', 'config/backup/pipeline_config.json'],
    ['v1.4.0', 'scripts/rebuild_baselines.py'],
    ['v1.4.0', 'scripts/disable_component.py'],
    ['v1.4.0', 'scripts/reset_metrics.sql'],
    ['v1.4.0', 'strategies/emergency_rollback_system.py'],
    ['v1.4.0', 'tests/test_integration.py'],
  ])('has in %s a file that the procedure restores or runs: %s', (tag, path) => {
    expect(git('rev-parse', `${tag}:${path}`)).toMatch(/^[0-9a-f]{40}$/);
  });

  test('has rows in the last hour and before it, none of them corrupt', () => {
    expect(count("timestamp <= '2026-01-05 08:00:00'")).toBe(120);
    expect(count("timestamp > '2026-01-05 08:00:00'")).toBe(60);
    expect(count('price > 1000000')).toBe(0);
  });

  test("has the customer's scripts in every version", () => {
    const scripts = [
      ...['controls', 'emergency_stop', 'enable_fallback', 'halt_trading', 'health_check', 'health_checks'],
      ...['new_features', 'order_state', 'rebuild_baselines', 'resume_trading', 'signals', 'start_orders'],
      ...['trading_files', 'verify_rollback'],
    ];
    for (const tag of ['pre-phase1-stable', 'phase2-rollback', 'pre-phase3', 'pre-phase4'])
      expect(git('ls-tree', '--name-only', `${tag}:scripts`)).toBe(scripts.join('.py\n').concat('.py'));
  });

  test('has a cache', () => {
    expect(readdirSync(join(tree, 'outputs/databento_cache'))).toHaveLength(4);
  });

  test('has no state of a rollback', () => {
    expect(existsSync(join(folder, 'one/var/lib/rollback'))).toBe(false);
  });

  test('is not built in a folder that is not empty, nor for a malformed time', () => {
    expect(() => make('one', '2026-01-05T09:00:00Z')).toThrow('is not empty');
    expect(() => make('three', '9:00')).toThrow('NOW must be an instant like 2026-01-05T09:00:00Z, found 9:00');
  });
});

function hashes(name: string): Record<string, string> {
  const entries = readdirSync(join(folder, name), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return Object.fromEntries(files.map((file) => [relative(join(folder, name), file), hash(file)]));
}

function count(condition: string): unknown {
  const database = new DatabaseSync(join(tree, 'outputs/market_data.db'), { readOnly: true });
  const row = database.prepare(`SELECT count(*) AS count FROM mbo_events WHERE ${condition}`).get();
  database.close();
  return row?.['count'];
}
