import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { contents } from './contents.ts';
import { type Environment, type Host, python } from './host.ts';
import { onEachHost } from './on-each-host.ts';

let host: Host;
onEachHost((one) => {
  host = one;
});

const tag = 'rollback/phase-1/before-v1.5.0';
const own = 'var/lib/rollback/.prepared/phase-1/v1.5.0';
const [first, second] = ['20260105T090000Z', '20260106T090000Z'] as const;

const environment = (env: Environment = {}): Environment => ({
  SSM_RollbackId: 'prepare_a',
  SSM_Step: 'prepare',
  SSM_Kind: 'beside',
  SSM_Fence: '0',
  SSM_Tag: tag,
  SSM_Commit: host.git('rev-parse', 'HEAD'),
  SSM_Preparation: 'phase-1/v1.5.0',
  SSM_Begun: first,
  SSM_Databases: 'outputs/market_data.db outputs/metrics.db',
  SSM_Configuration: 'config',
  ...env,
});
const prepare = (env: Environment = {}) => host.verdict('prepare.py', environment(env));
/** The folders of this host in /var/tmp. The host's state is a relative path from its root. */
const workplaces = () => {
  const prefix = createHash('sha256').update(host.state).digest('hex').slice(0, 12);
  return readdirSync('/var/tmp').filter((name) => name.startsWith(`rollback-${prefix}-`));
};
const hash = (path: string) =>
  createHash('sha256')
    .update(readFileSync(join(host.root, path)))
    .digest('hex');
const manifest = (begun: string = first) => JSON.parse(host.read(`${own}/${begun}/manifest.json`));
const tags = () => host.git('for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/tags/rollback');
const database = (path: string) => new DatabaseSync(join(host.root, path));

describe('a host that is prepared', () => {
  test('has one new tag of its commit, and names its version by the tags that it had before', async () => {
    const head = host.git('rev-parse', 'HEAD');
    expect(await prepare()).toMatchObject({ verdict: 'done', report: { tag, commit: head, new_tag: true } });
    expect(tags()).toBe(`${tag} ${head}`);
    expect(host.git('cat-file', '-t', tag)).toBe('commit'); // lightweight: the same object on every host
    const { report } = await host.verdict('version-at-target.py', {
      SSM_Kind: 'check',
      SSM_Target: 'pre-phase1-stable',
      SSM_Paths: '.',
    });
    expect(report).toMatchObject({ version: 'v1.4.0' });
  });

  test('has copies of its databases that open, with the rows of the originals', async () => {
    const { report } = await prepare();
    expect(report).toMatchObject({ databases: { count: 2 } });
    for (const [name, table] of [
      ['outputs/market_data.db', 'mbo_events'],
      ['outputs/metrics.db', 'daily_pnl'],
    ] as const) {
      const copy = `${own}/${first}/databases/${name}`;
      const query = `SELECT count(*) AS rows FROM ${table}`;
      const rows = database(`opt/trading/${name}`).prepare(query).get();
      expect(database(copy).prepare(query).get()).toEqual(rows);
      expect(manifest().databases[name]).toMatchObject({ sha256: hash(copy), rows: { [table]: rows?.['rows'] } });
    }
  });

  test('has its configuration byte for byte, with the hash of each file', async () => {
    await prepare();
    expect(host.read(`${own}/${first}/files/config/pipeline_config.json`)).toBe(
      host.read('opt/trading/config/pipeline_config.json'),
    );
    expect(manifest().configuration['config/pipeline_config.json']).toBe(
      hash('opt/trading/config/pipeline_config.json'),
    );
  });

  test('reports the hash of its manifest, which holds every other hash', async () => {
    const { report } = await prepare();
    expect(report?.['manifest']).toBe(hash(`${own}/${first}/manifest.json`));
  });

  test('keeps its tree, its databases and its index as they were', async () => {
    const before = contents(host.tree);
    const index = hash('opt/trading/.git/index');
    await prepare();
    expect(contents(host.tree)).toEqual(before);
    expect(hash('opt/trading/.git/index')).toBe(index);
  });

  test('copies and names the files that differ from the commit, because the tag does not hold them', async () => {
    host.write('opt/trading/integration.py', 'changed by hand\n');
    expect((await prepare()).report).toMatchObject({ different: 1, differences: ['integration.py'] });
    expect(host.read(`${own}/${first}/files/integration.py`)).toBe('changed by hand\n');
  });
});

describe('a repeat', () => {
  test('of the same preparation keeps every copy and gives the same report', async () => {
    const { report } = await prepare();
    const copy = join(host.root, `${own}/${first}/databases/outputs/market_data.db`);
    const { ino } = statSync(copy);
    expect(await prepare({ SSM_RollbackId: 'prepare_b' })).toMatchObject({
      verdict: 'done',
      report: { ...report, new_tag: false },
    });
    expect(statSync(copy).ino).toBe(ino);
  });

  test('of one that was interrupted makes only what is missing', async () => {
    await prepare({ SSM_Databases: 'outputs/market_data.db', SSM_Configuration: '' });
    rmSync(join(host.root, `${own}/${first}/manifest.json`));
    const copy = join(host.root, `${own}/${first}/databases/outputs/market_data.db`);
    const { ino } = statSync(copy);
    expect(await prepare()).toMatchObject({ verdict: 'done', report: { new_tag: false, databases: { count: 2 } } });
    expect(statSync(copy).ino).toBe(ino);
  });

  test('of one that was killed while it copied makes the rest, and leaves no half copies anywhere', async () => {
    const large = database('opt/trading/outputs/large.db');
    large.exec('CREATE TABLE t (x); PRAGMA page_size = 4096');
    large.exec(
      'INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT randomblob(2000) FROM n',
    );
    large.close();
    const both = { SSM_Databases: 'outputs/metrics.db outputs/large.db' };
    const { pid, outcome } = host.start('prepare.py', { ...environment(), ...both });
    const notes = join(host.root, own, first, 'kept.jsonl');
    while (!existsSync(notes)) await new Promise((done) => setTimeout(done, 5)); // the first copy is complete
    process.kill(-pid, 'SIGKILL');
    await outcome;
    expect(existsSync(join(host.root, own, first, 'manifest.json'))).toBe(false);
    expect(await prepare(both)).toMatchObject({
      verdict: 'done',
      report: { new_tag: false, databases: { count: 2 } },
    });
    expect(readdirSync(join(host.root, own, first)).toSorted()).toEqual([
      'databases',
      'files',
      'kept.jsonl',
      'manifest.json',
    ]);
    expect(workplaces()).toEqual([]);
  });

  test('replaces a copy that was truncated', async () => {
    await prepare();
    truncateSync(join(host.root, `${own}/${first}/databases/outputs/metrics.db`), 100);
    expect((await prepare()).verdict).toBe('done');
    const { copy, sha256 } = manifest().databases['outputs/metrics.db'];
    expect(hash(`${own}/${first}/${copy}`)).toBe(sha256);
  });

  test('that begins anew replaces the copies once the new ones are complete', async () => {
    await prepare();
    const failed = await prepare({ SSM_Begun: second, SSM_Databases: 'outputs/none.db' });
    expect(failed).toMatchObject({ verdict: 'failed', reason: expect.stringContaining('no database outputs/none.db') });
    expect(existsSync(join(host.root, `${own}/${first}/manifest.json`))).toBe(true);
    expect((await prepare({ SSM_Begun: second })).verdict).toBe('done');
    expect(readdirSync(join(host.root, own))).toEqual([second]);
  });
});

describe('retention', () => {
  const other = (version: string) =>
    prepare({ SSM_Tag: `rollback/phase-1/before-${version}`, SSM_Preparation: `phase-1/${version}` });
  const kept = () => readdirSync(join(host.state, '.prepared/phase-1')).toSorted();

  test('removes the copies that it is told, and no tag', async () => {
    await other('v1.3.0');
    await other('v1.4.0');
    expect((await prepare({ SSM_Superseded: 'phase-1/v1.3.0 phase-1/v1.2.0' })).report).toMatchObject({
      superseded: 1,
    });
    expect(kept()).toEqual(['v1.4.0', 'v1.5.0']);
    expect(tags().split('\n')).toHaveLength(3);
  });

  test('never removes its own copies', async () => {
    await prepare({ SSM_Superseded: 'phase-1/v1.5.0' });
    expect(kept()).toEqual(['v1.5.0']);
  });

  test.each(['../../etc', 'phase-1/../..', 'phase-1'])('refuses %s', async (name) => {
    expect(await prepare({ SSM_Superseded: name })).toMatchObject({ verdict: 'failed' });
    expect(await prepare({ SSM_Preparation: name })).toMatchObject({ verdict: 'failed' });
  });
});

describe('nothing is tagged or copied', () => {
  const none = () => {
    expect(existsSync(join(host.root, own, first, 'manifest.json'))).toBe(false);
  };

  test('on a host at another commit, which is named with the expected one', async () => {
    const expected = host.git('rev-parse', 'v1.3.0');
    const { reason } = await prepare({ SSM_Commit: expected });
    const head = host.git('rev-parse', 'HEAD');
    expect(reason).toContain(`The tree is at ${head.slice(0, 12)} (v1.4.0), expected ${expected.slice(0, 12)}`);
    expect(tags()).toBe('');
    none();
  });

  test('if the tag names another commit, which is found and not moved', async () => {
    const [other, head] = [host.git('rev-parse', 'v1.3.0'), host.git('rev-parse', 'HEAD')];
    host.git('tag', tag, other);
    expect((await prepare()).reason).toContain(
      `The tag ${tag} names ${other.slice(0, 12)}, expected ${head.slice(0, 12)}`,
    );
    expect(tags()).toBe(`${tag} ${other}`);
    none();
  });

  test('without enough disk, which is compared before the first copy', async () => {
    writeFileSync(join(host.tree, 'outputs/huge.db'), '');
    truncateSync(join(host.tree, 'outputs/huge.db'), 4e12);
    const { reason } = await prepare({ SSM_Databases: 'outputs/market_data.db outputs/huge.db' });
    expect(reason).toMatch(/has \d+ MB free; the copies need \d+ MB, and 256 MB must stay free/);
    expect(existsSync(join(host.root, own, first, 'databases'))).toBe(false);
  });

  test('of a database that is damaged', async () => {
    const path = join(host.tree, 'outputs/metrics.db');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096, 4096 + 600);
    writeFileSync(path, bytes);
    expect((await prepare()).reason).toMatch(/outputs\/metrics\.db.*(damaged|malformed)/);
    none();
  });

  test('of a database that leads out of the tree', async () => {
    host.write('opt/secret.db', '');
    symlinkSync('../../secret.db', join(host.tree, 'outputs/link.db'));
    expect((await prepare({ SSM_Databases: 'outputs/link.db' })).reason).toContain('leads out of the tree');
    none();
  });

  test('in a plan, which reports commit and tag', async () => {
    const before = contents(host.root);
    const { report } = await prepare({ SSM_Mode: 'plan', SSM_Kind: 'check', SSM_Commit: '' });
    const commit = host.git('rev-parse', 'HEAD');
    expect(report).toEqual({ commit, version: 'v1.4.0', tag, tagged: null, own: null });
    expect(contents(host.root)).toEqual(before);
  });

  test("in a plan, which reports the commit of the customer's own tag of the version", async () => {
    const late = 'rollback/phase-1/before-v1.4.0';
    const { report } = await prepare({ SSM_Mode: 'plan', SSM_Kind: 'check', SSM_Commit: '', SSM_Tag: late });
    expect(report).toMatchObject({ own: host.git('rev-parse', 'HEAD'), tagged: null });
  });
});

describe('databases with writers', () => {
  test('a write-ahead log is copied in one snapshot, while its writer goes on', async () => {
    const writer = database('opt/trading/outputs/wal.db');
    writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1), (2)');
    writer.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (3)');
    expect((await prepare({ SSM_Databases: 'outputs/wal.db' })).verdict).toBe('done');
    writer.exec('COMMIT');
    expect(manifest().databases['outputs/wal.db'].rows).toEqual({ t: 2 });
    writer.close();
  });

  /** Copies a database of many blocks of pages, and somebody writes to it after each block. */
  const writtenAllTheTime = (small: number) => {
    const writer = database('opt/trading/outputs/busy.db');
    writer.exec('CREATE TABLE t (x); CREATE TABLE log (x)');
    writer.exec(
      'INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) SELECT hex(randomblob(2000)) FROM n',
    );
    writer.close();
    const code = `import sqlite3, sys
sys.path.insert(0, ${JSON.stringify(join(import.meta.dirname, '../../../infra/host-scripts'))})
from shared import backup
backup.SMALL_BYTES = ${small}
writes = 0
def write():
    global writes
    writes += 1
    with sqlite3.connect('opt/trading/outputs/busy.db') as other:
        other.execute('INSERT INTO log VALUES (1)')
    other.close()
print(backup.back_up('opt/trading/outputs/busy.db', 'outputs/busy.db', 'copy.db', write)['t'], writes < 20)
`;
    const env = { PATH: '/usr/bin:/bin', SSM_State: host.state, SSM_Tree: host.tree };
    return spawnSync(python, ['-B', '-c', code], { cwd: host.root, env, encoding: 'utf8', timeout: 60_000 });
  };

  test('one that is written after each block is copied at once in the end if it is small', () => {
    expect(writtenAllTheTime(256 << 20)).toMatchObject({ status: 0, stdout: '6000 True\n' });
  });

  test('one that is too large for that is refused, with what to do: its writers would wait', () => {
    expect(writtenAllTheTime(1000)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        'outputs/busy.db is written all the time, and too large to hold its writers up; give it',
      ),
    });
  });

  test('a locked database is named, and the tag stays', async () => {
    const writer = database('opt/trading/outputs/metrics.db');
    writer.exec('BEGIN EXCLUSIVE');
    expect((await prepare()).reason).toMatch(/outputs\/metrics\.db: database is locked.*Stop what holds it/);
    writer.exec('ROLLBACK');
    writer.close();
    expect((await prepare()).verdict).toBe('done');
  });
});

describe('a rollback', () => {
  test('goes first: the script stops while a step of a rollback runs', async () => {
    const step = host.write(
      'step.sh',
      'touch started; while [ ! -e go ]; do read -t 0.05 <> <(:) || true; done; echo "{}"',
    );
    const running = host.begin(step, { SSM_Step: 'the-step' });
    while (!existsSync(join(host.root, 'started'))) await new Promise((done) => setTimeout(done, 20));
    expect((await prepare()).reason).toContain('A rollback works on this host and goes first');
    expect(tags()).toBe('');
    host.write('go', '');
    expect((await running.outcome).code).toBe(0);
  });

  test('that came and went while databases were copied is noticed by its fence', async () => {
    const code = [
      'import os, sys',
      "sys.path.insert(0, 'SCRIPTS')",
      'from shared.beside import Beside',
      'beside = Beside()',
      'beside.give_way()',
      "open(os.path.join(os.environ['SSM_State'], 'fence'), 'w').write('8')",
      'try: beside.give_way()',
      'except SystemExit as problem: print(problem)',
    ].join('\n');
    const scripts = join(import.meta.dirname, '../../../infra/host-scripts');
    await prepare();
    const env = { PATH: '/usr/bin:/bin', SSM_State: host.state, SSM_Tree: host.tree };
    expect(execFileSync(python, ['-B', '-c', code.replace('SCRIPTS', scripts)], { env, encoding: 'utf8' })).toContain(
      'goes first',
    );
  });

  test('is not kept waiting: the wrapper takes no lock for a script beside it, and raises no fence', async () => {
    await prepare({ SSM_Fence: '9' });
    expect(existsSync(join(host.state, 'lock'))).toBe(false);
    expect(existsSync(join(host.state, 'fence'))).toBe(false);
    expect(existsSync(join(host.state, 'prepare_a/prepare.json'))).toBe(false);
  });
});
