import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Host, tradingImage } from '../../infra/host-scripts/host.ts';
import { corruption } from './phase-1-by-hand.ts';
import { customerScript, setSource, startTradingSystem, tradingStatus } from './trading-system.ts';

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

const healthy = {
  SystemFailures: 0,
  DataIntegrityErrors: 0,
  LatencyMs: expect.closeTo(120, -0.7),
  Accuracy: 94,
  PerformanceDegradationPercent: 0,
  SecurityIncidents: 0,
  CostPercentOfBudget: 82,
  DownstreamErrors: 0,
  EventsPerMinute: 12,
  TradingHalted: 0,
};
const stop = () => customerScript(host, 'scripts/emergency_stop.py', '--service', 'databento');

describe('the trading system', () => {
  test('is healthy at v1.4.0 without a fault', async () => {
    expect(await system.tick()).toEqual(healthy);
    expect(await system.tick()).toEqual(healthy);
    expect(tradingStatus(host)).toEqual({
      version: 'v1.4.0',
      data_source: 'databento',
      by_hand: { in_tree: 0, kept: 0 },
      ingestion: 'running',
      trading: 'running',
      cache_files: 5,
      corrupt_rows: 0,
      algorithm_version: 'v3.0',
      flow_v3: 'changed',
      signals: { 'v1.0': 99, 'v3.0': 99 },
      redis_keys: 11,
      baselines: 'v3.0',
      testing_mode: 'ab',
      ab_testing: true,
      integration: 'changed',
      configuration: 'changed',
      success_metrics: true,
      websocket_backfill: true,
      budget_dashboard: true,
      components_on: ['budget_dashboard', 'success_metrics', 'websocket_backfill'],
      components_off: [],
      components_running: ['budget_dashboard', 'success_metrics', 'websocket_backfill'],
      monitoring: ['advanced-monitoring'],
      phase4_files: 3,
      phase4_rows: 57,
      other_rows: 5,
      healthy: true,
      ill: [],
      orders: { open: 2, sent: 2, unacknowledged: 0 },
    });
  });

  test('has an unknown health before its first tick', () =>
    expect(tradingStatus(host)).toMatchObject({ healthy: null, ill: [] }));

  test('prints the same lines for the same ticks, in any folder and at any time', async () => {
    const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'same-')));
    const lines = await Promise.all(
      folders.map(async (folder) => {
        cpSync(host.root, join(folder, 'host-1'), { recursive: true });
        const one = startTradingSystem(join(folder, 'host-1'));
        const printed = [await one.line(), await one.line(corruption), await one.line()];
        one.stop();
        return printed;
      }),
    );
    expect(lines[0]).toEqual(lines[1]);
    expect(lines[0]?.[0]).toMatch(/^\{"host": "host-1", "metrics": \{"1": \{"Accuracy": 94, /);
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  test('continues after a restart where it stopped', async () => {
    await system.tick();
    const other = startTradingSystem(host.root);
    const printed = [
      await other.send('{"now": "2026-01-05T09:00:10Z"}'),
      await other.send('{"now": "2026-01-05T09:00:20Z"}'),
    ];
    expect(printed[0]).toContain('now must be later than 2026-01-05T09:00:10Z');
    expect(JSON.parse(printed[1] ?? '').metrics[1]).toEqual(healthy);
    other.stop();
  });

  test.each([
    ['that is not JSON', 'tick', 'JSONDecodeError'],
    ['with an earlier time', '{"now": "2026-01-05T08:00:00Z"}', 'now must be later than 2026-01-05T08:59:30Z'],
    ['with a fault of an unknown phase', '{"now": "2026-01-05T09:00:10Z", "fault": {"phase": 5}}', 'found 5'],
    [
      'with an unknown trigger',
      '{"now": "2026-01-05T09:00:10Z", "fault": {"phase": 1, "trigger": "rain"}}',
      'trigger must be one of system_failure, data_corruption,',
    ],
  ])('prints an error for a line %s, and continues', async (_, line, error) => {
    expect(JSON.parse(await system.send(line)).error).toContain(error);
    expect(await system.tick()).toEqual(healthy);
  });

  test('fails if its client does not load', async () => {
    host.write('opt/trading/tasks/options_trading_system/data_ingestion/databento_api/solution.py', 'SCHEMA = ');
    expect(await system.tick()).toMatchObject({ SystemFailures: 1, EventsPerMinute: 0 });
  });

  test('uses the normal flag, unless an override replaces it', async () => {
    setSource(host, 'local', 'barchart');
    expect(tradingStatus(host)).toMatchObject({ data_source: 'barchart' });
    stop();
    expect(await system.tick()).toMatchObject({ EventsPerMinute: 12 });
    setSource(host, 'local-safety', 'databento');
    expect(tradingStatus(host)).toMatchObject({ data_source: 'databento' });
    expect(await system.tick()).toMatchObject({ EventsPerMinute: 0 });
  });
});

describe('a fault', () => {
  test.each([
    ['system_failure', { SystemFailures: 3, EventsPerMinute: 0 }],
    ['data_corruption', { DataIntegrityErrors: 8 + 2 + 1 }], // rows of 40 seconds, cached prices, the installed client
    ['performance_degradation', { LatencyMs: 620, Accuracy: 45, PerformanceDegradationPercent: 417 }],
    ['security_issue', { SecurityIncidents: 2 }],
    ['cost_explosion', { CostPercentOfBudget: 260 }],
    ['cascade_failure', { DownstreamErrors: 40 }],
  ])('%s changes its own metrics and no others', async (trigger, metrics) => {
    expect(await system.tick({ phase: 1, trigger })).toEqual({ ...healthy, ...metrics });
  });

  test('of 20 percent degradation raises the latency by 20 percent', async () => {
    const fault = { phase: 1, trigger: 'performance_degradation', degradation: 20 };
    expect(await system.tick(fault)).toEqual({
      ...healthy,
      LatencyMs: expect.closeTo(144, -0.7),
      PerformanceDegradationPercent: 20,
    });
  });

  test('leaves nothing behind when it ends, except corrupt data', async () => {
    await system.tick([
      { phase: 1, trigger: 'system_failure' },
      { phase: 1, trigger: 'security_issue' },
    ]);
    expect(await system.tick()).toEqual(healthy);
    await system.tick(corruption);
    expect(await system.tick()).toEqual({ ...healthy, DataIntegrityErrors: 2 });
  });

  test('does not strike the certified client', async () => {
    host.git('checkout', '--quiet', 'pre-phase1-stable');
    const triggers =
      'system_failure data_corruption performance_degradation security_issue cost_explosion cascade_failure';
    expect(await system.tick(triggers.split(' ').map((trigger) => ({ phase: 1, trigger })))).toEqual(healthy);
  });
});

describe('an open stream', () => {
  test('keeps the client that opened it, whatever is checked out', async () => {
    await system.tick();
    host.git('checkout', '--quiet', 'pre-phase1-stable');
    setSource(host, 'local-safety', 'barchart');
    expect(await system.tick(corruption)).toMatchObject({ DataIntegrityErrors: 4 });
  });

  test('writes nothing after it is stopped', async () => {
    await system.tick();
    expect(stop()).toMatchObject({ code: 0, found: { state: 'stopped', trading: 'halted' } });
    rmSync(join(host.tree, 'outputs/databento_cache'), { recursive: true });
    expect(await system.tick(corruption)).toMatchObject({
      EventsPerMinute: 0,
      TradingHalted: 1,
      DataIntegrityErrors: 1,
    });
    expect(existsSync(join(host.tree, 'outputs/databento_cache'))).toBe(false);
    expect(tradingStatus(host)).toMatchObject({ corrupt_rows: 0 });
  });
});
