import type { Environment, Host, Verdict } from '../../infra/host-scripts/host.ts';
import { setSource, type startTradingSystem } from './trading-system.ts';

export const corruption = { phase: 1, trigger: 'data_corruption' };
const client = 'tasks/options_trading_system/data_ingestion/databento_api';

const scripts: Readonly<Record<string, Environment>> = {
  'stop-data-ingestion': {
    SSM_Script: 'scripts/emergency_stop.py',
    SSM_Service: 'databento',
    SSM_StateFile: 'outputs/run/ingestion.json',
  },
  'switch-to-backup-data-source': {
    SSM_Flags: 'data_source=barchart',
    SSM_FlagFolder: 'var/lib/appconfig',
  },
  'clear-corrupted-cache': {
    SSM_CacheFolder: 'outputs/databento_cache',
    SSM_Database: 'outputs/market_data.db',
    SSM_Table: 'mbo_events',
    SSM_TimeColumn: 'timestamp',
    SSM_WindowStart: '2026-01-05T08:50:00Z',
  },
  'restore-previous-version': {
    SSM_Target: 'pre-phase1-stable',
    SSM_Paths: '.',
    SSM_Copies: `${client}/solution_backup.py>${client}/solution.py`,
  },
  'verify-system-health': { SSM_Script: 'scripts/health_check.py' },
  'resume-operations': { SSM_Script: 'scripts/resume_trading.py', SSM_StateFile: 'outputs/run/trading.json' },
};

/** The six actions of Phase 1, in the procedure's order. */
export const actions = Object.keys(scripts);

/** Runs one action as the product does it on a host. */
export function act(host: Host, action: string, rollback = 'r-1'): Promise<Verdict> {
  const flip = action === 'switch-to-backup-data-source';
  if (flip) setSource(host, 'local-safety', 'barchart');
  const script = flip ? 'flag-effective.py' : `${action}.py`;
  return host.verdict(script, { ...scripts[action], SSM_Step: action, SSM_RollbackId: rollback });
}

/**
 * Corrupts data, rolls back with all actions or without one, and makes a tick.
 *
 * `ticking` adds a tick before each action. Otherwise the only tick is before the health check, which is inconclusive
 * without it.
 */
export async function rollBack(
  host: Host,
  system: ReturnType<typeof startTradingSystem>,
  { without, ticking }: { without?: string; ticking?: boolean },
) {
  const verdicts: Record<string, Verdict> = {};
  await system.tick();
  for (let tick = 0; tick < 3; tick += 1) await system.tick(corruption);
  for (const action of actions) {
    if (action === 'verify-system-health' || ticking) await system.tick(corruption);
    if (action !== without) verdicts[action] = await act(host, action);
  }
  return { verdicts, metrics: await system.tick(corruption) };
}
