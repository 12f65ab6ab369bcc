import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BacktestReport } from '../../../cli/text/backtest-text.ts';
import { sharedAssembly } from '../../shared-assembly.ts';
import { type SimulatedAccount, simulatedAccount } from '../../simulated-account.ts';
import { rollback } from '../in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'backtest-'));
let count = 0;

/** Writes the lines into a file, and returns its path. A line that is no text is written as JSON. */
function fileOf(...lines: readonly (object | string)[]): string {
  count += 1;
  const path = join(folder, `${count}.jsonl`);
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

const run = (...words: readonly string[]) => rollback(['backtest', ...words]);

const values = [...Array(60).fill(0), ...Array(12).fill(1), ...Array(60).fill(0)];
const metric = {
  metric: 'SystemFailures',
  statistic: 'Maximum',
  phase: 1,
  period: 10,
  from: '2026-09-01T00:00:00Z',
  values,
};
const deployment = { deployed: 'v1.1.0', phase: 1, at: '2026-09-01T00:00:00Z' };
const incident = { incident: 'INC-1', phase: 1, from: '2026-09-01T00:10:00Z', to: '2026-09-01T00:20:00Z' };

describe('a backtest of a file', () => {
  test('prints a line for each of the 24 pairs of phase and trigger', async () => {
    const { stdout, code } = await run('--metrics', fileOf(metric, deployment));
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}[1-4] /gm)).toHaveLength(24);
  });

  test('--json has the rollback that would have begun, and the incident that it overlaps', async () => {
    const { stdout } = await run('--metrics', fileOf(metric, deployment, incident), '--json');
    expect(JSON.parse(stdout).cases).toMatchObject([
      { phase: 1, trigger: 'system_failure', outcome: 'acted', judgement: 'right', incident: 'INC-1' },
    ]);
  });

  test('--cases gives the reasons', async () => {
    const { stdout } = await run('--metrics', fileOf(metric), '--cases');
    expect(stdout).toContain('phase 1 system_failure CRITICAL: asked, unknown');
    expect(stdout).toContain('No deployment of the phase is on record, so none explains the alarm.');
  });

  test('a real incident without an alarm is missed', async () => {
    const { stdout } = await run('--metrics', fileOf(metric, { ...incident, phase: 3 }));
    expect(stdout).toContain('MISSED  real incidents during which nothing would have begun\n  INC-1: phase 3');
  });

  test('a metric that no alarm watches is named', async () => {
    const { stdout } = await run('--metrics', fileOf(metric, { ...metric, metric: 'SystemFailure' }));
    expect(stdout).toContain('watches SystemFailure (Maximum) of phase 1, so it was not judged.');
  });

  test('--phase names no metric of another phase that an alarm watches', async () => {
    const misspelt = { ...metric, metric: 'SystemFailure', phase: 2 };
    const unknown = { ...metric, phase: 9 };
    const { stdout } = await run(
      '--metrics',
      fileOf(metric, { ...metric, phase: 2 }, misspelt, unknown),
      '--phase',
      '1',
    );
    expect(stdout.match(/watches .* of phase \d/g)).toEqual([
      'watches SystemFailure (Maximum) of phase 2',
      'watches SystemFailures (Maximum) of phase 9',
    ]);
  });

  test('--trigger leaves the other triggers out', async () => {
    const { stdout } = await run('--metrics', fileOf(metric), '--trigger', 'cost_explosion');
    expect(stdout.match(/^ {2}[1-4] .*$/gm)?.every((line) => line.includes('cost_explosion'))).toBe(true);
  });
});

describe('a backtest that would say nothing, or something else than was asked, is refused', () => {
  test('if no alarm watches any metric of the file: exit code 1, with the metrics', async () => {
    const { code, stderr } = await run('--metrics', fileOf({ ...metric, metric: 'SystemFailure' }));
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        'No alarm of infra/triggers.yaml watches any of its metrics: SystemFailure (Maximum) of phase 1.',
      ),
    ]);
  });

  test('if no trigger has more than a few minutes of data: exit code 1, and what to do', async () => {
    const { code, stderr } = await run('--metrics', fileOf({ ...metric, values: [0, 0, 0] }));
    expect([code, stderr]).toEqual([1, expect.stringContaining('Nothing was judged: no trigger has more than')]);
    const { stdout } = await run('--metrics', fileOf(metric));
    expect(stdout).toContain('or only minutes of them: data_corruption of phases 1, 2, 3, 4;');
  });

  test.each([
    ['--days', '1'],
    ['--to', '2026-08-01'],
  ])('if %s is given with a file, which has its own instants', async (option, value) => {
    const { code, stderr } = await run('--metrics', fileOf(metric), option, value);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Found ${option} with --metrics`)]);
  });
});

describe('a mistake in the file is named with its line', () => {
  test.each([
    ['a line that is no JSON', 'metric: 1', 'expected one JSON object on the line; found "metric: 1"'],
    ['an unknown kind', { metrics: 1 }, 'expected one of the fields metric, deployed, incident; found metrics'],
    ['a statistic', { ...metric, statistic: 'p99' }, 'expected statistic: Maximum, Minimum, Sum, Average; found "p99"'],
    ['a value', { ...metric, values: [0, '1'] }, 'expected numbers or null in values; found "1" at place 2'],
    [
      'a local time',
      { ...metric, from: '2026-09-01T00:00:00' },
      'expected from: an instant with its zone, such as 2026-11-01T09:30:00Z; found "2026-09-01T00:00:00"',
    ],
    [
      'a start within a period',
      { ...metric, from: '2026-09-01T00:00:05Z' },
      'expected from: the start of a whole period of 10 s; found 2026-09-01T00:00:05Z',
    ],
    ['a phase', { ...deployment, phase: 0 }, 'expected phase: a whole number above 0; found 0'],
    ['a verdict', { ...incident, real: 'yes' }, 'expected real: true, false, or null if nobody knows; found "yes"'],
    [
      'an end before its start',
      { ...incident, to: '2026-08-01T00:00:00Z' },
      'expected an incident that ends after it begins; found from 2026-09-01T00:10:00.000Z, to 2026-08-01T00:00:00.000Z',
    ],
  ])('%s', async (_, line, sentence) => {
    const file = fileOf(metric, line);
    const { stderr, code } = await run('--metrics', file);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}:2: ${sentence}`);
  });

  test('two stretches that overlap', async () => {
    const file = fileOf(metric, metric);
    const { stderr, code } = await run('--metrics', file);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}: SystemFailures (Maximum) of phase 1: two stretches overlap`);
  });

  test('a file that does not exist', async () => {
    const { stderr, code } = await run('--metrics', join(folder, 'none'));
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no file ${join(folder, 'none')}.`);
  });

  test('a file without a datapoint is no result', async () => {
    const { stderr, code } = await run('--metrics', fileOf(deployment));
    expect(code).toBe(1);
    expect(stderr).toContain('has no datapoint. docs/backtest.md describes the file.');
  });
});

describe('a backtest of an account', () => {
  let account: SimulatedAccount;
  const ofAccount = (words: readonly string[], as = 'eve@rollback-local-auditor') =>
    account.during(rollback(words, { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: as }));

  beforeAll(async () => {
    account = await simulatedAccount(await sharedAssembly());
    await ofAccount(['deployed', '--phase', '1', '--version', 'v1.4.0'], 'ana@rollback-local-deployer');
    await account.letPass(600); // its clock is virtual, and ten minutes ahead then
  }, 120_000);
  afterAll(() => account.close());

  test('an end that is no date is a usage error', async () => {
    const { stderr, code } = await ofAccount(['backtest', '--to', 'yesterday']);
    expect(code).toBe(2);
    expect(stderr).toContain('--to');
  });

  test('reads the metrics of the hosts: a healthy account has data, and no rollback that would have begun', async () => {
    const { stdout, stderr, code } = await ofAccount(['backtest', '--days', '1', '--json']);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('cannot')]);
    const report = JSON.parse(stdout) as BacktestReport;
    expect(report.cases).toEqual([]);
    const [first] = report.pairs;
    expect(first?.days.exact).toBeGreaterThan(120 / 86_400);
  });
});

test('a past that ended 20 days ago has coarse data only: CloudWatch counts its retention from now', async () => {
  const began = Date.now() - 20 * 86_400_000;
  const account = await simulatedAccount(await sharedAssembly(), { virtualFrom: began });
  await account.letPass(600); // the metrics are archived after 15 minutes
  const to = new Date(began + 600_000).toISOString();
  const environment = { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'eve@rollback-local-auditor' };
  const { stdout } = await rollback(['backtest', '--days', '1', '--to', to, '--json'], environment);
  await account.close();
  const [first] = (JSON.parse(stdout) as BacktestReport).pairs;
  expect(first?.days.exact).toBe(0);
  expect(first?.days.coarse).toBeGreaterThan(0);
}, 120_000);

test('a past of which CloudWatch has forgotten the fine data is read from the archive, which a function made in time', async () => {
  const slot = Math.floor((Date.now() - 20 * 86_400_000) / 7200_000) * 7200_000;
  const account = await simulatedAccount(await sharedAssembly(), { virtualFrom: slot - 1200_000 });
  await account.letPass(1200 + 20 * 60);
  const to = new Date(slot + 60_000).toISOString();
  const environment = { AWS_ENDPOINT_URL: account.endpoint, AWS_ACCESS_KEY_ID: 'eve@rollback-local-auditor' };
  const { stdout, stderr } = await rollback(['backtest', '--days', '1', '--to', to, '--json'], environment);
  await account.close();
  expect(stderr).toContain('archived metrics: 1 of 12 objects of two hours');
  const [first] = (JSON.parse(stdout) as BacktestReport).pairs;
  expect(first?.days.exact).toBeGreaterThan(1000 / 86_400);
}, 120_000);
