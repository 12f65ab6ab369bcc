import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readRunbooks } from '../../../config/infra.ts';
import type { RunbookStep } from '../../../domain/infra/runbook.ts';
import { stepId } from '../../../domain/infra/runbook-steps.ts';
import { contents, folders } from './contents.ts';
import { type Environment, type Host, tradingImage } from './host.ts';
import { smallRedis } from './small-redis.ts';

let image: ReturnType<typeof tradingImage>;
let host: Host;
let redis: Awaited<ReturnType<typeof smallRedis>>;
beforeAll(() => {
  image = tradingImage();
});
afterAll(() => image.remove());
beforeEach(async () => {
  host = image.host();
  mkdirSync(join(host.root, 'var/run'), { recursive: true });
  redis = await smallRedis(join(host.root, 'var/run/redis.sock'), {
    'signal:ESM6': 'a',
    'signal:NQM6': 'b',
    other: 'c',
  });
});
afterEach(async () => {
  await redis.close();
  host.remove();
});

const client = 'tasks/options_trading_system/data_ingestion/databento_api';
const flow = 'tasks/options_trading_system/analysis_engine/institutional_flow_v3';
const common: Environment = { SSM_Redis: 'var/run/redis.sock', SSM_FlagFolder: 'var/lib/appconfig' };

/** A step whose customer script rewrites a file. The image's own scripts would fail on the rows of badDay(). */
const writing = (file: string) => ({
  script: 'run-customer-script.py',
  env: { SSM_Script: 'outputs/write.py', SSM_Arguments: file, SSM_Keeps: file },
});

/** The script and parameters of each step that takes something away. */
const steps: Readonly<Record<string, { script: string; env: Environment }>> = {
  'clear-corrupted-cache': {
    script: 'clear-corrupted-cache.py',
    env: {
      SSM_CacheFolder: 'outputs/databento_cache',
      SSM_Database: 'outputs/market_data.db',
      SSM_Table: 'mbo_events',
      SSM_TimeColumn: 'timestamp',
      SSM_WindowStart: '2026-01-05T08:50:00Z',
    },
  },
  'restore-previous-version': {
    script: 'restore-previous-version.py',
    env: {
      SSM_Target: 'pre-phase1-stable',
      SSM_Paths: '.',
      SSM_Copies: `${client}/solution_backup.py>${client}/solution.py`,
    },
  },
  'clear-signal-cache': {
    script: 'clear-cache.py',
    env: { SSM_CacheFolder: 'outputs/signal_cache', SSM_KeyPrefix: 'signal:' },
  },
  'restore-algorithm': {
    script: 'restore-previous-version.py',
    env: { SSM_Target: 'phase2-rollback', SSM_Paths: flow },
  },
  'reset-configuration': {
    script: 'reset-configuration.py',
    env: { SSM_From: 'config/backup/pipeline_config.json', SSM_To: 'config/pipeline_config.json' },
  },
  'restore-integration-layer': {
    script: 'restore-previous-version.py',
    env: { SSM_Target: 'pre-phase3', SSM_Paths: 'integration.py config_manager.py' },
  },
  'disable-v3-0-algorithm': {
    script: 'update-profile.py',
    env: { SSM_Profile: 'production', SSM_Flags: 'algorithm_version=v1.0', SSM_Keeps: 'config/pipeline_config.json' },
  },
  'disable-a-b-testing': {
    script: 'update-profile.py',
    env: { SSM_Profile: 'production', SSM_Flags: 'testing_mode=production', SSM_Keeps: 'config/pipeline_config.json' },
  },
  'rebuild-baselines': writing('outputs/baselines.json'),
  'validate-pipeline': writing('outputs/run/pipeline.json'),
  'disable-new-features': {
    script: 'disable-components.py',
    env: {
      SSM_Script: 'scripts/disable_component.py',
      SSM_Flags: 'success_metrics=false',
      SSM_Keeps: 'config/components.json',
    },
  },
  'clear-state': {
    script: 'clear-state.py',
    env: {
      SSM_StateFolder: 'outputs/phase4_state',
      SSM_Database: 'outputs/small.db',
      SSM_Sql: 'outputs/reset.sql',
      SSM_Tables: 'gaps totals',
    },
  },
};
const take = (step: string) => {
  const { script = '', env = {} } = steps[step] ?? {};
  return host.verdict(script, { ...common, ...env, SSM_Step: step });
};
const bringBack = (step: string, overwrite = 'no') =>
  host.verdict('restore.py', {
    ...common,
    SSM_Step: 'restore',
    SSM_Kind: 'check',
    SSM_Of: step,
    SSM_Overwrite: overwrite,
  });

const inTree = (path: string) => join(host.tree, path);
const change = (path: string, text: string) => host.write(`opt/trading/${path}`, text);
function sql(path: string, ...statements: string[]): unknown[] {
  const database = new DatabaseSync(inTree(path));
  try {
    return statements.map((one) => database.prepare(one).all()).at(-1) ?? [];
  } finally {
    database.close();
  }
}
/**
 * Returns everything on the host that a step could take away: the hash of each file except databases and the lock, the
 * mode of each folder, each row, each key.
 */
function everything() {
  const files = contents(host.tree);
  for (const name of Object.keys(files)) if (/\.db$|^outputs\/run\/lock$/.test(name)) delete files[name];
  return {
    files,
    folders: folders(host.tree),
    head: [host.git('rev-parse', 'HEAD'), host.git('branch', '--show-current')],
    events: sql('outputs/market_data.db', 'SELECT rowid, * FROM mbo_events ORDER BY rowid'),
    gaps: sql('outputs/small.db', 'SELECT rowid, * FROM gaps ORDER BY rowid'),
    totals: sql('outputs/small.db', 'SELECT rowid, * FROM totals ORDER BY rowid'),
    keys: redis.all(),
  };
}
/** The flags after a rollback has set them. */
const overrides = {
  algorithm_version: { enabled: true, value: 'v1.0' },
  testing_mode: { enabled: true, value: 'production' },
  success_metrics: { enabled: false },
};

/** Makes the host as difficult as it may be: a dirty tree, files of all kinds, rows of all types. */
function badDay() {
  change('outputs/signal_cache/deep/ESM6.jsonl', 'corrupt');
  symlinkSync('deep/ESM6.jsonl', inTree('outputs/signal_cache/newest'));
  chmodSync(inTree('outputs/signal_cache/deep'), 0o2750);
  for (const empty of ['outputs/signal_cache/next/hour', 'outputs/phase4_state/next', 'outputs/databento_cache/next'])
    mkdirSync(inTree(empty), { recursive: true, mode: 0o700 });
  chmodSync(inTree('outputs/phase4_state/next'), 0o770);
  // A folder that the failed version added.
  chmodSync(dirname(change('strategies/late/fast/solution.py', 'of the failed version\n')), 0o750);
  host.git('add', 'strategies/late');
  host.git('commit', '--quiet', '--message', 'late');
  chmodSync(change('outputs/phase4_state/run.sh', '#!/bin/sh\n'), 0o755);
  mkdirSync(inTree('outputs/run'), { recursive: true });
  change('outputs/write.py', 'import sys\nopen(sys.argv[1], "w").write("{}")\n');
  change('outputs/reset.sql', 'DELETE FROM gaps; UPDATE totals SET value = 0;');
  sql(
    'outputs/market_data.db',
    `UPDATE mbo_events SET symbol = x'00ff', side = CAST(x'fe' AS TEXT), price = 9e999 WHERE event_id = 175`,
  );
  sql(
    'outputs/small.db',
    'CREATE TABLE gaps (id INTEGER PRIMARY KEY, seconds REAL, note)',
    `INSERT INTO gaps VALUES (1, 0.1, NULL), (2, -9e999, x'00ff'), (7, 3, 'a' || char(10) || 'é')`,
    'CREATE TABLE totals (name TEXT, value INTEGER)',
    `INSERT INTO totals VALUES ('gaps', 3)`,
  );
  redis.set('signal:ESZ6', Buffer.from([0, 255, 13, 10]), 60_000);
  host.write('var/lib/appconfig/rollback-local/local-safety/overrides.json', JSON.stringify(overrides));
  change('integration.py', 'changed by hand\n');
  change(`${flow}/solution.py`, 'changed by hand too\n');
  change(`${flow}/notes.txt`, 'untracked\n');
  const profiles = JSON.parse(host.read('opt/trading/config/pipeline_config.json')) as object;
  change('config/pipeline_config.json', `${JSON.stringify({ ...profiles, changed: 'by hand' })}\n`);
  change(`${client}/solution.py`, 'changed as well\n');
  rmSync(inTree('scripts/enable_fallback.py'));
}

/**
 * Returns whether a step takes something away: either its script opens a quarantine, or its runbook names the files that
 * the customer's own code writes.
 */
const takesAway = ({ script, parameters }: RunbookStep) =>
  parameters['Keeps'] !== undefined ||
  readFileSync(join(import.meta.dirname, '../../../infra/host-scripts', script), 'utf8').includes('own_quarantine()');

test('every step of the four runbooks that takes something away is tested here', () => {
  const taking = readRunbooks().flatMap((runbook) => runbook.steps.filter(takesAway).map(({ name }) => stepId(name)));
  expect(Object.keys(steps).toSorted()).toEqual(taking.toSorted());
});

describe.each(Object.keys(steps))('%s', (step) => {
  test('takes something away, and restore.py brings all of it back, byte for byte; a second restore changes nothing', async () => {
    badDay();
    const before = everything();
    const { verdict, reason, report } = await take(step);
    expect([verdict, reason, report?.['lost']]).toEqual(['done', undefined, false]);
    expect(everything()).not.toEqual(before);
    expect(await bringBack(step)).toMatchObject({ verdict: 'done', report: { overwritten: 0 } });
    expect(everything()).toEqual(before);
    expect(await bringBack(step)).toMatchObject({ verdict: 'done', report: { brought_back: 0 } });
    expect(everything()).toEqual(before);
  });
});

test('after several attempts, failed ones too, restores the content before the first attempt', async () => {
  badDay();
  const before = everything();
  const flags = 'var/lib/appconfig/rollback-local/local-safety/overrides.json';
  host.write(flags, '{}');
  expect((await take('disable-v3-0-algorithm')).reason).toContain('no layer sets algorithm_version yet; expected v1.0');
  host.write(flags, JSON.stringify(overrides));
  expect(await take('disable-v3-0-algorithm')).toMatchObject({ verdict: 'done' });
  expect(await bringBack('disable-v3-0-algorithm')).toMatchObject({ verdict: 'done', report: { overwritten: 0 } });
  expect(everything()).toEqual(before);
});

test('restores a changed file that equals the target as changed, and leaves a deleted file deleted', async () => {
  badDay();
  change(`${client}/solution.py`, `${host.git('show', `pre-phase1-stable:${client}/solution.py`)}\n`);
  const before = everything();
  await take('restore-previous-version');
  await bringBack('restore-previous-version');
  expect(everything()).toEqual(before);
});

// If root runs this, a change of owner clears set-user-id and set-group-id.
test.each([0o755, 0o6755])('restores a file with its mode: %o', async (mode) => {
  badDay();
  const file = inTree('outputs/phase4_state/run.sh');
  chmodSync(file, mode);
  await take('clear-state');
  await bringBack('clear-state');
  expect(statSync(file).mode & 0o7777).toBe(mode);
});

describe('a folder', () => {
  test('that exists again keeps its new mode unless Overwrite is yes', async () => {
    badDay();
    await take('clear-signal-cache');
    mkdirSync(inTree('outputs/signal_cache/deep'), { mode: 0o700 });
    expect(await bringBack('clear-signal-cache')).toMatchObject({ verdict: 'done' });
    expect(folders(inTree('outputs/signal_cache'))).toEqual({ deep: '700', next: '700', 'next/hour': '700' });
    expect(await bringBack('clear-signal-cache', 'yes')).toMatchObject({ report: { overwritten: 1 } });
    expect(folders(inTree('outputs/signal_cache'))).toMatchObject({ deep: '2750' });
  });

  test('that was made after the first attempt stays in a retry', async () => {
    badDay();
    redis.stall('DEL');
    const { script = '', env = {} } = steps['clear-signal-cache'] ?? {};
    const { pid, outcome } = host.start(script, { ...common, ...env, SSM_Step: 'clear-signal-cache' });
    await expect.poll(() => redis.asked).toContain('DEL');
    process.kill(-pid, 'SIGKILL');
    await outcome;
    redis.stall('');
    mkdirSync(inTree('outputs/signal_cache/newer'));
    await take('clear-signal-cache');
    expect(readdirSync(inTree('outputs/signal_cache'))).toEqual(['newer']);
  });
});

describe('newer content', () => {
  test.each<[string, string, () => unknown, string]>([
    [
      'a file',
      'clear-signal-cache',
      () => change('outputs/signal_cache/deep/ESM6.jsonl', 'of v1.0'),
      'deep/ESM6.jsonl',
    ],
    [
      "a file in a folder's place",
      'clear-state',
      () => change('outputs/phase4_state/next', 'a file'),
      'phase4_state/next',
    ],
    ['a key', 'clear-signal-cache', () => redis.set('signal:ESM6', 'of v1.0'), 'key signal:ESM6'],
    ['a row', 'clear-state', () => sql('outputs/small.db', `INSERT INTO gaps VALUES (1, 5, '')`), 'row 1 of gaps'],
    ['a changed row', 'clear-state', () => sql('outputs/small.db', 'UPDATE totals SET value = 9'), 'row 1 of totals'],
    [
      'a configuration',
      'reset-configuration',
      () => change('config/pipeline_config.json', '{"a": "person"}'),
      'config',
    ],
    ['a file of the tree', 'restore-algorithm', () => change(`${flow}/solution.py`, 'newer\n'), 'solution.py'],
    [
      'a commit',
      'restore-previous-version',
      () => host.git('checkout', '--quiet', '--force', 'v1.2.0'),
      'the tree itself',
    ],
  ])(
    'stops the restore: %s; with Overwrite yes it is copied to quarantine and replaced',
    async (_, step, newer, name) => {
      badDay();
      const before = everything();
      await take(step);
      newer();
      const found = everything();
      const { verdict, reason } = await bringBack(step);
      expect([verdict, reason]).toEqual(['failed', expect.stringContaining(name)]);
      expect(reason).toContain('nothing was touched');
      expect(everything()).toEqual(found);
      expect(await bringBack(step, 'yes')).toMatchObject({ verdict: 'done' });
      expect(everything()).toEqual(before);
    },
  );

  test('of a later step of the same rollback is named; newest step first, all comes back without Overwrite', async () => {
    badDay();
    const before = everything();
    await take('disable-a-b-testing');
    await take('reset-configuration');
    expect((await bringBack('disable-a-b-testing')).reason).toBe(
      'restore.py exited with 1: Newer than their copies: 1, first config/pipeline_config.json; nothing was touched. The later step reset-configuration wrote it: restore that step first. To replace them, set Overwrite to yes',
    );
    for (const step of ['reset-configuration', 'disable-a-b-testing'])
      expect(await bringBack(step)).toMatchObject({ verdict: 'done', report: { overwritten: 0 } });
    expect(everything()).toEqual(before);
  });

  test('that no step wrote: no step is named', async () => {
    badDay();
    await take('disable-a-b-testing');
    await take('reset-configuration');
    change('config/pipeline_config.json', '{"a": "person"}');
    expect((await bringBack('disable-a-b-testing')).reason).not.toContain('later step');
  });

  test('is in overwritten/ afterwards, one row or key per line', async () => {
    badDay();
    await take('clear-signal-cache');
    change('outputs/signal_cache/deep/ESM6.jsonl', 'of v1.0');
    redis.set('signal:ESM6', 'of v1.0');
    await bringBack('clear-signal-cache', 'yes');
    const quarantine = join(host.state, 'r-1/quarantine/clear-signal-cache');
    expect(readFileSync(join(quarantine, 'overwritten/outputs/signal_cache/deep/ESM6.jsonl'), 'utf8')).toBe('of v1.0');
    expect(JSON.parse(readFileSync(join(quarantine, 'overwritten-keys.jsonl'), 'utf8'))).toMatchObject({
      dump: Buffer.from('of v1.0').toString('base64'),
      key: 'signal:ESM6',
    });
  });
});

describe('nothing is touched', () => {
  test('if a copy is damaged', async () => {
    badDay();
    await take('clear-signal-cache');
    const [name = ''] = readdirSync(join(host.state, 'r-1/quarantine/clear-signal-cache/files/deep'));
    host.write(`var/lib/rollback/r-1/quarantine/clear-signal-cache/files/deep/${name}`, 'damaged');
    expect((await bringBack('clear-signal-cache')).reason).toContain('Damaged copies: 1, first files/deep/ESM6.jsonl');
    expect(Object.keys(redis.all())).toEqual(['other']);
  });

  test.each([
    [
      'a step that took nothing away; the steps that did are named',
      'halt',
      'no',
      'halt took nothing away in r-1; set Of to a step that did: clear-signal-cache',
    ],
    [
      'an Overwrite that is neither yes nor no',
      'clear-state',
      'perhaps',
      'SSM_Overwrite must be yes or no, found perhaps',
    ],
  ])('for %s', async (_, step, overwrite, reason) => {
    badDay();
    await take('clear-signal-cache');
    expect((await bringBack(step, overwrite)).reason).toContain(reason);
  });

  test.each(['live', 'plan'])(
    'for a rollback that is not on this host (%s); the rollbacks on this host are named',
    async (mode) => {
      badDay();
      await take('clear-signal-cache');
      const env = {
        ...common,
        SSM_Step: 'restore',
        SSM_Kind: 'check',
        SSM_Of: 'clear-signal-cache',
        SSM_Overwrite: 'no',
      };
      const { verdict, reason } = await host.verdict('restore.py', { ...env, SSM_Mode: mode, SSM_RollbackId: 'r-11' });
      expect([verdict, reason]).toEqual([
        'failed',
        'There is no rollback r-11 on this host; nothing was touched. Rollbacks in quarantine here: r-1',
      ]);
      expect(readdirSync(host.state).toSorted()).toEqual(['fence', 'lock', 'r-1']);
    },
  );
});

test('a restore finishes the work of a killed one', async () => {
  badDay();
  const before = everything();
  await take('clear-signal-cache');
  redis.stall('RESTORE');
  const { pid, outcome } = host.start('restore.py', {
    ...common,
    SSM_Step: 'restore',
    SSM_Kind: 'check',
    SSM_Of: 'clear-signal-cache',
    SSM_Overwrite: 'no',
  });
  await expect.poll(() => redis.asked).toContain('RESTORE');
  process.kill(-pid, 'SIGKILL');
  await outcome;
  redis.stall('');
  expect(await bringBack('clear-signal-cache')).toMatchObject({ verdict: 'done', report: { brought_back: 14 } });
  expect(everything()).toEqual(before);
});
