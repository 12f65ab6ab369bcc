import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRunbooks } from '../../../config/infra.ts';
import { parseYaml } from '../../../config/yaml/read-yaml.ts';
import { type Runbook, runbookSchema } from '../../../domain/infra/runbook.ts';
import { alsoUndone, flagsOf, stepId } from '../../../domain/infra/runbook-steps.ts';

const file = 'infra/runbooks/phase-1-databento-client.yaml';
const written = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

const parse = (text: string) => parseYaml(runbookSchema, 'phase-1.yaml', text);
/** Parses the deployed runbook with one text replaced. */
const changed = (from: string, to: string) => {
  if (!written.includes(from)) throw new Error(`${file} has no ${from}`);
  return () => parse(written.replace(from, to));
};
const twoSteps = (first: string, second: string) => () =>
  parse(
    [
      'phase: 2',
      'name: Analysis Engine',
      'target: { version: phase2-rollback, paths: [a/b] }',
      'steps:',
      `  - { name: ${first}, stage: immediate, script: a.py, timeout: 1m }`,
      `  - { name: ${second}, stage: recovery, script: b.sh, timeout: 1m }`,
      'confirm: { script: c.py, timeout: 1m }',
    ].join('\n'),
  );

test('a runbook needs one approver and is safe to roll back by default', () => {
  expect(parse(written)).toMatchObject({ approvers: 1, rollback_safe: true });
});

test('a runbook may need two approvers but not three', () => {
  expect(changed('phase: 1', 'approvers: 2\nphase: 1')()).toMatchObject({ approvers: 2 });
  expect(changed('phase: 1', 'approvers: 3\nphase: 1')).toThrow(/approvers: expected/);
});

test("Phase 1's runbook is the procedure's six steps, and two checks", () => {
  const { phase, target, steps, confirm } = parse(written);
  expect(phase).toBe(1);
  expect(target.version).toBe('pre-phase1-stable');
  expect(steps.map(({ name, stage, timeout }) => [name, stage, timeout])).toEqual([
    ['Stop data ingestion', 'immediate', 60],
    ['Switch to backup data source', 'immediate', 60],
    ['Clear corrupted cache', 'immediate', 120],
    ['Restore previous version', 'recovery', 180],
    ['Verify system health', 'recovery', 60],
    ['Resume operations', 'recovery', 60],
  ]);
  expect(confirm).toEqual({
    script: 'version-at-target.py',
    timeout: 60,
    health: {
      script: 'health.py',
      timeout: 60,
      parameters: { Script: 'scripts/health_check.py' },
      own: ['data_ingestion'],
    },
    verify: {
      script: 'verify-rollback.py',
      timeout: 60,
      parameters: { Script: 'scripts/verify_rollback.py', Arguments: '--phase 1' },
    },
  });
});

test('a step may set flags; its script reads the effective values on a host', () => {
  expect(parse(written).steps[1]).toEqual({
    name: 'Switch to backup data source',
    stage: 'immediate',
    flags: { data_source: 'barchart' },
    script: 'flag-effective.py',
    timeout: 60,
    parameters: {},
  });
});

test('a list reaches the script with a space between two words', () => {
  const [step] = changed('Table: mbo_events', 'Tables: [a, b]')().steps.slice(2);
  expect(step?.parameters).toMatchObject({ Tables: 'a b' });
});

describe('a halt', () => {
  const halt = 'halt: { script: run-customer-script.py, timeout: 1m, parameters: { Script: scripts/stop.py } }\nsteps:';

  test('is absent if the runbook has none', () => {
    expect(parse(written).steps[0]?.name).toBe('Stop data ingestion');
  });

  test('is the first step if the runbook has one', () => {
    expect(changed('steps:', halt)().steps.slice(0, 2)).toMatchObject([
      { name: 'Halt', stage: 'immediate', script: 'run-customer-script.py', parameters: { Script: 'scripts/stop.py' } },
      { name: 'Stop data ingestion' },
    ]);
  });

  test('is not allowed as the name of another step', () => {
    expect(changed('name: Stop data ingestion', 'name: Halt')).toThrow('a name that no state of the machine has');
  });
});

describe('the later phases that a restore also undoes', () => {
  const phase = (number: number, ...paths: string[]) =>
    ({ phase: number, target: { version: 'v1', paths, copies: [] } }) as unknown as Runbook;
  const all = [phase(1, '.'), phase(2, 'engine/v3'), phase(3, 'integration.py', 'config.py'), phase(4)];

  test.each([
    ['all, if the whole tree is restored', phase(1, '.'), [2, 3, 4]],
    ['none, if no other phase lies on its paths', phase(2, 'engine/v3'), []],
    ['those whose code lies on its paths', phase(1, 'engine'), [2]],
    ['not one whose path only begins alike', phase(1, 'eng'), []],
    ['not an earlier one', phase(4, '.'), []],
  ])('are %s', (_, own, undone) => {
    expect(alsoUndone(own, all)).toEqual(undone);
  });
});

test('the flags of a runbook are those of all its steps', () => {
  expect(flagsOf(parse(written))).toEqual({ data_source: 'barchart' });
});

test('copies and parameters may be left out', () => {
  const { target, steps } = twoSteps('Clear cache', 'Restore algorithm')();
  expect(target.copies).toEqual([]);
  expect(steps).toMatchObject([{ parameters: {} }, { parameters: {} }]);
});

describe("each phase's runbook has the procedure's actions, by their headings", () => {
  const runbooks = readRunbooks();
  test.each([
    [2, ['Disable v3.0 algorithm', 'Clear signal cache'], ['Restore algorithm', 'Rebuild baselines']],
    [3, ['Disable A-B testing', 'Reset configuration'], ['Restore integration layer', 'Validate pipeline']],
    [4, ['Execute emergency rollback', 'Disable new features'], ['Restore monitoring', 'Clear state']],
  ])('phase %i', (phase, immediate, recovery) => {
    const { steps = [] } = runbooks.find((one) => one.phase === phase) ?? {};
    const names = (stage: string) => steps.filter((one) => one.stage === stage).map(({ name }) => name);
    expect([names('immediate'), names('recovery')]).toEqual([immediate, recovery]);
  });

  test('phase 4 restores no code; phase 1 restores all code and so undoes the later phases', () => {
    expect(runbooks.map((one) => [one.phase, one.target.paths, alsoUndone(one, runbooks)])).toEqual([
      [1, ['.'], [2, 3, 4]],
      [2, ['tasks/options_trading_system/analysis_engine/institutional_flow_v3'], []],
      [3, ['integration.py', 'config_manager.py'], []],
      [4, [], []],
    ]);
  });
});

describe('a runbook is refused', () => {
  test('that restores no path and sets no flag, because its recovery could not be confirmed', () => {
    const nothing = written
      .replace(/^ {2}paths:.*\n/m, '')
      .replace(/^ {2}copies:[\s\S]*?(?=^steps)/m, '')
      .replace('    flags: { data_source: barchart }\n', '');
    expect(() => parse(nothing)).toThrow('paths to restore, or a step that sets flags');
  });

  test.each([
    [
      'without steps',
      changed(/^steps:[\s\S]*?(?=confirm:)/m.exec(written)?.[0] ?? '', 'steps: []\n'),
      'phase-1.yaml:14: steps: expected at least 1 entry, found []',
    ],
    [
      'without a path to restore',
      changed('paths: ["."]', 'paths: []'),
      'phase-1.yaml:7: target.paths: expected at least 1 entry, found []',
    ],
    [
      'with an unknown key',
      changed('stage: recovery', 'stage: recovery\n    retries: 5'),
      "phase-1.yaml:39: steps.3: expected one of the keys name, stage, flags, waves, whole, script, timeout, parameters, found 'retries'",
    ],
    [
      'with a misspelt key',
      changed('flags: { data', 'flgs: { data'),
      "phase-1.yaml:25: steps.1: expected one of the keys name, stage, flags, waves, whole, script, timeout, parameters, found 'flgs'; did you mean flags?",
    ],
    [
      'with a phase that is not a number',
      changed('phase: 1', 'phase: one'),
      'phase-1.yaml:3: phase: expected a whole number, found "one"',
    ],
    [
      'with a script outside host-scripts',
      changed('clear-corrupted-cache.py', '../clear.py'),
      'phase-1.yaml:30: steps.2.script: expected the name of a host script, .py or .sh, found "../clear.py"',
    ],
    [
      'with a version that a shell would interpret',
      changed('pre-phase1-stable', '$(reboot)'),
      'phase-1.yaml:6: target.version: expected letters, digits, and any of . _ / -, without .., found "$(reboot)"',
    ],
    [
      'with a version that git would read as an option',
      changed('pre-phase1-stable', '--all'),
      'phase-1.yaml:6: target.version: expected letters, digits, and any of . _ / -, without .., found "--all"',
    ],
    [
      'with a parameter that has blanks',
      changed('mbo_events', 'mbo events'),
      'phase-1.yaml:35: steps.2.parameters.Table: expected letters, digits, and any of . _ / : -, without .., found "mbo events"',
    ],
    [
      'with a path that leads out of the tree',
      changed('outputs/databento_cache', 'outputs/../../etc'),
      'phase-1.yaml:33: steps.2.parameters.CacheFolder: expected letters, digits, and any of . _ / : -, without .., found "outputs/../../etc"',
    ],
    [
      'with an absolute path',
      changed('paths: ["."]', 'paths: [/opt/trading]'),
      'phase-1.yaml:7: target.paths.0: expected a path below the trading tree, without / in front and without .., found "/opt/trading"',
    ],
    [
      'with a copy from outside of the tree',
      changed('from: tasks', 'from: ../tasks'),
      /^phase-1\.yaml:9: target\.copies\.0\.from: expected a path below the trading tree, /,
    ],
    [
      'with a script that may run longer than any rollback',
      changed('timeout: 3m', 'timeout: 241m'),
      'phase-1.yaml:42: steps.3.timeout: expected at most 4h, the longest limit of a rollback, found "241m"',
    ],
    [
      'with a parameter in small letters',
      changed('Table:', 'table:'),
      "phase-1.yaml:35: steps.2.parameters: expected a parameter name such as CacheFolder, found 'table'",
    ],
    [
      'with a parameter that the product sets',
      changed('Table:', 'Fence:'),
      "phase-1.yaml:35: steps.2.parameters: expected a name that is not one of RollbackId, Step, Kind, Fence, Mode, Tree, State, WindowStart, Target, Commit, Candidate, Versions, Paths, Copies, Redis, Protected, Python, Variant, Flags, FlagFolder, Services, Build, Process, found 'Fence'",
    ],
    [
      'with an unknown stage',
      changed('stage: immediate', 'stage: later'),
      'phase-1.yaml:16: steps.0.stage: expected one of immediate, recovery, found "later"',
    ],
    [
      'with a flag name that AppConfig does not accept',
      changed('data_source:', 'Data-Source:'),
      "phase-1.yaml:25: steps.1.flags: expected a flag such as data_source, found 'Data-Source'",
    ],
    [
      'with a flag whose value is a number',
      changed('data_source: barchart', 'data_source: 1'),
      'phase-1.yaml:25: steps.1.flags.data_source: expected true, false or a text of letters, digits and . _ -, found 1',
    ],
    [
      'with a flag that is a mapping',
      changed('data_source: barchart', 'data_source: { enabled: true }'),
      'phase-1.yaml:25: steps.1.flags.data_source: expected true, false or a text of letters, digits and . _ -, found {"enabled":true}',
    ],
    [
      'with a flag value that AppConfig does not accept',
      changed('data_source: barchart', 'data_source: bar chart'),
      'phase-1.yaml:25: steps.1.flags.data_source: expected letters, digits and . _ -, found "bar chart"',
    ],
    [
      'with an empty list of flags',
      changed('{ data_source: barchart }', '{}'),
      'phase-1.yaml:25: steps.1.flags: expected at least one flag, found {}',
    ],
    [
      'without a check',
      changed(/confirm:[\s\S]*/.exec(written)?.[0] ?? '', ''),
      'phase-1.yaml:3: confirm: expected a mapping, found nothing',
    ],
  ])('%s', (_, parsing, message) => {
    expect(parsing).toThrow(message);
  });

  test('with two steps of the same name', () => {
    expect(twoSteps('Clear cache', 'Clear cache')).toThrow(
      /^phase-1\.yaml:6: steps\.1\.name: expected a name that no step before it has, found "Clear cache"$/,
    );
  });

  test('with two steps of the same id, because the second would count as done', () => {
    expect(twoSteps('Clear cache', 'Clear-Cache')).toThrow(
      /^phase-1\.yaml:6: steps\.1\.name: expected a name that no step before it has, found "Clear-Cache"$/,
    );
  });

  test.each([
    'Open rollback',
    'Take the fleet',
    'Confirm recovery',
    'Close rollback',
    'Rolled back',
    'Needs a person',
    'Input refused',
    'Close as needs a person',
    'Confirm Recovery',
    'Confirm health',
    'Send initial alert',
    'Send rollback complete',
    'Page a person',
    'Already handled',
    'Stale alarm ignored',
    'Market not open',
    'Joined the active rollback',
  ])('with a step called %s, which is a state of the machine', (name) => {
    expect(twoSteps('Clear cache', name)).toThrow(
      /^phase-1\.yaml:6: steps\.1\.name: expected a name that no state of the machine has, found /,
    );
  });

  test('with a recovery step before an immediate action', () => {
    expect(() =>
      parse(
        written
          .replace('stage: immediate', 'stage: recovery')
          .replace(/stage: recovery(\s+script: restore)/, 'stage: immediate$1'),
      ),
    ).toThrow(/^phase-1\.yaml:14: steps: expected immediate actions before recovery steps, /);
  });
});

test.each([
  ['Clear corrupted cache', 'clear-corrupted-cache'],
  ['Disable v3.0 algorithm', 'disable-v3-0-algorithm'],
  ['Switch to backup - now', 'switch-to-backup-now'],
])('the id of %s is %s', (name, id) => {
  expect(stepId(name)).toBe(id);
});
