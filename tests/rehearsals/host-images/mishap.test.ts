import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Host, tradingImage } from '../../infra/host-scripts/host.ts';

let image: ReturnType<typeof tradingImage>;
let host: Host;

beforeAll(() => {
  image = tradingImage();
});
beforeEach(() => {
  host = image.host();
});
afterEach(() => host.remove());
afterAll(() => image.remove());

const path = (name: string) => join(host.root, name);
const git = (...words: string[]) =>
  spawnSync('git', words, { cwd: path('opt/trading'), encoding: 'utf8' }).stdout.trimEnd();
const mishap = (...given: string[]) => {
  const { status, stdout, stderr } = spawnSync('python3', [path('bin/mishap'), ...given], {
    encoding: 'utf8',
    input: '',
  });
  return { status, stdout, stderr };
};
const happened = { status: 0, stdout: 'happened\n', stderr: '' };

describe('a mishap of the host image:', () => {
  test('dirty-tree changes a tracked file and adds a new one', () => {
    expect(mishap('dirty-tree')).toEqual(happened);
    expect(git('status', '--short')).toBe(' M integration.py\n?? scripts/desk_notes.py');
  });

  test('disk-full makes every export fail', () => {
    expect(mishap('disk-full')).toEqual(happened);
    expect(() => writeFileSync(path('var/lib/rollback/exporting'), 'a row')).toThrow('ENOSPC');
  });

  test('lose-tag removes the tag that Phase 1 checks out', () => {
    expect(mishap('lose-tag')).toEqual(happened);
    expect(git('tag').split('\n')).not.toContain('pre-phase1-stable');
  });

  test('move-tag moves the tag that Phase 1 checks out', () => {
    expect(mishap('move-tag')).toEqual(happened);
    expect(git('rev-parse', 'pre-phase1-stable')).toBe(git('rev-parse', 'v1.3.1'));
  });

  test('lose-tag and move-tag take another tag', () => {
    git('tag', 'other', 'v1.3.1');
    expect(mishap('move-tag', 'other')).toEqual(happened);
    expect(git('rev-parse', 'other')).toBe(git('rev-parse', 'HEAD'));
    expect(mishap('lose-tag', 'other')).toEqual(happened);
    expect(git('tag').split('\n')).not.toContain('other');
  });

  test('lock-database blocks every write until it ends', async () => {
    const holder = spawn('python3', [path('bin/mishap'), 'lock-database'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const database = new DatabaseSync(path('opt/trading/outputs/market_data.db'), { timeout: 0 });
    expect(() => database.exec('DELETE FROM mbo_events')).toThrow('database is locked');
    holder.stdin.end();
    await once(holder, 'close');
    expect(() => database.exec('DELETE FROM mbo_events')).not.toThrow();
    database.close();
  });

  test('an unknown name is refused with the list of known names', () => {
    const { status, stderr } = mishap('catch-fire');
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('There is no mishap catch-fire; use one of deploy, dirty-tree,'),
    ]);
  });
});
