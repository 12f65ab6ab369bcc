import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rollback as inThisProcess } from './in-process.ts';

const root = join(import.meta.dirname, '../..');
const story = 'rehearsals/stories/corruption-healed.yaml';
const runbook = 'infra/runbooks/phase-1-databento-client.yaml';
const folder = mkdtempSync(join(tmpdir(), 'rollback-broken-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stepsOf = 'stop-data-ingestion, switch-to-backup-data-source, clear-corrupted-cache, .*';

/** A copy of the source tree without the folders that must not be used here. Tests share it, so Node compiles its modules once. */
const tree = join(folder, 'tree');
beforeAll(() => {
  for (const part of ['cli', 'config', 'domain', 'rehearsals', 'statemachines', 'package.json'])
    cpSync(join(root, part), join(tree, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
});

/** Edits or adds files in the copy, after undoing the edits of the test before. */
function edit(edits: Readonly<Record<string, string | readonly [string, string]>>): void {
  rmSync(join(tree, 'infra'), { recursive: true, force: true });
  for (const part of ['infra', story]) cpSync(join(root, part), join(tree, part), { recursive: true });
  for (const [file, change] of Object.entries(edits)) {
    if (typeof change === 'string') {
      writeFileSync(join(tree, file), change);
      continue;
    }
    const [from, to] = change;
    const before = readFileSync(join(tree, file), 'utf8');
    if (!before.includes(from)) throw new Error(`${file} has no ${from}`);
    writeFileSync(join(tree, file), before.replace(from, to));
  }
}

const rollback = (...words: string[]) => rollbackWith({}, ...words);

async function rollbackWith(settings: object, ...words: string[]) {
  const child = spawn(process.execPath, ['cli/main.ts', ...words], {
    cwd: tree,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, lines: stderr.trimEnd().split('\n'), opened: existsSync(join(tree, '.local')) };
}

/** A command that was refused before it did anything: exit code 2, one line per mistake, and nothing else. */
const refused = (...lines: (string | RegExp)[]) => ({
  exitCode: 2,
  stdout: '',
  lines: lines.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))),
  opened: false,
});

// Each has the form of the first test below; a process of its own per name would prove nothing more.
test.each<[string, readonly [string, string], RegExp]>([
  [
    'phase',
    ['{ phase: 1, version', '{ phase: 77, version'],
    /^\S+story\.yaml:6: given\.0\.deployed\.phase: expected a phase that has a runbook \(1.*\), found 77$/,
  ],
  [
    'trigger',
    ['data_corruption } }', 'data_coruption } }'],
    /^\S+story\.yaml:8: when\.0\.fault\.trigger: expected a trigger \(system_failure, .*\), found "data_coruption"; did you mean data_corruption\?$/,
  ],
  [
    'message',
    ['[initial-alert', '[inital-alert'],
    /^\S+story\.yaml:20: then\.messages\.0: expected a message of infra\/notifications \(.*\), found "inital-alert"; did you mean initial-alert\?$/,
  ],
  [
    'flag',
    ['data_source:', 'datasource:'],
    /^\S+story\.yaml:21: then\.flags: expected one of the keys .*data_source.*, found 'datasource'; did you mean data_source\?$/,
  ],
  [
    'step',
    [
      '{ at: 0s, fault: { phase: 1, trigger: data_corruption } }',
      '{ at: 0s, script: { step: clear-cache, host: host-1, fails: 1 } }',
    ],
    new RegExp(
      `:8: when\\.0\\.script\\.step: expected the id of a step or of a check \\(${stepsOf}\\), found "clear-cache"$`,
    ),
  ],
  [
    'host',
    [
      '{ at: 0s, fault: { phase: 1, trigger: data_corruption } }',
      '{ at: 0s, host: { name: host-4, state: reachable } }',
    ],
    /^\S+story\.yaml:8: when\.0\.host\.name: expected one of the story's hosts, host-1 to host-3, found "host-4"$/,
  ],
  [
    'variant',
    [
      '{ at: 0s, fault: { phase: 1, trigger: data_corruption } }',
      '{ at: 0s, alarm: { phase: 1, trigger: performance_degradation, state: ALARM } }',
    ],
    /^\S+story\.yaml:8: when\.0\.alarm\.variant: expected a variant of performance_degradation \(latency-crisis, accuracy-crisis, degradation\), found nothing$/,
  ],
  [
    'environment',
    ['\nwhen:', '\nenvironment: moon\nwhen:'],
    /^\S+story\.yaml:7: environment: expected an environment of an embedded account \(incidents, local.*\), found "moon"$/,
  ],
])('a story with an unknown %s is refused with one line', async (_, [from, to], line) => {
  const file = join(mkdtempSync(join(folder, 'story-')), 'story.yaml');
  const text = readFileSync(join(root, story), 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
  const { code, stdout, stderr } = await inThisProcess(['rehearse', file]);
  expect([code, stdout, stderr.trimEnd()]).toEqual([2, '', expect.stringMatching(line)]);
});

describe('a file with a mistake changes nothing', () => {
  test('a story with an unknown ending', async () => {
    edit({ [story]: ['ending: Rolled back', 'ending: Rolledback'] });
    expect(await rollback('rehearse', story)).toEqual(
      refused(
        /^rehearsals.*:10: then\.ending: expected an ending \(Rolled back, .*\), found "Rolledback"; did you mean Rolled back\?$/,
      ),
    );
  });

  test('a runbook with an unknown script, flag and key', async () => {
    const changed = readFileSync(join(root, runbook), 'utf8')
      .replace('script: clear-corrupted-cache.py', 'script: clear-corupted-cache.py')
      .replace('flags: { data_source', 'flags: { datasource')
      .replace('stage: recovery', 'stage: recovery\n    retrys: 3');
    edit({ [runbook]: changed });
    expect(await rollback('rehearse', story)).toEqual(
      refused(
        /:25: steps\.1\.flags: expected one of the keys data_source, .*, found 'datasource'; did you mean data_source\?$/,
        /:30: steps\.2\.script: expected a script of infra\/host-scripts \(.*\), found "clear-corupted-cache\.py"; did you mean clear-corrupted-cache\.py\?$/,
        /:39: steps\.3: expected one of the keys .*, found 'retrys'/,
      ),
    );
  });

  test('all files are checked before any is used', async () => {
    edit({
      [story]: ['ending: Rolled back', 'ending: Rolledback'],
      [runbook]: ['stage: recovery', 'stage: later'],
      'infra/triggers.yaml': ['severity: HIGH', 'severity: URGENT'],
      'infra/flags.yaml': ['data_source: databento', 'data_source: 1'],
      'infra/environments/local.yaml': ['region: us-east-1', 'region: here'],
      'infra/notifications/initial-alert.txt': ['[impact]', '[inpact]'],
    });
    const { lines, ...rest } = await rollback('render');
    expect(rest).toEqual({ exitCode: 2, stdout: '', opened: false });
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      runbook,
      'infra/triggers.yaml',
      'infra/notifications/initial-alert.txt',
      'infra/flags.yaml',
      'infra/environments/local.yaml',
    ]);
  });

  test('a file in the folder that ROLLBACK_INFRA names is reported by its path there', async () => {
    edit({
      [story]: ['[initial-alert', '[inital-alert'],
      [runbook]: ['script: clear-corrupted-cache.py', 'script: clear-corupted-cache.py'],
      'infra/triggers.yaml': ['severity: HIGH', 'severity: URGENT'],
      'infra/flags.yaml': ['data_source: databento', 'data_source: 1'],
      'infra/environments/local.yaml': ['region: us-east-1', 'region: here'],
      'infra/notifications/initial-alert.txt': ['[impact]', '[inpact]'],
    });
    const elsewhere = `${tree}-elsewhere`;
    renameSync(join(tree, 'infra'), elsewhere);
    const { exitCode, lines } = await rollbackWith({ ROLLBACK_INFRA: `${elsewhere}/` }, 'rehearse', story);
    expect(exitCode).toBe(2);
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      `${elsewhere}/runbooks/phase-1-databento-client.yaml`,
      `${elsewhere}/triggers.yaml`,
      `${elsewhere}/notifications/initial-alert.txt`,
      `${elsewhere}/flags.yaml`,
      `${elsewhere}/environments/local.yaml`,
    ]);
    expect(lines[0]).toContain(`expected a script of ${elsewhere}/host-scripts (`);
  });

  test('a ROLLBACK_INFRA folder that does not exist', async () => {
    const nothing = (name: string, what: string) =>
      `/nowhere/${name}: expected a readable ${what}, found none. ROLLBACK_INFRA may name another folder than infra/.`;
    edit({});
    expect(await rollbackWith({ ROLLBACK_INFRA: '/nowhere' }, 'render')).toEqual(
      refused(
        nothing('host-scripts', 'folder'),
        nothing('triggers.yaml', 'file'),
        nothing('notifications', 'folder'),
        nothing('flags.yaml', 'file'),
        nothing('environments', 'folder'),
      ),
    );
  });

  test('a runbook that was copied', async () => {
    const copy = 'infra/runbooks/phase-1-copy.yaml';
    edit({ [copy]: readFileSync(join(root, runbook), 'utf8') });
    expect(await rollback('rehearse', story)).toEqual(
      refused(
        `${copy}:4: name: expected a file named phase-1-databento-client.yaml, found phase-1-copy.yaml`,
        `${runbook}:3: phase: expected a phase that no other file has, found 1, as in ${copy}`,
      ),
    );
  });

  test('a runbook whose file ends in .yml, which would not be read', async () => {
    edit({ 'infra/runbooks/phase-2-x.yml': '' });
    expect(await rollback('rehearse', story)).toEqual(
      refused('infra/runbooks/phase-2-x.yml:1: expected a file name that ends in .yaml'),
    );
  });

  test('a command that does not read the file still works', async () => {
    edit({ [runbook]: ['stage: recovery', 'stage: later'] });
    expect(await rollback('show', '--help')).toMatchObject({ exitCode: 0 });
  });
});
