import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { program } from '../../cli/rollback.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/procedure.md'), 'utf8');

type Row = { readonly line: string; readonly does: string; readonly proves: string };
const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| line |'))
  .map((row) => {
    const [line = '', does = '', proves = ''] = row
      .slice(2)
      .split('|')
      .map((cell) => cell.trim());
    return { line, does, proves };
  });
const cells = rows.flatMap(({ does, proves }) => [does, proves]);

/** The lines of the procedure's sections that the page has, in the page's order. */
const procedure = [
  'Previous version tagged in git',
  'Database backup completed',
  'Configuration snapshot saved',
  'Rollback scripts tested',
  'Team contact list updated',
  'Rollback decision tree documented',
  '`test_rollback.sh --phase 4 --simulate`',
  '`measure_rollback_time.sh`',
  ...['Technical Lead', 'Operations', 'QA', 'Communications', 'Support'],
  ...['Initial Alert', 'Rollback Complete'],
  ...['L1 - Operations Team', 'L2 - Technical Lead', 'L3 - Engineering Manager', 'L4 - CTO'],
  ...['Databento Support', 'Cloud Provider', 'Database Admin'],
  ...['Canary Deployments', 'Shadow Mode', 'Load Testing', 'Chaos Engineering'],
  ...['Gradual Rollout', 'Real-time Monitoring', 'Circuit Breakers', 'Feature Flags'],
  ...['Continuous Monitoring', 'Anomaly Detection', 'Regular Drills', 'Lessons Learned'],
  ...['Run comprehensive health checks', 'Monitor error rates', 'Check performance metrics', 'Validate data integrity'],
  ...['Timeline of events', 'Decisions made', 'Actions taken', 'Current system state'],
  ...['Identify failure trigger', 'Analyze logs and metrics', 'Review deployment process', 'Interview team members'],
  ...['Executive summary', 'Technical details', 'Business impact', 'Preliminary recommendations'],
  ...['Detailed timeline', 'Root cause identification', 'Contributing factors', 'Process improvements'],
  ...['Prevention measures', 'Fix identified issues', 'Update procedures', 'Enhance monitoring', 'Improve testing'],
  'Team training',
  ...['Rollback Time', 'Data Loss', 'Service Recovery', 'Performance'],
  'After first production rollback or in 3 months',
];

describe('docs/procedure.md', () => {
  test('has each line of the procedure once, in its order', () => {
    expect(rows.map(({ line }) => line)).toEqual(procedure);
  });

  test('names for each line a command or a part of the repository, or says that it is not built', () => {
    for (const { line, does } of rows)
      expect([line, does]).toEqual([line, expect.stringMatching(/`|\]\(|\*not built/i)]);
  });

  test('names only commands that exist', async () => {
    const known = (await program()).commands.map((command) => command.name());
    const named = cells.flatMap((cell) => [...cell.matchAll(/`rollback ([a-z-]+)/g)].map(([, name]) => name));
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(known).toContain(name);
  });
});
