import { describe, expect, test } from 'vitest';
import { takenProtected } from '../../config/protected-paths.ts';
import { readYaml } from '../../config/yaml/read-yaml.ts';
import { environmentSchema } from '../../domain/infra/environment.ts';
import { protectedWords } from '../../domain/infra/protected.ts';
import { runbookSchema } from '../../domain/infra/runbook.ts';

const environment = (paths: string) =>
  readYaml(
    environmentSchema,
    'infra/environments/production.yaml',
    [
      'account: "444455556666"',
      'region: us-east-1',
      'fleet: { name: trading, tag: { key: a, value: b } }',
      'host:',
      '  tree: /opt/trading',
      '  state: /var/lib/rollback',
      '  flags: /var/lib/appconfig',
      '  redis: /var/run/redis.sock',
      `  protected: [${paths}]`,
      'confirm: { in_a_row: 3, every: 20s, give_up: 5m }',
    ].join('\n'),
  );

const runbook = (step: string, target = 'paths: ["."]') =>
  readYaml(
    runbookSchema,
    'infra/runbooks/phase-2-router.yaml',
    [
      'phase: 2',
      'name: Router',
      `target: { version: v1, ${target} }`,
      'steps:',
      `  - { name: Clear, stage: immediate, timeout: 1m, script: clear.py, parameters: { ${step} } }`,
      'confirm: { script: look.sh, timeout: 1m }',
    ].join('\n'),
  );

const mistakes = (paths: string, step: string, target?: string) =>
  takenProtected([runbook(step, target)], [environment(paths)]);

describe('a protected path', () => {
  test('is refused in a runbook with its file and line, and the line that protects it', () => {
    expect(mistakes('outputs/fix', 'CacheFolder: outputs/fix')).toEqual([
      'infra/runbooks/phase-2-router.yaml:5: steps.0.parameters.CacheFolder: expected a path that no environment protects, found outputs/fix (infra/environments/production.yaml:9: host.protected.0: outputs/fix)',
    ]);
  });

  test.each([
    ['a folder in it', 'outputs/fix', 'CacheFolder: outputs/fix/session', undefined, 1],
    ['a folder above it', 'outputs/fix', 'CacheFolder: outputs', undefined, 1],
    ['the same place as an absolute path', '/opt/trading/outputs/fix', 'CacheFolder: outputs/./fix', undefined, 1],
    ['a path in a list', 'outputs/fix', 'Keeps: [a, outputs/fix]', undefined, 1],
    ['a neighbour with a longer name', 'outputs/fix', 'CacheFolder: outputs/fix2', undefined, 0],
    ['a script that is only run', 'scripts', 'Script: scripts/a.py', undefined, 0],
    ['a restored path', 'outputs/fix', 'CacheFolder: a', 'paths: [outputs]', 1],
    [
      'the target of a copy',
      'outputs/fix',
      'CacheFolder: a',
      'paths: [b], copies: [{ from: b, to: outputs/fix/c }]',
      1,
    ],
    ['the whole tree, where the host checks each file', 'outputs/fix', 'CacheFolder: a', undefined, 0],
  ])('is compared with %s', (_, paths, step, target, count) => {
    expect(mistakes(paths, step, target)).toHaveLength(count);
  });

  test.each([
    ['/opt/trading', 'expected a path in the tree or beside it'],
    ['/opt', 'expected a path in the tree or beside it'],
    ['.git/config', 'expected a path outside .git'],
    ['/opt/trading/.git', 'expected a path outside .git'],
    ['/var/lib', 'expected a path outside host.state'],
    ['/var/lib/rollback/x', 'expected a path outside host.state'],
    ['../fix', 'a path such as outputs/fix'],
    ['none', 'a path such as outputs/fix'],
    ['a, a', 'each path once'],
  ])('%s cannot be one', (path, expected) => {
    expect(() => environment(path)).toThrow(expected);
  });

  test('is passed as one word each, and an empty list by a word of its own', () => {
    expect(protectedWords(['outputs/fix', '/var/lib/fix'])).toBe('outputs/fix /var/lib/fix');
    expect(protectedWords([])).toBe('none');
  });
});
