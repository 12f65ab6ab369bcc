import { expect, test } from 'vitest';
import { hostLine, preparedText } from '../../../cli/text/prepared-text.ts';
import type { KeptVerdict } from '../../../domain/host/host-reports.ts';
import type { Preparation } from '../../../domain/prepare/preparation.ts';

const preparation: Preparation = {
  phase: 1,
  version: 'v1.5.0',
  state: 'prepared',
  tag: 'rollback/phase-1/before-v1.5.0',
  commit: 'a'.repeat(40),
  begun_at: '2026-01-05T09:00:00.000Z',
  prepared_at: '2026-01-05T09:01:00.000Z',
  by: 'arn',
  hosts: [{ instance_id: 'i-1', name: 'host-1', manifest: 'm', configuration: 'c' }],
};
const host = (name: string, report: object | null, reason: string | null = null) =>
  ({ name, instance_id: 'i-1', step: 'prepare', verdict: reason ? 'failed' : 'done', reason, report }) as KeptVerdict;
const report = { new_tag: true, databases: { count: 1, bytes: 12_340_000 }, configuration: { files: 14 } };

test('names tag, commit, hosts and what comes next', () => {
  expect(preparedText(preparation, [host('host-1', report)])).toBe(
    [
      'Prepared: v1.5.0 of phase 1 may be deployed to 1 host, since 2026-01-05T09:01:00.000Z.',
      '  tag     rollback/phase-1/before-v1.5.0',
      `  commit  ${'a'.repeat(40)}`,
      '  host-1     new tag, 1 database (12.3 MB), 14 files of the configuration',
      'After the deployment: npm run rollback -- deployed --phase 1 --version v1.5.0',
    ].join('\n'),
  );
});

test('names files that the tag does not hold, and hosts that left the fleet', () => {
  const differing = { ...report, different: 5, differences: ['integration.py', 'a.py', 'b.py'] };
  const text = preparedText({ ...preparation, left_the_fleet: ['host-9 (its tag is gone)'] }, [
    host('host-1', differing),
  ]);
  expect(text).toContain('Not prepared, because no longer in the fleet: host-9 (its tag is gone)\n');
  expect(text).toContain(
    'are not in the tag. They were copied, but a rollback restores the commit:\n  host-1     integration.py, a.py, b.py and 2 more\n',
  );
});

test('names the reason of a host that is not prepared, without the name of our script', () => {
  expect(hostLine(host('host-2', null, 'prepare.py exited with 1: /var has 3 MB free'))).toBe(
    '  host-2     not prepared: /var has 3 MB free',
  );
  expect(hostLine(host('host-2', { ...report, new_tag: false, databases: { count: 2, bytes: 900 } }))).toContain(
    'had the tag, 2 databases (1 KB)',
  );
});

test('shows twenty hosts, and how many more there are', () => {
  const hosts = Array.from({ length: 25 }, (_, i) => host(`host-${i}`, report));
  expect(preparedText(preparation, hosts)).toContain('\n  and 5 more: add --json\n');
});
