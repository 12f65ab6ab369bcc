import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runbookSchema, stepId } from '../../domain/runbook.ts';
import { parseYaml } from '../../domain/yaml.ts';

const file = 'infra/runbooks/phase-1-databento-client.yaml';
const written = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const parse = (text: string) => parseYaml(runbookSchema, 'phase-1.yaml', text);
/** The runbook as it is deployed, with one thing changed. */
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

test('a runbook that says nothing of it needs one approver, and is safe to roll back', () => {
  expect(parse(written)).toMatchObject({ approvers: 1, rollback_safe: true });
});

test('a runbook may need two approvers, not three', () => {
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
    health: { script: 'health.py', timeout: 60, parameters: { Script: 'scripts/health_check.py' } },
  });
});

test('a step may be a flag: its script then reads on every host what is effective there', () => {
  expect(parse(written).steps[1]).toEqual({
    name: 'Switch to backup data source',
    stage: 'immediate',
    flag: { name: 'data_source', value: 'barchart' },
    script: 'flag-effective.py',
    timeout: 60,
  });
});

test('copies and parameters may be left out', () => {
  const { target, steps } = twoSteps('Clear cache', 'Restore algorithm')();
  expect(target.copies).toEqual([]);
  expect(steps).toMatchObject([{ parameters: {} }, { parameters: {} }]);
});

describe('a runbook is refused', () => {
  test.each([
    [
      'without steps',
      changed(/^steps:[\s\S]*?(?=confirm:)/m.exec(written)?.[0] ?? '', 'steps: []\n'),
      'phase-1.yaml:10: steps: expected at least 1 of them, found []',
    ],
    [
      'without a path to restore',
      changed('paths: ["."]', 'paths: []'),
      'phase-1.yaml:6: target.paths: expected at least 1 of them, found []',
    ],
    [
      'with a key nobody reads',
      changed('stage: recovery', 'stage: recovery\n    retries: 5'),
      "phase-1.yaml:35: steps.3: expected only known keys, found 'retries'",
    ],
    [
      'with a phase that is no number',
      changed('phase: 1', 'phase: one'),
      'phase-1.yaml:2: phase: expected a number, found "one"',
    ],
    [
      'with a script outside host-scripts',
      changed('clear-corrupted-cache.py', '../clear.py'),
      'phase-1.yaml:26: steps.2.script: expected the name of a file in infra/host-scripts, .py or .sh, found "../clear.py"',
    ],
    [
      'with a version a shell could read otherwise',
      changed('pre-phase1-stable', '$(reboot)'),
      'phase-1.yaml:5: target.version: expected letters, digits, and any of . _ / -, found "$(reboot)"',
    ],
    [
      'with a version git would take for an option',
      changed('pre-phase1-stable', '--all'),
      'phase-1.yaml:5: target.version: expected letters, digits, and any of . _ / -, found "--all"',
    ],
    [
      'with a parameter that has blanks',
      changed('mbo_events', 'mbo events'),
      'phase-1.yaml:31: steps.2.parameters.Table: expected letters, digits, and any of . _ / -, found "mbo events"',
    ],
    [
      'with a parameter in small letters',
      changed('Table:', 'table:'),
      "phase-1.yaml:31: steps.2.parameters: expected a parameter name such as CacheFolder, found 'table'",
    ],
    [
      'with a parameter that the step itself delivers',
      changed('Table:', 'Fence:'),
      "phase-1.yaml:31: steps.2.parameters: expected a name that is not one of RollbackId, Step, Kind, Fence, Mode, Tree, State, WindowStart, Target, Paths, Copies, Flag, Expected, FlagFolder, found 'Fence'",
    ],
    [
      'with a step in a stage of its own',
      changed('stage: immediate', 'stage: later'),
      'phase-1.yaml:12: steps.0.stage: expected one of immediate, recovery, found "later"',
    ],
    [
      'with a flag whose name AppConfig would not take',
      changed('name: data_source', 'name: Data-Source'),
      'phase-1.yaml:21: steps.1.flag.name: expected a flag such as data_source, found "Data-Source"',
    ],
    [
      'with a flag and parameters: a flag has its own',
      changed('script: flag-effective.py', 'script: flag-effective.py\n    parameters: { A: b }'),
      "phase-1.yaml:23: steps.1: expected only known keys, found 'parameters'",
    ],
    [
      'without a check',
      changed(/confirm:[\s\S]*/.exec(written)?.[0] ?? '', ''),
      'phase-1.yaml:2: confirm: expected a mapping, found nothing',
    ],
  ])('%s', (_, parsing, message) => {
    expect(parsing).toThrow(message);
  });

  test('with two steps of the same name', () => {
    expect(twoSteps('Clear cache', 'Clear cache')).toThrow(
      /^phase-1\.yaml:4: steps: expected steps with different names, /,
    );
  });

  test('with two steps whose ids are the same: the second would count as done', () => {
    expect(twoSteps('Clear cache', 'Clear-Cache')).toThrow(
      /^phase-1\.yaml:4: steps: expected steps with different names, /,
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
    'Joined the active rollback',
  ])("with a step called %s: that is a state of the machine's own", (name) => {
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
    ).toThrow(/^phase-1\.yaml:10: steps: expected immediate actions before recovery steps, /);
  });
});

test.each([
  ['Clear corrupted cache', 'clear-corrupted-cache'],
  ['Disable v3.0 algorithm', 'disable-v3-0-algorithm'],
  ['Switch to backup - now', 'switch-to-backup-now'],
])('the id of %s is %s', (name, id) => {
  expect(stepId(name)).toBe(id);
});
