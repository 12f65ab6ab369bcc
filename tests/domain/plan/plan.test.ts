import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../config/yaml/read-yaml.ts';
import { expectedMinutes, type Remaining } from '../../../domain/decision/limits.ts';
import { runbookSchema } from '../../../domain/infra/runbook.ts';
import { type Plan, planLines, planOf, remainingOf } from '../../../domain/plan/plan.ts';

const read = (file: string) =>
  parseYaml(runbookSchema, file, readFileSync(new URL(`../../../infra/runbooks/${file}`, import.meta.url), 'utf8'));
const runbook = read('phase-1-databento-client.yaml');
const all = [runbook, read('phase-2-analysis-engine.yaml')];
const confirm = { in_a_row: 3, every: 20, give_up: 600 };
const found = {
  hosts: ['host-1', 'host-2'],
  not_online: [],
  deployment: { version: 'v1.4.0', at: '2026-03-02T08:50:00.000Z' },
};

const last = {
  rollback: 'r-7',
  at: '2026-02-01T09:01:30.000Z',
  minutes: 1.46,
  seconds: { 'clear-corrupted-cache': 12, 'restore-previous-version': 8, 'confirm-recovery': 40 },
};

describe("Phase 1's plan", () => {
  test('has its steps, its flag, and the later phases that the whole tree undoes', () => {
    expect(planOf({ runbook, all, confirm }, found)).toEqual({
      ...found,
      target_version: 'pre-phase1-stable',
      paths: ['.'],
      steps: [
        'Stop data ingestion',
        'Switch to backup data source',
        'Clear corrupted cache',
        'Restore previous version',
        'Verify system health',
        'Resume operations',
      ],
      flags: { data_source: 'barchart' },
      also_undoes: ['phase 2 (Analysis Engine)'],
      expected_minutes: 11,
      at_most_minutes: 11,
      last_time: null,
    });
  });

  test("expects each step's previous duration, and at most its timeout", () => {
    expect(planOf({ runbook, all: [], confirm }, found, last)).toMatchObject({
      expected_minutes: 6,
      at_most_minutes: 11,
      last_time: { rollback: 'r-7', at: '2026-02-01T09:01:30.000Z', minutes: 1.46 },
    });
  });
});

test('a runbook that restores only its own paths undoes no other phase', () => {
  const paths = { ...runbook, target: { ...runbook.target, paths: ['tasks/a'] } };
  expect(planOf({ runbook: paths, all, confirm }, found).also_undoes).toEqual([]);
});

test('the remaining steps are those that are not done, and the confirmation of recovery', () => {
  const done = [
    'stop-data-ingestion',
    'switch-to-backup-data-source',
    'clear-corrupted-cache',
    'restore-previous-version',
  ];
  expect(remainingOf(runbook, confirm, done).map(({ name, timeout }) => [name, timeout])).toEqual([
    ['Verify system health', 60],
    ['Resume operations', 60],
    ['Confirm recovery', 60],
  ]);
});

test('a step that sets flags also waits until its hosts have read them, unless its usual time is known', () => {
  const flip = (usual = {}) => remainingOf(runbook, confirm, ['stop-data-ingestion'], usual)[0];
  expect(flip()).toEqual({ name: 'Switch to backup data source', timeout: 60 + 60, usual_seconds: undefined });
  expect(expectedMinutes([flip({ 'switch-to-backup-data-source': 48 }) as Remaining])).toBe(48 / 60);
});

describe('the lines of a plan', () => {
  const plan: Plan = planOf({ runbook, all: [], confirm }, found);

  test('give the versions, hosts, steps, flags and duration', () => {
    expect(planLines(plan)).toEqual([
      'Undo v1.4.0, deployed at 2026-03-02T08:50:00.000Z, and go back to pre-phase1-stable: the whole tree is restored',
      'On 2 hosts: host-1, host-2',
      'Steps: Stop data ingestion; Switch to backup data source; Clear corrupted cache; Restore previous version; Verify system health; Resume operations',
      'Flags: data_source=barchart',
      'Takes at most 11 minutes if no step is retried; the usual duration is unknown, because no rollback of this phase has ended well yet',
    ]);
  });

  test('give the duration of the previous rollback', () => {
    expect(planLines(planOf({ runbook, all: [], confirm }, found, last)).at(-1)).toBe(
      'Takes about 6 minutes, at most 11 minutes if no step is retried; the last one took 1.5 minutes (r-7, ended at 2026-02-01T09:01:30.000Z)',
    );
  });

  test('give exceptions: many hosts, hosts not online, no deployment, other phases', () => {
    const hosts = Array.from({ length: 300 }, (_, i) => `host-${i + 1}`);
    const unusual = {
      ...plan,
      hosts,
      not_online: ['host-301'],
      deployment: null,
      also_undoes: ['phase 2 (Analysis Engine)'],
    };
    const lines = planLines(unusual);
    expect(lines).toContain(
      'Undo the running version (no deployment is on record) and go back to pre-phase1-stable: the whole tree is restored',
    );
    expect(lines).toContain(`On 300 hosts: ${hosts.slice(0, 10).join(', ')} and 290 more`);
    expect(lines).toContain('Not online, so not rolled back: host-301');
    expect(lines).toContain('Also undone, because their code goes back too: phase 2 (Analysis Engine)');
  });
});
