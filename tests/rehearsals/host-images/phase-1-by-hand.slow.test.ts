import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Host, tradingImage } from '../../infra/host-scripts/host.ts';
import { act, actions, corruption, rollBack } from './phase-1-by-hand.ts';
import { customerScript, healthCheck, type Metrics, startTradingSystem, tradingStatus } from './trading-system.ts';

let image: ReturnType<typeof tradingImage>;

beforeAll(() => {
  image = tradingImage();
});
afterAll(() => image.remove());

/** Runs `work` with a new host and its system, and removes both afterwards. */
async function onHost<T>(work: (host: Host, system: ReturnType<typeof startTradingSystem>) => Promise<T>): Promise<T> {
  const host = image.host();
  const system = startTradingSystem(host.root);
  try {
    return await work(host, system);
  } finally {
    system.stop();
    host.remove();
  }
}

const outcomeOf = (choice: { without?: string; ticking?: boolean }) =>
  onHost(async (host, system) => {
    const { verdicts, metrics } = await rollBack(host, system, choice);
    const verified = customerScript(host, 'scripts/verify_rollback.py', '--phase', '1').code === 0;
    return { verdicts, metrics, verified, status: tradingStatus(host), quick: healthCheck(host, '--quick').found };
  });

describe.concurrent('corrupt data', () => {
  test('grows, and does not disappear by itself', () =>
    onHost(async (_, system) => {
      const first = await system.tick(corruption);
      const second = await system.tick(corruption);
      expect(second['DataIntegrityErrors']).toBeGreaterThan(first['DataIntegrityErrors'] ?? 0);
      await system.tick();
      expect((await system.tick())['DataIntegrityErrors']).toBeGreaterThan(0);
    }));

  test.each([true, false])('is healed by all six actions, with ticks between them: %s', async (ticking) => {
    const { verdicts, metrics, status, verified } = await outcomeOf({ ticking });
    expect(Object.values(verdicts).map(({ verdict, reason }) => reason ?? verdict)).toEqual(actions.map(() => 'done'));
    expect(metrics).toMatchObject({ DataIntegrityErrors: 0, EventsPerMinute: 12, TradingHalted: 0 });
    expect(status).toMatchObject({
      version: 'pre-phase1-stable',
      data_source: 'barchart',
      ingestion: 'stopped',
      trading: 'running',
      cache_files: 0,
      corrupt_rows: 0,
      healthy: true,
    });
    expect(verdicts['clear-corrupted-cache']?.report).toMatchObject({ lost: false });
    expect(verified).toBe(true);
  });
});

describe.concurrent('the rollback without one of its actions', () => {
  test.each<[string, (metrics: Metrics) => boolean, string, string]>([
    ['stop-data-ingestion', ({ DataIntegrityErrors = 0 }) => DataIntegrityErrors > 1, 'errors', 'corrupt rows'],
    ['switch-to-backup-data-source', ({ EventsPerMinute }) => EventsPerMinute === 0, 'data_ingestion', 'no events'],
    ['clear-corrupted-cache', ({ DataIntegrityErrors = 0 }) => DataIntegrityErrors > 1, 'errors', 'corrupt rows'],
    [
      'restore-previous-version',
      ({ DataIntegrityErrors }) => DataIntegrityErrors === 1,
      'errors',
      'DataIntegrityErrors',
    ],
  ])(
    '%s leaves the system unhealthy, in its metrics, its health check and its status',
    async (without, shows, check, ill) => {
      const { verdicts, metrics, status, quick } = await outcomeOf({ without });
      expect(metrics).toSatisfy(shows);
      expect(verdicts['verify-system-health']).toMatchObject({
        verdict: 'failed',
        reason: expect.stringMatching(`Unhealthy \\(exit 1\\): ${check} {`),
      });
      expect(quick).toMatchObject({ verdict: 'UNHEALTHY', failed: expect.arrayContaining([check]) });
      expect(status).toMatchObject({ healthy: false, ill: expect.arrayContaining([ill]) });
      expect(verdicts['resume-operations']?.reason).toContain('the health report is UNHEALTHY');
    },
  );

  test('verify-system-health does not resume trading', async () => {
    const { verdicts, metrics, status } = await outcomeOf({ without: 'verify-system-health' });
    expect(verdicts['resume-operations']).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('Trading does not resume: there is no health report'),
    });
    expect(metrics).toMatchObject({ DataIntegrityErrors: 0, TradingHalted: 1 });
    expect(status).toMatchObject({ healthy: false, trading: 'halted' });
  });

  test('resume-operations leaves trading halted', async () => {
    const { metrics, status, quick } = await outcomeOf({ without: 'resume-operations' });
    expect(metrics).toMatchObject({ DataIntegrityErrors: 0, TradingHalted: 1 });
    expect(quick).toMatchObject({ verdict: 'UNHEALTHY', failed: ['trading'] });
    expect(status).toMatchObject({ healthy: false, ill: ['TradingHalted', 'trading halted'] });
  });
});

describe.concurrent('the health report', () => {
  test('of an earlier rollback does not let trading resume', () =>
    onHost(async (host, system) => {
      await rollBack(host, system, {});
      // A later rollback of the same version: everything is as before, except for a new stop.
      expect((await act(host, 'stop-data-ingestion', 'r-2')).verdict).toBe('done');
      expect((await act(host, 'resume-operations', 'r-2')).reason).toContain(
        'Trading does not resume: the health report is older than a change of stops',
      );
    }));

  test('is inconclusive until the system has ticked after the changes of the rollback', () =>
    onHost(async (host, system) => {
      await system.tick(corruption);
      for (const action of actions.slice(0, 4)) await act(host, action);
      expect(await act(host, 'verify-system-health')).toMatchObject({
        verdict: 'failed',
        reason: expect.stringContaining('Inconclusive (exit 2): the system has not ticked since this changed: client,'),
      });
      await system.tick(corruption);
      expect((await act(host, 'verify-system-health')).verdict).toBe('done');
    }));
});
