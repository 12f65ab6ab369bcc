import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Host, tradingImage } from '../../infra/host-scripts/host.ts';
import { procedures, rollBackByHand } from './by-hand.ts';
import {
  customerScript,
  type Fault,
  healthCheck,
  type Metrics,
  type Phase,
  startTradingSystem,
  tradingStatus,
} from './trading-system.ts';

let image: ReturnType<typeof tradingImage>;

beforeAll(() => {
  image = tradingImage();
});
afterAll(() => image.remove());

type System = ReturnType<typeof startTradingSystem>;

/** Runs `work` with a new host and its system, and removes both afterwards. */
async function onHost<T>(work: (host: Host, system: System) => Promise<T>): Promise<T> {
  const host = image.host();
  const system = startTradingSystem(host.root);
  try {
    return await work(host, system);
  } finally {
    system.stop();
    host.remove();
  }
}

const phases = [2, 3, 4] as const;
const triggers = [
  'system_failure',
  'data_corruption',
  'performance_degradation',
  'security_issue',
  'cost_explosion',
  'cascade_failure',
];
const corruption = (phase: Phase): Fault => ({ phase, trigger: 'data_corruption' });

/** Makes three ticks with the faults, rolls `phase` back by hand while they continue, and makes one more tick. */
const rolledBack = (
  phase: Phase,
  faults: readonly Fault[],
  choice: { readonly without?: string; readonly ticking?: boolean } = {},
) =>
  onHost(async (host, system) => {
    await system.metrics();
    for (let tick = 0; tick < 3; tick += 1) await system.metrics(faults);
    await rollBackByHand(host, system, phase, { faults, ...choice });
    const metrics = await system.metrics(faults);
    const { found: quick } = healthCheck(host, '--quick');
    const verified = customerScript(host, 'scripts/verify_rollback.py', '--phase', String(phase));
    return { metrics, quick, status: tradingStatus(host), verified: verified.code === 0 };
  });

const counted = ['SystemFailures', 'DataIntegrityErrors', 'SecurityIncidents', 'DownstreamErrors'];
const isIll = (metrics: Metrics) =>
  counted.some((name) => metrics[name] !== 0) ||
  (metrics['LatencyMs'] ?? 0) > 132 ||
  metrics['Accuracy'] !== 94 ||
  metrics['CostPercentOfBudget'] !== 82;

describe.concurrent('a fault of', { timeout: 300_000 }, () => {
  const all = phases.flatMap((phase) => triggers.map((trigger) => [phase, trigger] as const));
  test.each(all)('phase %i, %s, is healed by its rollback while the fault continues', (phase, trigger) =>
    onHost(async (host, system) => {
      const [fault, before] = [{ phase, trigger }, await system.metrics()];
      const struck = await system.metrics(fault);
      expect(isIll(struck[phase])).toBe(true);
      for (const other of ([1, 2, 3, 4] as const).filter((one) => one !== phase))
        expect({ ...struck[other], LatencyMs: 0 }).toEqual({ ...before[other], LatencyMs: 0 });
      await rollBackByHand(host, system, phase, { faults: [fault] });
      await system.metrics(fault);
      expect(tradingStatus(host)).toMatchObject({ healthy: true, ill: [] });
      expect(healthCheck(host, '--comprehensive').found).toMatchObject({ verdict: 'HEALTHY', failed: [] });
    }),
  );

  const others = phases.flatMap((phase) =>
    phases.filter((other) => other !== phase).map((other) => [phase, other] as const),
  );
  test.each(others)('phase %i is not healed by the rollback of phase %i', async (phase, other) => {
    const faults = triggers.map((trigger) => ({ phase, trigger }));
    const { metrics, status } = await rolledBack(other, faults);
    expect(metrics[phase]).toMatchObject({ SystemFailures: 3, SecurityIncidents: 2, CostPercentOfBudget: 260 });
    expect(metrics[phase]['DataIntegrityErrors']).toBeGreaterThan(0);
    expect(isIll(metrics[other])).toBe(false);
    expect(status['healthy']).toBe(false);
  });

  test('phases 2 to 4 at the same time is healed by the rollback of phase 1, which restores the whole tree', async () => {
    const faults = phases.flatMap((phase) => triggers.map((trigger) => ({ phase, trigger })));
    const { metrics, status, verified, quick } = await rolledBack(1, faults);
    for (const phase of phases) expect(isIll(metrics[phase])).toBe(false);
    expect(status).toMatchObject({
      healthy: true,
      ill: [],
      version: 'pre-phase1-stable',
      algorithm_version: 'v1.0',
      testing_mode: 'production',
      ab_testing: false,
      components_running: [],
      flow_v3: 'none',
    });
    expect([quick.verdict, verified]).toEqual(['HEALTHY', true]);
  });
});

describe.concurrent('corrupt data', { timeout: 300_000 }, () => {
  const rows = phases.flatMap((phase) => [true, false].map((ticking) => [phase, ticking] as const));
  test.each(rows)('of phase %i is healed by all its actions, with ticks between them: %s', async (phase, ticking) => {
    const { metrics, status, quick, verified } = await rolledBack(phase, [corruption(phase)], { ticking });
    expect(metrics[phase]).toMatchObject({ DataIntegrityErrors: 0, Accuracy: 94 });
    expect(status).toMatchObject({ healthy: true, ill: [], ...left[phase] });
    expect([quick.verdict, quick.failed, verified]).toEqual(['HEALTHY', [], true]);
  });

  test.each(phases)('of phase %i does not go away by itself', (phase) =>
    onHost(async (_, system) => {
      await system.metrics(corruption(phase));
      await system.metrics();
      expect((await system.metrics())[phase]['DataIntegrityErrors']).toBeGreaterThan(0);
    }),
  );
});

/** The status after each rollback. */
const left: Readonly<Record<number, object>> = {
  2: {
    version: 'v1.4.0-dirty',
    algorithm_version: 'v1.0',
    flow_v3: 'phase2-rollback',
    signals: { 'v1.0': expect.any(Number) },
    baselines: 'v1.0',
  },
  3: {
    testing_mode: 'production',
    algorithm_version: 'v1.0',
    ab_testing: false,
    integration: 'pre-phase3',
    configuration: 'backup',
  },
  4: {
    components_on: [],
    components_running: [],
    monitoring: ['basic-monitoring'],
    phase4_files: 0,
    phase4_rows: 0,
    other_rows: 5,
  },
};

describe.concurrent('the rollback of phase', { timeout: 300_000 }, () => {
  type Shows = (metrics: Metrics) => boolean;
  const corrupt: Shows = ({ DataIntegrityErrors = 0 }) => DataIntegrityErrors > 1;
  const wouldCorrupt: Shows = ({ DataIntegrityErrors }) => DataIntegrityErrors === 1;
  test.each<[Phase, string, Shows, string, string]>([
    [2, 'disable-v3-0-algorithm', corrupt, 'analysis_engine', 'the algorithm is not installed'],
    [2, 'clear-signal-cache', corrupt, 'analysis_engine', 'phase 2: LeftoverSignals'],
    [2, 'restore-algorithm', wouldCorrupt, 'errors', 'phase 2: DataIntegrityErrors'],
    [2, 'rebuild-baselines', ({ Accuracy }) => Accuracy === 71, 'analysis_engine', 'phase 2: Accuracy'],
    [3, 'disable-a-b-testing', wouldCorrupt, 'integration', 'A/B testing'],
    [3, 'reset-configuration', wouldCorrupt, 'integration', 'two opinions on testing_mode'],
    [3, 'restore-integration-layer', wouldCorrupt, 'errors', 'phase 3: DataIntegrityErrors'],
    [3, 'validate-pipeline', ({ PipelineHeld }) => PipelineHeld === 1, 'integration', 'phase 3: PipelineHeld'],
    [4, 'execute-emergency-rollback', corrupt, 'new_features', 'components'],
    [4, 'disable-new-features', ({ FeaturesHeldBack }) => FeaturesHeldBack === 3, 'new_features', 'components'],
    [4, 'restore-monitoring', ({ Unwatched }) => Unwatched === 1, 'new_features', 'phase 4: Unwatched'],
    [4, 'clear-state', corrupt, 'errors', 'phase 4: DataIntegrityErrors'],
  ])(
    '%i without %s leaves the system unhealthy, in its metrics, its health check and its status',
    async (phase, without, shows, check, ill) => {
      const { metrics, status, quick, verified } = await rolledBack(phase, [corruption(phase)], {
        without,
        ticking: true,
      });
      expect(metrics[phase]).toSatisfy(shows);
      expect(quick).toMatchObject({ verdict: 'UNHEALTHY', failed: expect.arrayContaining([check]) });
      expect(status).toMatchObject({ healthy: false, ill: expect.arrayContaining([ill]) });
      expect(verified).toBe(false);
    },
  );

  test.each(phases)('%i has four actions', (phase) => expect(Object.keys(procedures[phase])).toHaveLength(4));
});
