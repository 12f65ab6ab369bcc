import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Host, tradingImage } from '../../infra/host-scripts/host.ts';
import { corruption } from './phase-1-by-hand.ts';
import { customerScript, healthCheck, setSource, startTradingSystem } from './trading-system.ts';

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
  test('is HEALTHY with exit 0 and numbers, and keeps its comprehensive report', async () => {
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

  test('is UNHEALTHY with exit 1 where rows are corrupt', async () => {
    await system.tick(corruption);
    expect(healthCheck(host, '--comprehensive')).toMatchObject({
      code: 1,
      found: { verdict: 'UNHEALTHY', healthy: false, failed: ['errors'] },
      stderr: expect.stringContaining('corrupt_rows 8'),
    });
  });

  test('is INCONCLUSIVE with exit 2 where the system never ticked', () =>
    expect(healthCheck(host, '--comprehensive')).toMatchObject({
      code: 2,
      found: { verdict: 'INCONCLUSIVE', healthy: false, inconclusive: 'the system has not ticked yet' },
    }));

  test('is INCONCLUSIVE where a flag changed since the last tick', async () => {
    await system.tick();
    setSource(host, 'local', 'barchart');
    expect(healthCheck(host, '--quick').found.inconclusive).toBe(
      'the system has not ticked since this changed: source',
    );
  });

  test('lets the algorithm in use look at the newest events', async () => {
    const flow = 'opt/trading/tasks/options_trading_system/analysis_engine/institutional_flow_v3/solution.py';
    host.write(flow, 'def signal(trades):\n    raise ValueError("no baseline")\n');
    await system.tick();
    expect(healthCheck(host, '--comprehensive').found).toMatchObject({
      failed: ['analysis_engine'],
      checks: { analysis_engine: { problem: 'ValueError: no baseline' } },
    });
  });

  test('keeps no report when it is quick, and asks for trading instead', async () => {
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

describe('resume_trading.py', () => {
  const resume = () => customerScript(host, 'scripts/resume_trading.py', '--validate');

  test('refuses where the report says unhealthy', async () => {
    await system.tick(corruption);
    healthCheck(host, '--comprehensive');
    expect(resume()).toMatchObject({ code: 1, stderr: 'Trading does not resume: the health report says UNHEALTHY\n' });
  });

  test('refuses where the system fell ill since the report', async () => {
    await system.tick();
    healthCheck(host, '--comprehensive');
    await system.tick(corruption);
    expect(resume()).toMatchObject({ code: 1, stderr: expect.stringContaining('since the health report, errors') });
  });

  test('refuses where the code changed since the report', async () => {
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

  test('says where events come from, and that the switch is the flag', () =>
    expect(enable()).toMatchObject({
      code: 1,
      found: { source: 'barchart', effective: 'databento', layer: null },
      stderr: 'Events come from databento, not barchart: set the flag data_source in AppConfig\n',
    }));

  test('agrees once the flag says so', () => {
    setSource(host, 'local-safety', 'barchart');
    expect(enable()).toMatchObject({ code: 0, found: { effective: 'barchart', layer: 'local-safety' } });
  });
});

test('verify_rollback.py says no while nothing is rolled back', async () => {
  await system.tick();
  expect(customerScript(host, 'scripts/verify_rollback.py', '--phase', '1')).toMatchObject({
    code: 1,
    found: { certified_client: false, source: 'databento', health: 'HEALTHY' },
  });
});
