import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Host, tradingImage } from '../../infra/host-scripts/host.ts';
import { corruption } from './phase-1-by-hand.ts';
import {
  customerScript,
  healthCheck,
  setFlags,
  setSource,
  startTradingSystem,
  tradingStatus,
} from './trading-system.ts';

let image: ReturnType<typeof tradingImage>;
let host: Host;
let system: ReturnType<typeof startTradingSystem>;

beforeAll(() => {
  image = tradingImage();
});
afterAll(() => image.remove());
beforeEach(() => {
  host = image.host();
  system = startTradingSystem(host.root);
});
afterEach(() => {
  system.stop();
  host.remove();
});

const report = 'opt/trading/outputs/run/health.json';

describe('health_check.py', () => {
  test('is HEALTHY with exit 0 and numbers, and stores its comprehensive report', async () => {
    await system.tick();
    const { code, found, stderr } = healthCheck(host, '--comprehensive');
    expect(code).toBe(0);
    expect(found).toMatchObject({
      verdict: 'HEALTHY',
      healthy: true,
      failed: [],
      checks: {
        data_ingestion: { ok: true, source: 'databento', newest_age_seconds: 0, events_per_minute: 12 },
        analysis_engine: { ok: true, accuracy: 94, problem: null },
        performance: { ok: true, cost_percent: 82 },
        errors: { ok: true, corrupt_rows: 0, system_failures: 0 },
      },
    });
    expect(stderr).toBe('✅ System healthy\n');
    expect(JSON.parse(host.read(report))).toEqual(found);
  });

  test('is UNHEALTHY with exit 1 if rows are corrupt', async () => {
    await system.tick(corruption);
    expect(healthCheck(host, '--comprehensive')).toMatchObject({
      code: 1,
      found: { verdict: 'UNHEALTHY', healthy: false, failed: ['errors'] },
      stderr: expect.stringContaining('corrupt_rows 8'),
    });
  });

  test('is INCONCLUSIVE with exit 2 if the system never ticked', () =>
    expect(healthCheck(host, '--comprehensive')).toMatchObject({
      code: 2,
      found: { verdict: 'INCONCLUSIVE', healthy: false, inconclusive: 'the system has not ticked yet' },
    }));

  test('is INCONCLUSIVE if a flag changed since the last tick', async () => {
    await system.tick();
    setSource(host, 'local', 'barchart');
    expect(healthCheck(host, '--quick').found.inconclusive).toBe(
      'the system has not ticked since this changed: source',
    );
  });

  test('runs the algorithm in use on the newest events', async () => {
    const flow = 'opt/trading/tasks/options_trading_system/analysis_engine/institutional_flow_v3/solution.py';
    host.write(flow, 'def signal(trades):\n    raise ValueError("no baseline")\n');
    await system.tick();
    expect(healthCheck(host, '--comprehensive').found).toMatchObject({
      failed: ['analysis_engine'],
      checks: { analysis_engine: { problem: 'ValueError: no baseline' } },
    });
  });

  test('stores no quick report, and checks trading in it', async () => {
    await system.tick();
    expect(healthCheck(host, '--quick').found.checks.trading).toEqual({ ok: true, trading: 'running' });
    expect(existsSync(join(host.root, report))).toBe(false);
  });

  test.each([
    ['system_failure', ['data_ingestion', 'errors']],
    ['performance_degradation', ['analysis_engine', 'performance']],
    ['security_issue', ['errors']],
    ['cost_explosion', ['performance']],
    ['cascade_failure', ['errors']],
  ])('names the checks that fail under %s', async (trigger, failed) => {
    await system.tick();
    await system.tick({ phase: 1, trigger });
    await system.tick({ phase: 1, trigger });
    expect(healthCheck(host, '--quick').found.failed).toEqual(failed);
  });
});

describe('health_check.py without what it needs', () => {
  test.each([
    ['outputs/logs/trading.log', 'FileNotFoundError: [Errno 2] No such file or directory'],
    ['outputs/baselines.json', 'there are no baselines in outputs/baselines.json'],
    ['outputs/market_data.db', 'OperationalError: unable to open database file'],
    ['../../var/run/redis.sock', 'OSError: Redis does not respond at var/run/redis.sock'],
  ])('%s is INCONCLUSIVE with exit 2', async (name, missing) => {
    await system.tick();
    rmSync(join(host.tree, name));
    const { code, found } = healthCheck(host, '--quick');
    expect([code, found.verdict, found.inconclusive]).toEqual([2, 'INCONCLUSIVE', expect.stringContaining(missing)]);
  });

  test('is UNHEALTHY if another check fails', async () => {
    await system.tick({ phase: 1, trigger: 'cost_explosion' });
    rmSync(join(host.tree, 'outputs/logs/trading.log'));
    expect(healthCheck(host, '--quick').found).toMatchObject({ verdict: 'UNHEALTHY', failed: ['performance'] });
  });

  test('uses no Redis on a host that has none', async () => {
    system.stop();
    rmSync(join(host.root, 'etc/redis.conf'));
    const other = startTradingSystem(host.root);
    await other.tick();
    expect(healthCheck(host, '--quick').found.verdict).toBe('HEALTHY');
    expect(existsSync(join(host.root, 'var/run/redis.sock'))).toBe(false);
    other.stop();
  });
});

describe('a flag that differs from the configuration is unhealthy, and named:', () => {
  test.each<[Record<string, string | false>, string, string]>([
    [{ algorithm_version: 'v1.0' }, 'analysis_engine', 'algorithm_version is v1.0 by flag and v3.0 by the profile'],
    [{ testing_mode: 'production' }, 'integration', 'testing_mode is production by flag and ab by the profile'],
    [{ budget_dashboard: false }, 'new_features', 'budget_dashboard is off by flag and on by its configuration'],
  ])('%j', async (flags, check, problem) => {
    await system.tick();
    setFlags(host, flags);
    await system.tick();
    const { found } = healthCheck(host, '--quick');
    expect(found.failed).toEqual([check]);
    expect(found.checks[check].problem).toBe(problem);
  });
});

describe('test_integration.py --production-safe', () => {
  const validate = () => customerScript(host, 'tests/test_integration.py', '--production-safe');

  test('is inconclusive before the system has ticked', () =>
    expect(validate()).toMatchObject({ code: 2, stderr: 'Inconclusive: the system has not ticked yet\n' }));

  test('does not pass while live traffic is split', async () => {
    await system.tick();
    expect(validate()).toMatchObject({
      code: 1,
      found: { failures: ['A/B testing is on (testing_mode ab)', 'signals are by v1.0, not v3.0'] },
    });
  });

  test('does not pass with a layer that fails', async () => {
    host.write('opt/trading/integration.py', 'route = None\n');
    setFlags(host, { testing_mode: 'production' });
    await system.tick();
    expect(validate().found.failures[0]).toBe(
      "the integration layer fails: TypeError: 'NoneType' object is not callable",
    );
  });
});

describe('rebuild_baselines.py', () => {
  test('builds baselines for the algorithm in use, from sound events', async () => {
    await system.tick(corruption);
    setFlags(host, { algorithm_version: 'v1.0' });
    const rebuilt = customerScript(host, 'scripts/rebuild_baselines.py', '--quick');
    expect(rebuilt.found).toEqual({ algorithm: 'v1.0', sizes: { ESM6: 3, NQM6: 3 } });
    expect(JSON.parse(host.read('opt/trading/outputs/baselines.json'))).toEqual(rebuilt.found);
  });
});

describe('disable_component.py', () => {
  const disable = (name: string) => customerScript(host, 'scripts/disable_component.py', '--name', name);

  test('turns a component off in its configuration, and reports its flag', () => {
    setFlags(host, { budget_dashboard: false });
    expect(disable('budget_dashboard').found).toEqual({
      component: 'budget_dashboard',
      enabled: false,
      flag: false,
      layer: 'local-safety',
    });
    expect(disable('success_metrics')).toMatchObject({ code: 0, found: { flag: null } });
    expect(tradingStatus(host)).toMatchObject({ components_on: ['websocket_backfill'] });
  });

  test('refuses an unknown component', () => expect(disable('order_entry').code).toBe(2));
});

describe('resume_trading.py', () => {
  const resume = () => customerScript(host, 'scripts/resume_trading.py', '--validate');

  test('refuses if the report is UNHEALTHY', async () => {
    await system.tick(corruption);
    healthCheck(host, '--comprehensive');
    expect(resume()).toMatchObject({ code: 1, stderr: 'Trading does not resume: the health report is UNHEALTHY\n' });
  });

  test('refuses if the system became unhealthy since the report', async () => {
    await system.tick();
    healthCheck(host, '--comprehensive');
    await system.tick(corruption);
    expect(resume()).toMatchObject({ code: 1, stderr: expect.stringContaining('since the health report, errors') });
  });

  test('refuses if the code changed since the report', async () => {
    await system.tick();
    healthCheck(host, '--comprehensive');
    host.git('checkout', '--quiet', 'v1.3.0');
    expect(resume().stderr).toContain('the health report is older than a change of client, head');
  });

  test('may be repeated', async () => {
    await system.tick();
    healthCheck(host, '--comprehensive');
    expect([resume(), resume()]).toMatchObject([{ code: 0 }, { code: 0, found: { trading: 'running' } }]);
  });
});

describe('enable_fallback.py', () => {
  const enable = () => customerScript(host, 'scripts/enable_fallback.py', '--source', 'barchart');

  test('reports the source of events, and that the flag is the switch', () =>
    expect(enable()).toMatchObject({
      code: 1,
      found: { source: 'barchart', effective: 'databento', layer: null },
      stderr: 'Events come from databento, not barchart: set the flag data_source in AppConfig\n',
    }));

  test('exits with 0 once the flag has the source', () => {
    setSource(host, 'local-safety', 'barchart');
    expect(enable()).toMatchObject({ code: 0, found: { effective: 'barchart', layer: 'local-safety' } });
  });
});

describe('verify_rollback.py fails while nothing is rolled back:', () => {
  test.each([
    ['1', { certified_client: false, backup_source: false, source: 'databento' }],
    ['2', { basic_algorithm: false, new_algorithm_gone: false, no_signals_of_it: false, baselines_rebuilt: false }],
    ['3', { testing_off: false, basic_algorithm: false, configuration_reset: false, pipeline_validated: true }],
    ['4', { components_off: false, nothing_runs: false, basic_monitoring: false, state_cleared: false }],
  ])('phase %s', async (phase, found) => {
    await system.tick();
    expect(customerScript(host, 'scripts/verify_rollback.py', '--phase', phase)).toMatchObject({
      code: 1,
      found: { ...found, health: 'HEALTHY' },
    });
  });
});
