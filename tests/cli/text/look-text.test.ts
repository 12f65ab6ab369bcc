import { expect, test } from 'vitest';
import { lookText } from '../../../cli/text/look-text.ts';
import type { KeptVerdict } from '../../../domain/host/host-reports.ts';

const at = new Date('2026-01-05T09:01:47.806Z');
const host = (name: string, report: object | null, reason: string | null = null) =>
  ({
    name,
    instance_id: `i-${name}`,
    step: 'look',
    verdict: reason ? 'failed' : 'done',
    reason,
    report,
  }) as unknown as KeptVerdict;
const looked = (check: 'health' | 'verify', PASS: number, FAIL: number, INCONCLUSIVE: number) =>
  ({
    look_id: 'look_1',
    check,
    variant: check === 'health' ? 'quick' : null,
    phase: 1,
    verdict: FAIL > 0 ? 'FAIL' : 'PASS',
    hosts: { PASS, FAIL, INCONCLUSIVE },
  }) as const;

const well = {
  healthy: true,
  failed: [],
  trading: 'running',
  performance: { accuracy: 94, usual_accuracy: 94, least_accuracy: 84.6 },
  errors: { corrupt_rows: 0 },
};
const slow = {
  ...well,
  healthy: false,
  failed: ['performance'],
  trading: 'halted',
  performance: { accuracy: 71, usual_accuracy: 94, least_accuracy: 84.6, latency_ms: 119, most_latency_ms: 132 },
  analysis_engine: { missing: 'there are no baselines in outputs/baselines.json' },
};
const inconclusive = 'health.py exited with 1: scripts/health_check.py could not tell: the system has not ticked yet';

test('health: the worst host first; failed numbers with their thresholds, and checks that could not run with the reason', () => {
  const verdicts = [host('host-1', well), host('host-2', null, inconclusive), host('host-3', slow)];
  expect(lookText(looked('health', 1, 1, 1), verdicts, at).split('\n')).toEqual([
    'FAIL  quick health check of phase 1 at 2026-01-05T09:01:47Z: 1 PASS, 1 FAIL, 1 INCONCLUSIVE',
    '  host-3     FAIL          performance: accuracy 71 (usual 94, least 84.6), latency_ms 119 (most 132)',
    '                           analysis_engine: not checked: there are no baselines in outputs/baselines.json',
    '                           healthy: errors',
    '                           trading is halted',
    '  host-2     INCONCLUSIVE  scripts/health_check.py could not tell: the system has not ticked yet',
    '  host-1     PASS          healthy: performance, errors',
    '  All numbers of all hosts: add --json',
  ]);
});

test('verify: the failed facts, the passed facts, then the facts that are text', () => {
  const facts = { backup_source: false, certified_client: true, health: 'HEALTHY', source: 'databento', failed: [] };
  const verdicts = [host('host-1', { passed: false, wrong: ['backup_source'], facts })];
  expect(
    lookText(looked('verify', 0, 1, 0), verdicts, at)
      .split('\n')
      .slice(1),
  ).toEqual([
    '  host-1     FAIL          failed: backup_source',
    '                           passed: certified_client',
    '                           health HEALTHY, source databento',
    '  All numbers of all hosts: add --json',
  ]);
});

test('lists the twenty worst of 300 hosts', () => {
  const verdicts = Array.from({ length: 300 }, (_, i) => host(`host-${i + 1}`, i === 299 ? slow : well));
  const lines = lookText(looked('health', 299, 1, 0), verdicts, at).split('\n');
  expect(lines[1]).toMatch(/^ {2}host-300 {3}FAIL/);
  expect(lines.at(-2)).toBe('  and 280 more');
});
