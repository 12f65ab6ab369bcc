import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AttackedHost, hindrance, owner } from './attacked-host.ts';
import type { Environment, Verdict } from './host.ts';
import { smallRedis } from './small-redis.ts';

// Nothing that the owner of the tree plants makes root read, write, chmod, chown or delete outside the tree and the state
// folder. Each test lets the owner plant something, runs a script as the agent does, and looks at a folder of root's.

const clearCache: Environment = { SSM_Step: 's', SSM_CacheFolder: 'outputs/cache' };
const clearRows: Environment = {
  ...clearCache,
  SSM_Database: 'outputs/market.db',
  SSM_Table: 'events',
  SSM_TimeColumn: 'timestamp',
  SSM_WindowStart: '2026-01-05T08:00:00Z',
};
const clearState: Environment = {
  SSM_Step: 's',
  SSM_StateFolder: 'outputs/cache',
  SSM_Database: 'outputs/market.db',
  SSM_Sql: 'scripts/reset.sql',
  SSM_Tables: 'events',
};
const resetConfiguration: Environment = { SSM_Step: 's', SSM_From: 'config/backup/c.json', SSM_To: 'config/c.json' };
const wholeTree: Environment = { SSM_Step: 's', SSM_Target: 'stable', SSM_Paths: '.', SSM_Copies: '' };
const engine: Environment = {
  SSM_Step: 's',
  SSM_Target: 'stable',
  SSM_Paths: 'engine',
  SSM_Copies: 'engine/backup.py>engine/copy.py',
};
const restore: Environment = { SSM_Step: 'restore', SSM_Kind: 'check', SSM_Of: 's', SSM_Overwrite: 'yes' };
const flags: Environment = { SSM_FlagFolder: 'var/lib/appconfig', SSM_Flags: 'data_source=barchart' };
const preparing: Environment = {
  SSM_Step: 'prepare',
  SSM_Kind: 'beside',
  SSM_Tag: 'rollback/phase-1/before-v2',
  SSM_Preparation: 'phase-1/v2',
  SSM_Begun: '20260105T090000Z',
  SSM_Databases: 'outputs/market.db',
  SSM_Configuration: 'config',
};
const script: Environment = { SSM_Script: 'scripts/script.py', SSM_Arguments: '' };
const ingestion: Environment = { ...script, SSM_Service: 'databento', SSM_StateFile: 'outputs/run/state.json' };

const countRows = `import sqlite3
print(sqlite3.connect('outputs/market.db').execute('SELECT count(*) FROM events').fetchone()[0])`;

let host: AttackedHost;

describe.skipIf(hindrance)(`an owner of the tree without rights${hindrance ? ` (${hindrance})` : ''}`, () => {
  beforeEach(() => {
    host = new AttackedHost();
  });
  afterEach(() => host.remove());

  /** Runs a script against what was planted. Expects that it ends, and that nothing of root's was touched. */
  async function unharmed(name: string, env: Environment): Promise<Verdict> {
    const before = host.look();
    const found = await host.attacked(name, env);
    expect(['done', 'failed', 'refused']).toContain(found.verdict);
    expect(host.look()).toEqual(before);
    expect(host.leaks()).toEqual([]);
    return found;
  }

  test("puts a link to root's server in the place of the socket of Redis, and nobody asks that server", async () => {
    const socket = join(host.outside, 'redis.sock');
    const redis = await smallRedis(socket, { 'signal:1': "root's" });
    chmodSync(socket, 0o600);
    host.plantLink('outputs/redis.sock', socket);
    const SSM_Redis = 'opt/trading/outputs/redis.sock';
    const found = await host.attacked('clear-cache.py', { ...clearCache, SSM_KeyPrefix: 'signal:', SSM_Redis });
    expect([found.verdict, redis.asked]).toEqual(['failed', []]);
    await redis.close();
  });

  describe('puts into the way of a script', () => {
    const link = (path: string) => () => host.plantLink(path, host.secretFile);
    const pipe = (path: string) => () => host.plantPipe(path);
    const folder = (path: string) => () => host.plantLink(path, host.outside);
    /** As root, because the kernel may allow an owner no hard link of another user's file (fs.protected_hardlinks). */
    const hardLink = (path: string) => () => {
      rmSync(join(host.tree, path), { force: true });
      linkSync(host.secretFile, join(host.tree, path));
    };
    const journal = (suffix: string) => () => {
      const mode = suffix === '-wal' ? 'WAL' : 'DELETE';
      host.asOwner(
        'python3',
        '-c',
        `import sqlite3; sqlite3.connect('outputs/market.db').execute('PRAGMA journal_mode = ${mode}')`,
      );
      host.plantLink(`outputs/market.db${suffix}`, host.secretFile);
    };

    test.each<[string, string, Environment, () => void]>([
      ['a link in the place of the cache', 'clear-cache.py', clearCache, folder('outputs/cache')],
      ['a link in the place of a folder above the cache', 'clear-cache.py', clearCache, folder('outputs')],
      ['a link in the place of a file of the cache', 'clear-cache.py', clearCache, link('outputs/cache/a')],
      ["a hard link of root's file in the cache", 'clear-cache.py', clearCache, hardLink('outputs/cache/a')],
      ['a pipe in the cache', 'clear-cache.py', clearCache, pipe('outputs/cache/a')],
      ['a link in the place of the database', 'clear-corrupted-cache.py', clearRows, link('outputs/market.db')],
      [
        "a hard link of root's file as the database",
        'clear-corrupted-cache.py',
        clearRows,
        hardLink('outputs/market.db'),
      ],
      ['a pipe in the place of the database', 'clear-corrupted-cache.py', clearRows, pipe('outputs/market.db')],
      ['a link in the place of the journal', 'clear-corrupted-cache.py', clearRows, journal('-journal')],
      ['a link in the place of the write-ahead log', 'clear-corrupted-cache.py', clearRows, journal('-wal')],
      ['a link in the place of its index', 'clear-corrupted-cache.py', clearRows, journal('-shm')],
      ['a link in the place of the SQL', 'clear-state.py', clearState, link('scripts/reset.sql')],
      ['a pipe in the place of the SQL', 'clear-state.py', clearState, pipe('scripts/reset.sql')],
      ['a link in the place of the write-ahead log', 'clear-state.py', clearState, journal('-wal')],
      ['a link in the place of the backup', 'reset-configuration.py', resetConfiguration, link('config/backup/c.json')],
      ['a pipe in the place of the backup', 'reset-configuration.py', resetConfiguration, pipe('config/backup/c.json')],
      ['a link in the place of the file', 'reset-configuration.py', resetConfiguration, link('config/c.json')],
      ['a link at the name of its part', 'reset-configuration.py', resetConfiguration, link('config/.c.json.rollback')],
      [
        "a hard link of root's file there",
        'reset-configuration.py',
        resetConfiguration,
        hardLink('config/.c.json.rollback'),
      ],
      ['a pipe there', 'reset-configuration.py', resetConfiguration, pipe('config/.c.json.rollback')],
      ['a link in the place of a copy', 'restore-previous-version.py', engine, link('engine/copy.py')],
      ['a link at the name of its part', 'restore-previous-version.py', engine, link('engine/.copy.py.rollback')],
      ["a hard link of root's file there", 'restore-previous-version.py', engine, hardLink('engine/.copy.py.rollback')],
      ['a pipe there', 'restore-previous-version.py', engine, pipe('engine/.copy.py.rollback')],
      ['a link in the place of the folder', 'restore-previous-version.py', engine, folder('engine')],
      ['a link in the place of the index', 'restore-previous-version.py', wholeTree, link('.git/index')],
      ['a link in the place of the repository', 'restore-previous-version.py', wholeTree, folder('.git')],
      ['a link in the place of a copy', 'version-at-target.py', engine, link('engine/copy.py')],
      ['a pipe in the place of a copy', 'version-at-target.py', engine, pipe('engine/copy.py')],
      ['a link in the place of the state file', 'stop-data-ingestion.py', ingestion, link('outputs/run/state.json')],
      ['a pipe in the place of the state file', 'stop-data-ingestion.py', ingestion, pipe('outputs/run/state.json')],
      ['a pipe in the place of the state file', 'resume-operations.py', ingestion, pipe('outputs/run/state.json')],
      ['a link in the place of the database', 'prepare.py', preparing, link('outputs/market.db')],
      ["a hard link of root's file as the database", 'prepare.py', preparing, hardLink('outputs/market.db')],
      ['a pipe in the place of the database', 'prepare.py', preparing, pipe('outputs/market.db')],
      ['a link in the place of the write-ahead log', 'prepare.py', preparing, journal('-wal')],
      ['a link in the place of its index', 'prepare.py', preparing, journal('-shm')],
      ['a link in the place of the journal', 'prepare.py', preparing, journal('-journal')],
      ['a link in the place of a file of the configuration', 'prepare.py', preparing, link('config/c.json')],
      ["a hard link of root's file in the configuration", 'prepare.py', preparing, hardLink('config/c.json')],
      ['a pipe in the configuration', 'prepare.py', preparing, pipe('config/c.json')],
      ['a link in the place of the configuration', 'prepare.py', preparing, folder('config')],
      ['a link in the place of the tags', 'prepare.py', preparing, folder('.git/refs/tags')],
      ['a link in the place of the repository', 'prepare.py', preparing, folder('.git')],
      ['a link in the place of the script', 'run-customer-script.py', script, link('scripts/script.py')],
      [
        'a link in the place of a kept file',
        'run-customer-script.py',
        { ...script, SSM_Keeps: 'config/c.json' },
        link('config/c.json'),
      ],
      [
        'a pipe in the place of a kept file',
        'run-customer-script.py',
        { ...script, SSM_Keeps: 'config/c.json' },
        pipe('config/c.json'),
      ],
      [
        "a hard link of root's file as a kept file",
        'run-customer-script.py',
        { ...script, SSM_Keeps: 'config/c.json' },
        hardLink('config/c.json'),
      ],
    ])('%s: %s', async (_, name, env, plant) => {
      const SSM_Commit = host.asOwner('git', 'rev-parse', 'HEAD').trim();
      plant();
      await unharmed(name, { ...env, SSM_Commit: name === 'prepare.py' ? SSM_Commit : '' });
      await unharmed(name, { ...env, SSM_Mode: 'plan' });
    });

    test('a link at the name of a part, and the step is done all the same', async () => {
      host.plantLink('config/.c.json.rollback', host.secretFile);
      expect((await unharmed('reset-configuration.py', resetConfiguration)).verdict).toBe('done');
      expect(host.read('opt/trading/config/c.json')).toBe('{}');
    });

    test.each(['link', 'pipe'])('a %s in the place of a flag file, in a folder of its own', async (kind) => {
      const file = join(host.root, 'var/lib/appconfig/app/local/flags.json');
      writeFileSync(host.secretFile, '{"data_source": {"enabled": true, "value": "SECRET-OF-ROOT"}}');
      if (kind === 'link') host.plantLink(file, host.secretFile);
      else host.plantPipe(file);
      expect((await unharmed('flag-effective.py', flags)).verdict).toBe('failed');
    });

    test('a state file with a state that only root can read', async () => {
      writeFileSync(host.secretFile, '{"trading": "SECRET-OF-ROOT"}');
      host.plantLink('outputs/run/state.json', host.secretFile);
      expect((await unharmed('resume-operations.py', ingestion)).verdict).toBe('failed');
    });
  });

  test.each<[string, string, Environment]>([
    ['clear-cache.py', 'a', clearCache],
    ['clear-corrupted-cache.py', 'sub/b', clearRows],
    ['clear-state.py', 'a', clearState],
  ])('may not read a file: %s is refused before anything is touched', async (name, file, env) => {
    chmodSync(join(host.tree, 'outputs/cache', file), 0o000);
    expect((await unharmed(name, env)).reason).toContain(
      `outputs/cache/${file} cannot be read; nothing was touched. Give it to the owner of the tree, then retry`,
    );
    expect(host.asOwner('python3', '-c', countRows)).toBe('2\n');
  });

  test('is prepared as the owner: the copies belong to root alone to reach, and are checked by the owner', async () => {
    const SSM_Commit = host.asOwner('git', 'rev-parse', 'HEAD').trim();
    expect((await unharmed('prepare.py', { ...preparing, SSM_Commit })).verdict).toBe('done');
    expect(host.asOwner('git', 'rev-parse', 'rollback/phase-1/before-v2').trim()).toBe(SSM_Commit);
    const listed = () => host.asOwner('ls', join(host.state, '.prepared'));
    expect(listed).toThrow('Permission denied');
  });

  describe('exchanges something between two attempts', () => {
    test('a link that was kept for a folder, whose files root would copy through the kept link', async () => {
      host.plantLink('extra', host.outside);
      host.plant('.git/index.lock', '');
      expect((await unharmed('restore-previous-version.py', wholeTree)).verdict).toBe('failed');
      host.asOwner('rm', '-rf', 'extra', '.git/index.lock');
      host.plant('extra/planted', 'planted');
      await unharmed('restore-previous-version.py', wholeTree);
    });

    test('a newer link for a folder, whose files a restore would copy through the kept link', async () => {
      expect((await unharmed('clear-cache.py', clearCache)).verdict).toBe('done');
      host.plantLink('outputs/cache/a', host.outside);
      expect((await unharmed('restore.py', restore)).verdict).toBe('done');
      host.asOwner('rm', '-rf', 'outputs/cache/a');
      host.plant('outputs/cache/a/planted', 'planted');
      await unharmed('restore.py', restore);
    });

    test('a folder of the cache for a link, before the restore', async () => {
      expect((await unharmed('clear-cache.py', clearCache)).verdict).toBe('done');
      host.plantLink('outputs/cache', host.outside);
      expect((await unharmed('restore.py', restore)).verdict).toBe('failed');
    });

    test("its repository for one of root's, whose lock files root would remove as those of a killed git", async () => {
      const repository = join(host.outside, 'repository');
      execFileSync('cp', ['-r', join(host.tree, '.git'), repository]);
      writeFileSync(join(repository, 'index.lock'), '');
      host.write('var/lib/rollback/r-1/s.git', '');
      host.asOwner('rm', '-rf', '.git');
      host.plant('.git', `gitdir: ${repository}\n`);
      await unharmed('restore-previous-version.py', wholeTree);
    });
  });

  describe('exchanges a folder or a part for a link, again and again while the script runs', () => {
    const exchanging = (path: string, other: string) => `import os
while True:
    for one in (${JSON.stringify(path)}, ${JSON.stringify(other)}):
        try:
            os.rename(${JSON.stringify(path)}, 'aside')
        except OSError:
            pass
        try:
            os.symlink(${JSON.stringify(other)}, ${JSON.stringify(path)})
            os.unlink(${JSON.stringify(path)})
            os.rename('aside', ${JSON.stringify(path)})
        except OSError:
            pass
`;

    test.each<[string, string, Environment, string, string]>([
      ['a folder of the cache', 'clear-cache.py', clearCache, 'outputs/cache/sub', 'outside'],
      ['the cache', 'clear-corrupted-cache.py', clearRows, 'outputs/cache', 'outside'],
      ['the file', 'reset-configuration.py', resetConfiguration, 'config/c.json', 'outside/secret'],
      ['its part', 'reset-configuration.py', resetConfiguration, 'config/.c.json.rollback', 'outside/secret'],
      ['the part of a copy', 'restore-previous-version.py', engine, 'engine/.copy.py.rollback', 'outside/secret'],
      ['the database', 'prepare.py', preparing, 'outputs/market.db', 'outside/secret'],
      ['the configuration', 'prepare.py', preparing, 'config', 'outside'],
    ])('%s of %s', async (_, name, env, path, other) => {
      mkdirSync(join(host.outside, 'sub'));
      writeFileSync(join(host.outside, 'b'), 'SECRET-OF-ROOT');
      chmodSync(join(host.outside, 'b'), 0o600);
      const SSM_Commit = name === 'prepare.py' ? { SSM_Commit: host.asOwner('git', 'rev-parse', 'HEAD').trim() } : {};
      const end = host.startAsOwner(exchanging(path, join(host.root, other)));
      try {
        for (const rollback of ['r-1', 'r-2', 'r-3', 'r-4'])
          await unharmed(name, { ...env, ...SSM_Commit, SSM_RollbackId: rollback });
      } finally {
        await end();
      }
    });
  });

  describe('makes git start programs', () => {
    const program = (file: string) => `sh -c 'id -u >> ${file}; cat'`;
    const settings = (file: string) => ({
      'core.fsmonitor': program(file),
      'core.sshCommand': program(file),
      'core.pager': program(file),
      'core.alternateRefsCommand': program(file),
      'diff.external': program(file),
      'diff.evil.command': program(file),
      'diff.evil.textconv': program(file),
      'filter.evil.clean': program(file),
      'filter.evil.smudge': program(file),
      'credential.helper': `!${program(file)}`,
      'gpg.program': program(file),
    });

    test.each<[string, Environment]>([
      ['restore-previous-version.py', wholeTree],
      ['restore-previous-version.py', engine],
      ['version-at-target.py', wholeTree],
    ])('by its settings, attributes and hooks: they run as the owner, or not at all: %s %o', async (name, env) => {
      const file = join(host.root, 'notes/users');
      host.plant('.gitattributes', '*.py filter=evil diff=evil\n');
      host.plant(
        'included',
        Object.entries(settings(file))
          .map(([key, value]) => {
            const [, section, sub, word] = /^(\w+)(?:\.(\w+))?\.(\w+)$/.exec(key) ?? [];
            return `[${section}${sub ? ` "${sub}"` : ''}]\n\t${word} = ${JSON.stringify(value)}\n`;
          })
          .join(''),
      );
      host.asOwner('git', 'config', 'include.path', join(host.tree, 'included'));
      host.asOwner('git', 'config', 'core.hooksPath', join(host.tree, 'hooks'));
      for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc']) {
        host.plant(`hooks/${hook}`, `#!/bin/sh\nid -u >> ${file}\n`);
        host.asOwner('chmod', '755', `hooks/${hook}`);
      }
      rmSync(file, { force: true });
      await unharmed(name, env);
      const users = new Set(readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean));
      expect([...users].filter((user) => user !== String(owner))).toEqual([]);
    });
  });

  describe("runs code of the customer's", () => {
    test.each<[string, Environment]>([
      ['run-customer-script.py', script],
      ['call-customer-code.py', { SSM_Module: 'strategies.emergency', SSM_Class: 'Emergency', SSM_Method: 'now' }],
      ['update-profile.py', { ...flags, SSM_Profile: 'production' }],
      ['disable-components.py', { ...flags, ...script }],
      ['health.py', { ...script, SSM_Kind: 'check' }],
      ['verify-rollback.py', { ...script, SSM_Kind: 'check' }],
      ['verify-system-health.py', script],
      ['stop-data-ingestion.py', ingestion],
      ['resume-operations.py', ingestion],
    ])('with the rights of the owner for good, and without a descriptor of ours: %s', async (name, env) => {
      host.plant(
        'sitecustomize.py',
        `import os\nopen(${JSON.stringify(join(host.root, 'notes/users'))}, 'a').write('%d ' % os.getuid())`,
      );
      await unharmed(name, env);
      expect(JSON.parse(host.read('opt/trading/outputs/probe.json'))).toEqual({
        users: [owner, owner, owner, owner, owner, owner],
        groups: [],
        descriptors: [],
        secret: 'PermissionError',
        lock: 'PermissionError',
        'memory of the script': 'PermissionError',
        'descriptors of the script': 'PermissionError',
      });
      const users = readFileSync(join(host.root, 'notes/users'), { encoding: 'utf8', flag: 'a+' }).split(' ');
      expect(users.filter((user) => user !== '' && user !== String(owner))).toEqual([]);
    });

    test('which exchanges a kept file for a link to one of root’s', async () => {
      host.plant(
        'scripts/script.py',
        `import os\nos.unlink('config/c.json')\nos.symlink(${JSON.stringify(host.secretFile)}, 'config/c.json')\n`,
      );
      await unharmed('run-customer-script.py', { ...script, SSM_Step: 's', SSM_Keeps: 'config/c.json' });
      expect((await unharmed('restore.py', restore)).verdict).toBe('done');
      expect(host.read('opt/trading/config/c.json')).toBe('{"broken": true}');
    });

    test('which exchanges the folder of a kept file for a link', async () => {
      writeFileSync(join(host.outside, 'c.json'), 'SECRET-OF-ROOT');
      host.plant(
        'scripts/script.py',
        `import os\nos.rename('config', 'aside')\nos.symlink(${JSON.stringify(host.outside)}, 'config')\n`,
      );
      await unharmed('run-customer-script.py', { ...script, SSM_Step: 's', SSM_Keeps: 'config/c.json' });
      await unharmed('restore.py', restore);
    });
  });

  describe('has a sticky folder, from which it may not remove', () => {
    test.each<[string, () => void]>([
      ["another user's file", () => host.write('opt/trading/outputs/cache/sub/c', 'c')],
      ["another user's folder", () => mkdirSync(join(host.tree, 'outputs/cache/sub/c'))],
    ])('%s: a step refuses before it moves anything', async (_, put) => {
      put();
      execFileSync('chown', [
        `${owner + 1}`,
        join(host.tree, 'outputs/cache/sub'),
        join(host.tree, 'outputs/cache/sub/c'),
      ]);
      chmodSync(join(host.tree, 'outputs/cache/sub'), 0o1777);
      chmodSync(join(host.tree, 'outputs/cache/sub/c'), 0o777);
      const { verdict, reason } = await unharmed('clear-cache.py', clearCache);
      expect(verdict).toBe('failed');
      expect(reason).toContain('outputs/cache/sub/c is of another user, in a sticky folder; nothing was touched');
      expect(host.read('opt/trading/outputs/cache/a')).toBe('a');
    });
  });

  describe('may change the way to the tree, and leads it', () => {
    test.each([
      ["root's", 0],
      ["another user's", owner + 1],
    ])('to a tree of %s: refused', async (_, user) => {
      host.asOwner('cp', '-a', '.', join(host.root, 'notes/tree'));
      execFileSync('mv', [join(host.root, 'notes/tree'), join(host.outside, 'tree')]);
      execFileSync('chown', ['-R', `${user}:${user}`, join(host.outside, 'tree')]);
      host.moveTree(join(host.outside, 'tree'));
      lchownSync(host.tree, owner, owner);
      for (const [name, env] of [
        ['clear-cache.py', clearCache],
        ['restore-previous-version.py', wholeTree],
        ['run-customer-script.py', script],
      ] as const)
        expect((await unharmed(name, env)).reason).toMatch(
          /Others than the owner of the tree .* may change .*; nothing was touched/,
        );
    });
  });

  describe('may change', () => {
    test.each<[string, () => void]>([
      ['the state folder', () => execFileSync('chown', [`${owner}`, host.state])],
      ['a folder above the state folder', () => execFileSync('chown', [`${owner}`, join(host.root, 'var/lib')])],
      ['what is in the state folder', () => chmodSync(host.state, 0o777)],
      ['nothing in the state folder, but read it', () => chmodSync(host.state, 0o755)],
    ])('%s: every script is refused', async (_, change) => {
      mkdirSync(host.state, { recursive: true, mode: 0o700 });
      change();
      expect(await unharmed('clear-cache.py', clearCache)).toMatchObject({
        verdict: 'refused',
        reason: expect.stringContaining('nothing was run'),
      });
    });
  });

  test.each([
    ['open', 0, 0o600],
    ['write, because it belongs to root', 0, 0o644],
    ['write, because of its mode', owner, 0o444],
  ])('may not %s the database: the plan says so, as the step does', async (_, uid, mode) => {
    const database = join(host.tree, 'outputs/market.db');
    chownSync(database, uid, uid);
    chmodSync(database, mode);
    for (const kind of ['plan', 'live'])
      expect((await host.verdict('clear-corrupted-cache.py', { ...clearRows, SSM_Mode: kind })).reason).toMatch(
        /outputs\/market.db.*orrect its owner/,
      );
  });
});
