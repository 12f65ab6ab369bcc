import { expect, test } from 'vitest';
import { hostText } from '../../../cli/text/host-text.ts';

const text = (report: Record<string, unknown> | null, reason: string | null = null) =>
  hostText({
    step: 'confirm-health',
    instance_id: 'i-1',
    name: 'host-1',
    verdict: reason === null ? 'done' : 'failed',
    reason,
    report,
    command_id: 'c',
  });

test('a check that ran shows its result, not only that it ran', () => {
  const ill = { healthy: false, failed: ['performance'], performance: { accuracy: 71 }, data_flow: { age_s: 3 } };
  expect(text(ill)).toMatch(/host-1 +confirm-health +done +not healthy: performance: accuracy 71; healthy: data_flow$/);
  expect(text({ healthy: true, failed: [] })).toMatch(/done +healthy$/);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a host at the target', { at_target: true, version: 'v1', different: 0 }, 'at v1'],
  [
    'a host at another version',
    { at_target: false, version: 'v2', different: 4, flags: [] },
    'at v2, not the target: 4 paths differ',
  ],
  [
    'a host with a flag that differs',
    { at_target: false, version: 'v2', different: 0, flags: ['a is true, not false'] },
    'at v2, not the target: 0 paths differ, a is true, not false',
  ],
  [
    'a host with a service that does not stay as it was left',
    { at_target: false, version: 'v2-dirty', different: 0, flags: [], services: ['basic is failed, not active'] },
    'at v2-dirty, not the target: 0 paths differ, basic is failed, not active',
  ],
])('%s shows its version', (_, report, end) => {
  expect(text(report).endsWith(end)).toBe(true);
});

test('a step that moved something away shows how much, and that it is in quarantine', () => {
  expect(text({ files: { moved: 3 }, rows: { removed: 2 }, keys: { removed: 1 } })).toMatch(
    /moved to quarantine: 3 files, 2 rows, 1 Redis keys$/,
  );
});

test('a host that failed shows the reason', () => {
  expect(text(null, 'disk full')).toMatch(/failed +disk full$/);
});
