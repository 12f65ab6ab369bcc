import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Host, python } from '../../infra/host-scripts/host.ts';
import { act, actions } from './phase-1-by-hand.ts';
import { customerScript, type Fault, type Phase, setFlags, type startTradingSystem } from './trading-system.ts';

type System = ReturnType<typeof startTradingSystem>;
type Actions = Readonly<Record<string, (host: Host) => unknown>>;

export const components = ['success_metrics', 'websocket_backfill', 'budget_dashboard'];

/** The procedure of each phase, action by action, as a person does it on a host without the product. */
export const procedures: Readonly<Record<Phase, Actions>> = {
  1: Object.fromEntries(actions.map((action) => [action, (host: Host) => act(host, action)])),
  2: {
    'disable-v3-0-algorithm': (host) => {
      setFlags(host, { algorithm_version: 'v1.0' });
      updateProfile(host, "algorithm_version='v1.0'");
    },
    'clear-signal-cache': (host) => {
      const keys = 'import signals\nwith signals.Redis() as redis: redis.send("DEL", *redis.keys("signal:*"))';
      pythonInTree(host, `import sys; sys.path.insert(0, "scripts")\n${keys}`);
      empty(host, 'outputs/signal_cache');
    },
    'restore-algorithm': (host) =>
      host.git('-C', flows, 'checkout', '--quiet', 'tags/phase2-rollback', 'institutional_flow_v3/'),
    'rebuild-baselines': (host) => script(host, 'scripts/rebuild_baselines.py', '--quick'),
  },
  3: {
    'disable-a-b-testing': (host) => setFlags(host, { testing_mode: 'production', algorithm_version: 'v1.0' }),
    'reset-configuration': (host) =>
      host.write(
        'opt/trading/config/pipeline_config.json',
        host.read('opt/trading/config/backup/pipeline_config.json'),
      ),
    'restore-integration-layer': (host) =>
      host.git('checkout', '--quiet', 'tags/pre-phase3', 'integration.py', 'config_manager.py'),
    'validate-pipeline': (host) => customerScript(host, 'tests/test_integration.py', '--production-safe'),
  },
  4: {
    'execute-emergency-rollback': (host) => {
      const from = 'from strategies.emergency_rollback_system import EmergencyRollback';
      pythonInTree(host, `${from}\nEmergencyRollback().execute_immediate()`);
    },
    'disable-new-features': (host) => {
      setFlags(host, Object.fromEntries(components.map((name) => [name, false])));
      for (const name of components) script(host, 'scripts/disable_component.py', '--name', name);
    },
    'restore-monitoring': (host) => {
      systemctl(host, 'stop', 'advanced-monitoring');
      systemctl(host, 'start', 'basic-monitoring');
    },
    'clear-state': (host) => {
      empty(host, 'outputs/phase4_state');
      const database = new DatabaseSync(join(host.tree, 'outputs/metrics.db'));
      database.exec(host.read('opt/trading/scripts/reset_metrics.sql'));
      database.close();
    },
  },
};

/**
 * Rolls a phase back by hand while the fault continues: with all actions, or with one of them left out. The
 * system's metrics are written before each action that checks them; with `ticking`, before every action.
 */
export async function rollBackByHand(
  host: Host,
  system: System,
  phase: Phase,
  { faults, without, ticking = false }: { faults: readonly Fault[]; without?: string; ticking?: boolean },
): Promise<void> {
  for (const [action, byHand] of Object.entries(procedures[phase])) {
    const checks = ['verify-system-health', 'validate-pipeline'].includes(action);
    if (checks || ticking) await system.metrics(faults);
    if (action !== without) await byHand(host);
  }
}

const flows = 'tasks/options_trading_system/analysis_engine';

const updateProfile = (host: Host, values: string) =>
  pythonInTree(
    host,
    `from config_manager import ConfigManager\nConfigManager().update_profile('production', ${values})`,
  );

const pythonInTree = (host: Host, code: string) => execFileSync(python, ['-B', '-c', code], { cwd: host.tree });

function script(host: Host, ...words: readonly string[]): void {
  const { code, stderr } = customerScript(host, ...words);
  if (code !== 0) throw new Error(`${words.join(' ')} exited with ${code}: ${stderr}`);
}

/** `rm -rf folder/*` */
function empty(host: Host, folder: string): void {
  for (const name of readdirSync(join(host.tree, folder))) rmSync(join(host.tree, folder, name), { recursive: true });
}

export const systemctl = (host: Host, ...words: readonly string[]) =>
  execFileSync(join(host.root, 'bin/systemctl'), words, { encoding: 'utf8' });
