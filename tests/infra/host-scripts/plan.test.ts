import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { contents, everything, sha256 } from './contents.ts';
import { type Environment, Host } from './host.ts';
import { onEachHost } from './on-each-host.ts';
import { smallRedis } from './small-redis.ts';

let host: Host;
onEachHost((one) => {
  host = one;
});

const client = 'tasks/options_trading_system/data_ingestion/databento_api';
const flags: Environment = { SSM_FlagFolder: 'var/lib/appconfig', SSM_Flags: 'data_source=barchart' };
const databaseOf = (path: string) => new DatabaseSync(join(host.tree, path));
const bytesBelow = (folder: string) =>
  Object.keys(contents(folder)).reduce((sum, name) => sum + lstatSync(join(folder, name)).size, 0);
const quarantineOf = (step: string) => join(host.state, 'r-1/quarantine', step);

/** Runs a plan and returns its report. Checks that the host, git's folder included, is unchanged byte for byte. */
async function planned(script: string, env: Environment) {
  const before = everything(host.root);
  const { verdict, reason, report } = await host.verdict(script, { ...env, SSM_Mode: 'plan', SSM_Fence: '0' });
  expect(reason).toBeUndefined();
  expect(verdict).toBe('done');
  expect(everything(host.root)).toEqual(before);
  return report as Record<string, Record<string, Record<string, number>>>;
}

const corrupted: Environment = {
  SSM_Step: 'clear-corrupted-cache',
  SSM_CacheFolder: 'outputs/databento_cache',
  SSM_Database: 'outputs/market_data.db',
  SSM_Table: 'mbo_events',
  SSM_TimeColumn: 'timestamp',
  SSM_WindowStart: '2026-01-05T08:50:00Z',
};

describe('a plan names exactly what the live run then takes away', () => {
  test('clear-corrupted-cache: files and rows', async () => {
    const plan = await planned('clear-corrupted-cache.py', corrupted);
    const { report } = await host.verdict('clear-corrupted-cache.py', corrupted);
    expect(report).toMatchObject({
      files: {
        moved: plan['would_take']?.['files']?.['count'],
        bytes: plan['would_take']?.['files']?.['bytes'],
      },
      rows: { removed: plan['would_take']?.['rows']?.['count'] },
    });
    expect(plan['would_take']?.['rows']?.['count']).toBeGreaterThan(0);
    const rows = join(quarantineOf('clear-corrupted-cache'), 'rows.jsonl');
    expect(plan['would_take']?.['rows']?.['bytes']).toBe(lstatSync(rows).size);
  });

  test('clear-corrupted-cache with a large database: files and rows, and that the step may still refuse', async () => {
    const plan = async (env: Environment = {}) =>
      (await host.verdict('clear-corrupted-cache.py', { ...corrupted, ...env, SSM_Mode: 'plan' })).report;
    const tried = await plan();
    // By the header of the database, SQLite knows how much of the file is in use.
    truncateSync(join(host.tree, 'outputs/market_data.db'), 2 ** 28 + 1);
    expect(await plan()).toEqual({
      ...tried,
      may_refuse:
        'outputs/market_data.db is too large for a trial on a copy: a trigger, a foreign key or a constraint may still refuse to let rows of mbo_events go',
    });
    expect(await plan({ SSM_WindowStart: '2026-02-05T08:50:00Z' })).not.toHaveProperty('may_refuse');
  });

  test('clear-cache: files and keys, and the plan changes no key', async () => {
    const redis = await smallRedis(join(host.root, 'redis.sock'), { 'signal:1': 'a', 'signal:2': 'bb', other: 'c' });
    try {
      const env = {
        SSM_Step: 'clear-signal-cache',
        SSM_CacheFolder: 'outputs/signal_cache',
        SSM_KeyPrefix: 'signal:',
        SSM_Redis: join(host.root, 'redis.sock'),
      };
      const script = 'clear-cache.py';
      const before = redis.all();
      const plan = await host.verdict(script, { ...env, SSM_Mode: 'plan' });
      expect(redis.all()).toEqual(before);
      expect(existsSync(quarantineOf('clear-signal-cache'))).toBe(false);
      const { report } = await host.verdict(script, env);
      const keys = lstatSync(join(quarantineOf('clear-signal-cache'), 'keys.jsonl')).size;
      const { moved, bytes } = (report?.['files'] ?? {}) as Record<string, number>;
      expect(plan.report).toEqual({ would_take: { files: { count: moved, bytes }, keys: { count: 2, bytes: keys } } });
      expect(report).toMatchObject({ keys: { removed: 2 } });
    } finally {
      await redis.close();
    }
  });

  test('clear-cache on a host without Redis: no keys', async () => {
    const env = { SSM_Step: 's', SSM_CacheFolder: 'outputs/signal_cache', SSM_KeyPrefix: 'signal:', SSM_Redis: 'none' };
    expect((await planned('clear-cache.py', env))['would_take']?.['keys']).toBe(null);
  });

  test('clear-state: files, and the rows that the SQL deletes or changes', async () => {
    const state = 'opt/trading/outputs/phase4_state/';
    host.write(`${state}backfill.json`, '{"value": 3}');
    host.write(
      'opt/trading/scripts/reset.sql',
      `BEGIN; DELETE FROM gaps WHERE id > 1; UPDATE gaps SET seconds = 0; COMMIT;`,
    );
    const database = databaseOf('outputs/gaps.db');
    database.exec('CREATE TABLE gaps (id INTEGER PRIMARY KEY, seconds REAL)');
    database.exec('INSERT INTO gaps VALUES (1, 0.5), (2, 1), (7, 3)');
    database.close();
    const env = {
      SSM_Step: 'clear-state',
      SSM_StateFolder: 'outputs/phase4_state',
      SSM_Database: 'outputs/gaps.db',
      SSM_Sql: 'scripts/reset.sql',
      SSM_Tables: 'gaps',
    };
    const plan = await planned('clear-state.py', env);
    const { report } = await host.verdict('clear-state.py', env);
    expect(report).toMatchObject({ rows: { exported: 3 } });
    const rows = lstatSync(join(quarantineOf('clear-state'), 'rows-gaps.jsonl')).size;
    const { moved, bytes } = (report?.['files'] ?? {}) as Record<string, number>;
    expect(plan).toEqual({ would_take: { files: { count: moved, bytes }, rows: { count: 3, bytes: rows } } });
  });

  test('restore-previous-version: the files of a dirty tree that git would discard, and both versions', async () => {
    host.write(`opt/trading/${client}/solution.py`, 'edited by hand\n');
    host.write('opt/trading/notes.txt', 'written by hand\n');
    const env = {
      SSM_Step: 'restore-previous-version',
      SSM_Target: 'pre-phase1-stable',
      SSM_Paths: '.',
      SSM_Copies: `${client}/solution_backup.py>${client}/solution.py`,
    };
    const plan = await planned('restore-previous-version.py', env);
    const { report } = await host.verdict('restore-previous-version.py', env);
    const files = join(quarantineOf('restore-previous-version'), 'files');
    expect(plan).toMatchObject({
      from: report?.['from'],
      to: report?.['to'],
      commit: report?.['commit'],
      would_take: { files: { count: report?.['quarantined'], bytes: bytesBelow(files) } },
    });
    expect(report).toMatchObject({ quarantined: 2 });
    expect((await host.verdict('restore-previous-version.py', { ...env, SSM_Mode: 'plan' })).report).toMatchObject({
      would_change: 0,
      would_take: { files: { count: 0, bytes: 0 } },
    });
  });

  test('reset-configuration: the file that the backup replaces', async () => {
    host.write('opt/trading/config/a.json', 'changed\n');
    host.write('opt/trading/config/backup/a.json', 'as it was\n');
    const env = { SSM_Step: 'reset-configuration', SSM_From: 'config/backup/a.json', SSM_To: 'config/a.json' };
    expect(await planned('reset-configuration.py', env)).toEqual({ would_take: { files: { count: 1, bytes: 8 } } });
    await host.verdict('reset-configuration.py', env);
    expect(bytesBelow(join(quarantineOf('reset-configuration'), 'files'))).toBe(8);
    const again = await host.verdict('reset-configuration.py', { ...env, SSM_Mode: 'plan' });
    expect(again.report).toEqual({ would_take: { files: { count: 0, bytes: 0 } } });
  });

  test.each<[string, Environment]>([
    ['run-customer-script.py', {}],
    ['disable-components.py', flags],
    ['update-profile.py', { ...flags, SSM_Profile: 'production' }],
  ])(
    "%s: copies of the files that the customer's code writes, as many bytes as then are in quarantine",
    async (script, env) => {
      host.write('opt/trading/scripts/own.py', '');
      host.write('opt/trading/config/a.json', '{"a": 1}');
      host.write(
        'var/lib/appconfig/rollback-local/local-safety/overrides.json',
        '{"data_source": {"enabled": true, "value": "barchart"}}',
      );
      const keeps = {
        ...env,
        SSM_Script: 'scripts/own.py',
        SSM_Keeps: 'config/a.json outputs/none.json',
        SSM_Step: 's',
      };
      expect(await planned(script, keeps)).toMatchObject({
        would_copy: { 'config/a.json': { count: 1, bytes: 8 }, 'outputs/none.json': { count: 0, bytes: 0 } },
      });
      await host.verdict(script, keeps);
      expect(contents(join(quarantineOf('s'), 'files'))).toEqual({ 'config/a.json': sha256('{"a": 1}') });
    },
  );

  test('restore: the number of items that it would bring back', async () => {
    const env = { SSM_Step: 'clear-cache', SSM_CacheFolder: 'outputs/signal_cache' };
    host.write('opt/trading/outputs/signal_cache/one', '1');
    const { report } = await host.verdict('clear-cache.py', env);
    const back = { SSM_Step: 'restore', SSM_Of: 'clear-cache', SSM_Overwrite: 'no', SSM_Kind: 'check' };
    const { moved } = (report?.['files'] ?? {}) as Record<string, number>;
    expect(await planned('restore.py', back)).toEqual({ would_bring_back: moved, would_overwrite: 0 });
    expect((await host.verdict('restore.py', back)).report).toMatchObject({ brought_back: moved });
  });
});

test('switch-services reports the present and planned states of the services', async () => {
  const systemctl = host.write('bin/systemctl', '#!/bin/bash\n[ "$1" = is-active ] && echo active');
  chmodSync(systemctl, 0o755);
  const env = { PATH: `${join(host.root, 'bin')}:/usr/bin:/bin`, SSM_Stop: 'advanced', SSM_Start: 'basic' };
  expect(await planned('switch-services.py', env)).toEqual({
    services: { advanced: { is: 'active', to: 'inactive' }, basic: { is: 'active', to: 'active' } },
    would_run: ['systemctl stop advanced', 'systemctl start basic'],
  });
});

describe("the customer's code does not run, and the plan names it", () => {
  test.each<[string, Environment, readonly string[]]>([
    ['run-customer-script.py', { SSM_Arguments: '--quick' }, ['python scripts/own.py --quick']],
    ['verify-system-health.py', {}, ['python scripts/own.py --comprehensive']],
    [
      'stop-data-ingestion.py',
      { SSM_Service: 'databento', SSM_StateFile: 'outputs/run/ingestion.json' },
      ['python scripts/own.py --service databento'],
    ],
    ['resume-operations.py', { SSM_StateFile: 'outputs/run/trading.json' }, ['python scripts/own.py --validate']],
    ['disable-components.py', flags, ['python scripts/own.py --name data_source']],
    [
      'update-profile.py',
      { ...flags, SSM_Profile: 'production' },
      ['ConfigManager().update_profile(production, {"data_source": "barchart"})'],
    ],
    ['call-customer-code.py', { SSM_Module: 'a.b', SSM_Class: 'C', SSM_Method: 'undo' }, ['a.b.C().undo()']],
  ])('%s', async (script, env, would_run) => {
    mkdirSync(join(host.root, 'var/lib/appconfig'), { recursive: true });
    host.write('opt/trading/scripts/own.py', "open('ran', 'w')");
    expect(await planned(script, { ...env, SSM_Script: 'scripts/own.py' })).toMatchObject({ would_run });
  });

  test('a missing script fails the plan, before a live run needs it', async () => {
    const env = { SSM_Mode: 'plan', SSM_Script: 'scripts/gone.py' };
    expect(await host.verdict('run-customer-script.py', env)).toMatchObject({
      verdict: 'failed',
      reason:
        'run-customer-script.py exited with 1: There is no script scripts/gone.py in the tree; add it or correct Script in the runbook',
    });
  });
});

describe('the wrapper in mode plan', () => {
  const bare = new Host();
  afterAll(() => bare.remove());

  test('does not run a script that never reads the mode, and names it', async () => {
    const script = bare.write('acts.py', "open('touched', 'w'); print('{}')");
    expect(await bare.verdict(script, { SSM_Mode: 'plan' })).toMatchObject({
      verdict: 'done',
      report: { would_run: ['acts.py'] },
    });
    expect(readdirSync(bare.root)).toEqual(['acts.py']);
  });

  test('keeps the output of the script in a folder of mode 0700, because root would follow a link that another user put there', async () => {
    const step = host.write(
      'step.py',
      [
        'import json, os',
        "os.environ['SSM_Mode']",
        "files = [os.readlink('/proc/self/fd/%d' % fd).removesuffix(' (deleted)') for fd in (1, 2)]",
        "print(json.dumps({'modes': [oct(os.stat(os.path.dirname(file)).st_mode & 0o777) for file in files]}))",
      ].join('\n'),
    );
    expect((await host.verdict(step, { SSM_Mode: 'plan' })).report).toEqual({ modes: ['0o700', '0o700'] });
  });

  test('takes no lock, reads no fence, and prints no remembered line', async () => {
    const script = bare.write('knows.py', '# SSM_Mode\nprint(\'{"planned": true}\')');
    bare.write('var/lib/rollback/fence', '99\n');
    bare.write('var/lib/rollback/r-1/the-step.json', '{"verdict":"done"}\n');
    const before = everything(bare.root);
    expect((await bare.verdict(script, { SSM_Mode: 'plan' })).report).toEqual({ planned: true });
    expect(everything(bare.root)).toEqual(before);
  });
});

test('every script of infra/host-scripts reads the mode', () => {
  const folder = join(import.meta.dirname, '../../../infra/host-scripts');
  const scripts = readdirSync(folder).filter((file) => file.endsWith('.py') && file !== 'wrapper.py');
  const silent = scripts.filter(
    (file) => !/\bplanning\(\)|\bSSM_Mode\b/.test(readFileSync(join(folder, file), 'utf8')),
  );
  expect(silent).toEqual([]);
});
