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

test('a check that could look says what it saw, not only that it looked', () => {
  const ill = { healthy: false, failed: ['performance'], performance: { accuracy: 71 }, data_flow: { age_s: 3 } };
  expect(text(ill)).toMatch(/host-1 +confirm-health +done +not healthy: performance: accuracy 71; well: data_flow$/);
  expect(text({ healthy: true, failed: [] })).toMatch(/done +healthy$/);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a host at the target', { at_target: true, version: 'v1', different: 0 }, 'at v1'],
  [
    'one elsewhere',
    { at_target: false, version: 'v2', different: 4, flags: [] },
    'at v2, not the target: 4 paths differ',
  ],
  [
    'one whose flag is not as wanted',
    { at_target: false, version: 'v2', different: 0, flags: ['a is true, not false'] },
    'at v2, not the target: 0 paths differ, a is true, not false',
  ],
])('%s: where it is', (_, report, says) => {
  expect(text(report).endsWith(says)).toBe(true);
});

test('a step that took something away says how much, and where it is', () => {
  expect(text({ files: { moved: 3 }, rows: { removed: 2 }, keys: { removed: 1 } })).toMatch(
    /took away 3 files and 2 rows and 1 Redis keys, kept in quarantine$/,
  );
});

test('a host that failed says why', () => {
  expect(text(null, 'disk full')).toMatch(/failed +disk full$/);
});
