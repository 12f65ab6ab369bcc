import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { harmlessParameters } from '../../../config/protected-paths.ts';
import { AttackedHost, hindrance } from './attacked-host.ts';
import type { Environment } from './host.ts';

// FIX stores, journals and order databases stay as they are, whatever name a step finds them under.

const fix = { SSM_Protected: 'outputs/fix' };
const clear = (folder: string): Environment => ({ ...fix, SSM_Step: 's', SSM_CacheFolder: folder });
const rows: Environment = {
  SSM_Step: 's',
  SSM_CacheFolder: 'outputs/cache',
  SSM_Database: 'outputs/market.db',
  SSM_Table: 'events',
  SSM_TimeColumn: 'timestamp',
  SSM_WindowStart: '2026-01-05T08:00:00Z',
};
const tree: Environment = { ...fix, SSM_Step: 's', SSM_Target: 'stable', SSM_Paths: '.', SSM_Copies: '' };
const own: Environment = { ...fix, SSM_Step: 's', SSM_Script: 'scripts/own.py', SSM_Arguments: '' };

let host: AttackedHost;

describe.skipIf(hindrance)(`a protected path${hindrance ? ` (${hindrance})` : ''}`, () => {
  beforeEach(() => {
    host = new AttackedHost();
    host.plant('outputs/fix/session/store', 'sequence 4711');
  });
  afterEach(() => host.remove());

  const move = (from: string, to: string) => () => void host.asOwner('mv', from, to);
  const nothing = () => {};
  /** A file at the protected place in the version to which the tree goes back. */
  const inTarget = () => {
    host.asOwner('git', 'checkout', '-q', 'stable');
    host.asOwner('git', 'add', '-f', 'outputs/fix/session/store');
    host.asOwner('git', '-c', 'user.name=Ana', '-c', 'user.email=a@example.com', 'commit', '-qm', 'with store');
    host.asOwner('git', 'tag', '-f', 'stable');
    host.asOwner('git', 'rm', '-q', '--cached', 'outputs/fix/session/store');
    host.asOwner('git', '-c', 'user.name=Ana', '-c', 'user.email=a@example.com', 'commit', '-qm', 'without store');
    host.plant('outputs/fix/session/store', 'sequence 4712');
  };

  describe.each(['live', 'plan'])('in mode %s is refused', (mode) => {
    test.each<[string, string, Environment, () => void]>([
      ['if a step clears it', 'clear-cache.py', clear('outputs/fix'), nothing],
      ['if a step clears a folder in it', 'clear-cache.py', clear('outputs/fix/session'), nothing],
      ['if a step clears a folder above it', 'clear-cache.py', clear('outputs'), nothing],
      [
        'behind a link in the place of the cache',
        'clear-cache.py',
        clear('outputs/cache'),
        () => host.plantLink('outputs/cache', 'fix'),
      ],
      [
        'if the list names it through a link',
        'clear-cache.py',
        { ...clear('outputs/fix'), SSM_Protected: 'now/fix' },
        () => host.plantLink('now', 'outputs'),
      ],
      [
        'if it was renamed into the cache',
        'clear-cache.py',
        clear('outputs/cache'),
        move('outputs/fix', 'outputs/cache/fix'),
      ],
      [
        'if it was renamed into the cache and a link left in its place',
        'clear-cache.py',
        clear('outputs/cache'),
        () => {
          move('outputs/fix', 'outputs/cache/fix')();
          host.plantLink('outputs/fix', 'cache/fix');
        },
      ],
      [
        'if a folder above it was renamed',
        'clear-cache.py',
        { ...clear('outputs/cache'), SSM_Protected: 'outputs/fix/session' },
        move('outputs/fix', 'outputs/old'),
      ],
      [
        'if the database is a hard link of it',
        'clear-corrupted-cache.py',
        { ...rows, SSM_Protected: 'orders.db' },
        () => void host.asOwner('ln', 'outputs/market.db', 'orders.db'),
      ],
      [
        'if a configuration would replace it',
        'reset-configuration.py',
        { ...fix, SSM_Step: 's', SSM_From: 'config/backup/c.json', SSM_To: 'outputs/fix/session/store' },
        nothing,
      ],
      [
        'if a copy of the target would replace it',
        'restore-previous-version.py',
        { ...tree, SSM_Paths: 'engine', SSM_Copies: 'engine/backup.py>outputs/fix/session/store' },
        nothing,
      ],
      ['if the target has a file there', 'restore-previous-version.py', tree, inTarget],
      [
        'if git tracks it, though nothing would change',
        'restore-previous-version.py',
        { ...tree, SSM_Protected: 'engine/backup.py' },
        nothing,
      ],
      [
        'if a restored path holds it',
        'restore-previous-version.py',
        { ...tree, SSM_Paths: 'engine', SSM_Protected: 'engine/backup.py' },
        nothing,
      ],
      [
        "if it is an argument of a customer's script",
        'run-customer-script.py',
        { ...own, SSM_Arguments: '--in=outputs/fix' },
        nothing,
      ],
    ])('%s', async (_, script, env, plant) => {
      plant();
      const before = looked();
      const { verdict, reason } = await host.attacked(script, { ...env, SSM_Mode: mode });
      expect([verdict, reason]).toEqual([
        expect.stringMatching(/^(refused|failed)$/),
        expect.stringMatching(/protected path .+ nothing was touched/),
      ]);
      expect(looked()).toEqual(before);
    });
  });

  /** All files of the tree that git does not keep for itself, with their inodes and contents. */
  const looked = () =>
    spawnSync(
      'sh',
      ['-c', 'find . -path ./.git -prune -o -printf "%p %y %i %n\\n" | sort; cat outputs/fix/session/store'],
      {
        cwd: host.tree,
        encoding: 'utf8',
      },
    ).stdout;

  test.skipIf(!mayMount())('is refused behind a bind mount in the cache', async () => {
    const mounted = join(host.tree, 'outputs/cache/sub');
    execFileSync('mount', ['--bind', join(host.tree, 'outputs/fix'), mounted]);
    try {
      expect(await host.attacked('clear-cache.py', clear('outputs/cache'))).toMatchObject({
        reason: expect.stringContaining('outputs/fix'),
      });
    } finally {
      execFileSync('umount', [mounted]);
    }
  });

  test('is refused if a copy in quarantine would be brought back over it', async () => {
    expect(await host.attacked('clear-cache.py', clear('outputs/cache'))).toMatchObject({ verdict: 'done' });
    host.plant('outputs/cache/a', 'a journal by now');
    const restore = { SSM_Step: 'restore', SSM_Kind: 'check', SSM_Of: 's', SSM_Overwrite: 'yes' };
    expect(await host.attacked('restore.py', { ...restore, SSM_Protected: 'outputs/cache' })).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('outputs/cache'),
    });
    expect(host.asOwner('cat', 'outputs/cache/a')).toBe('a journal by now');
  });

  test("fails the step if a customer's script takes it all the same", async () => {
    host.plant('scripts/own.py', 'import os\nos.rename("outputs/fix", "outputs/gone")\n');
    expect(await host.attacked('run-customer-script.py', own)).toMatchObject({
      verdict: 'failed',
      reason:
        'While the step ran, the protected path outputs/fix was moved, replaced or removed. Stop, and look who did that',
    });
  });

  test('is neither moved nor copied when the whole tree around it goes back', async () => {
    const found = await host.attacked('restore-previous-version.py', tree);
    expect(found).toMatchObject({ verdict: 'done' });
    expect(host.asOwner('cat', 'app.py', 'outputs/fix/session/store')).toBe('v = 1\nsequence 4711');
    const kept = execFileSync('find', [join(host.state, 'r-1/quarantine'), '-name', 'store'], { encoding: 'utf8' });
    expect(kept).toBe('');
  });

  test('does not stop a step beside it, nor one that takes nothing while it is away', async () => {
    expect(await host.attacked('clear-cache.py', clear('outputs/cache'))).toMatchObject({ verdict: 'done' });
    const away = { ...own, SSM_Protected: 'outputs/away' };
    host.plant('scripts/own.py', 'print("{}")\n');
    expect(await host.attacked('run-customer-script.py', { ...away, SSM_Step: 'o' })).toMatchObject({
      verdict: 'done',
    });
    expect(
      await host.attacked('reset-configuration.py', { ...away, SSM_Step: 'r', SSM_From: 'app.py', SSM_To: 'app.py' }),
    ).toMatchObject({
      reason: expect.stringContaining('The protected path outputs/away is not there'),
    });
  });
});

test('the scripts and the rendering know the same harmless parameters', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../infra/host-scripts/shared/protected.py'), 'utf8');
  const listed = /HARMLESS = \(([\s\S]*?)\)/.exec(text)?.[1]?.replaceAll(/['\n]/g, '').split(/\s+/);
  for (const name of harmlessParameters) expect(listed).toContain(name);
});

function mayMount(): boolean {
  return spawnSync('unshare', ['-m', 'mount', '--bind', '/tmp', '/mnt'], { stdio: 'ignore' }).status === 0;
}
