import type { HostState } from '../data/host-state.ts';
import { MOST_VALUE } from '../data/host-state.ts';
import { pythonJson } from '../data/python.ts';
import * as controls from './controls.ts';
import { checked, lastTick, outOfDate, sentence } from './health.ts';
import * as features from './new-features.ts';
import * as signals from './signals.ts';
import { isShare } from './traffic.ts';

/** The end of a script of the customer's: its exit code, the object that it printed, and its last line of errors. */
export type CustomerEnd = {
  readonly code: number;
  readonly found: Readonly<Record<string, unknown>> | null;
  readonly lastLine: string;
};

const NOTHING = 'nothing on stderr';
const ended = (found: CustomerEnd['found'], code = 0, lastLine = NOTHING): CustomerEnd => ({ code, found, lastLine });

/** The customer's scripts in the host image's `history`, by path. */
export const customerScripts: Readonly<Record<string, (host: HostState, words: readonly string[]) => CustomerEnd>> = {
  'scripts/emergency_stop.py': (host) => emergencyStop(host),
  'scripts/halt_trading.py': (host) => haltTrading(host),
  'scripts/order_state.py': (host) => orderState(host),
  'scripts/start_orders.py': (host) => startOrders(host),
  'scripts/health_check.py': (host, words) => healthCheck(host, words.includes('--comprehensive')),
  'scripts/resume_trading.py': (host) => resumeTrading(host),
  'scripts/verify_rollback.py': (host, words) => verifyRollback(host, Number(words[1])),
  'scripts/rebuild_baselines.py': (host) => rebuildBaselines(host),
  'tests/test_integration.py': (host) => testIntegration(host),
  'scripts/disable_component.py': (host, words) => disableComponent(host, words[1] ?? ''),
};

export function emergencyStop(host: HostState): CustomerEnd {
  const { stops } = controls.ingestion(host);
  host.run.set('ingestion.json', { databento: 'stopped', stops: stops + 1 });
  host.run.set('trading.json', { trading: 'halted' });
  return ended({ service: 'databento', state: 'stopped', trading: 'halted' });
}

function haltTrading(host: HostState): CustomerEnd {
  host.run.set('trading.json', { trading: 'halted' });
  const orders = controls.orders(host);
  const left = Object.entries(orders.open).filter(([, state]) => state !== 'acknowledged');
  host.run.set('orders.json', { ...orders, open: Object.fromEntries(left) });
  const cancelled = Object.keys(orders.open).length - left.length;
  return ended({ trading: 'halted', cancelled, unacknowledged_orders: left.length });
}

function orderState(host: HostState): CustomerEnd {
  const { open, position_breaks, sequence_gaps } = controls.orders(host);
  const states = Object.values(open);
  return ended({
    open_orders: states.length,
    unacknowledged_orders: states.filter((state) => state === 'sent').length,
    position_breaks,
    sequence_gaps,
  });
}

function startOrders(host: HostState): CustomerEnd {
  const sent = Object.entries(controls.orders(host).open).flatMap(([number, state]) =>
    state === 'sent' ? [number] : [],
  );
  if (sent.length > 0)
    return ended(
      null,
      1,
      `Trading does not resume: the broker has not acknowledged order ${sent.toSorted().join(', ')}`,
    );
  host.run.set('trading.json', { trading: 'running' });
  return ended({ trading: 'running' });
}

function healthCheck(host: HostState, comprehensive: boolean): CustomerEnd {
  const report = checked(host, comprehensive);
  if (comprehensive) host.run.set('health.json', report);
  const code = { HEALTHY: 0, UNHEALTHY: 1, INCONCLUSIVE: 2 }[report.verdict];
  return ended(report, code, report.healthy ? '✅ System healthy' : `❌ Health check: ${sentence(report)}`);
}

function resumeTrading(host: HostState): CustomerEnd {
  const problem = whyNotResume(host);
  if (problem) return ended(null, 1, `Trading does not resume: ${problem}`);
  host.run.set('pipeline.json', { validated: controls.seen(host).integration });
  host.run.set('trading.json', { trading: 'running' });
  return ended({ trading: 'running' });
}

function whyNotResume(host: HostState): string | null {
  const report = host.run.get('health.json') as ReturnType<typeof checked> | undefined;
  if (!report) return 'there is no health report; run scripts/health_check.py --comprehensive first';
  const changed = controls.changedSince(controls.seen(host), report.seen);
  if (changed.length > 0)
    return `the health report is older than a change of ${changed.join(', ')}; run the health check again`;
  if (!report.healthy) return `the health report is ${report.verdict}`;
  const now = checked(host, true);
  return now.healthy ? null : `since the health report, ${sentence(now)}`;
}

function verifyRollback(host: HostState, phase: number): CustomerEnd {
  const health = checked(host, false);
  const facts = factsOf(host)[phase]?.() ?? {};
  const found = { ...facts, source: controls.source(host)[0], health: health.verdict, failed: health.failed };
  return ended(found, Object.values(facts).every(Boolean) && health.healthy ? 0 : 1);
}

const factsOf = (host: HostState): Record<number, () => Record<string, boolean>> => {
  const state = lastTick(host);
  const settings = (name: 'algorithm_version' | 'testing_mode') => {
    const flag = controls.flagsOf(host).get(name)?.[0];
    return new Set([controls.profileIn(host)[name], ...(flag ? [flag] : [])]);
  };
  const isOnly = (found: ReadonlySet<unknown>, value: string) => found.size === 1 && found.has(value);
  const basic = () => isOnly(settings('algorithm_version'), 'v1.0');
  return {
    1: () => ({
      certified_client:
        host.files.read(controls.CLIENT) === host.files.read(controls.CLIENT.replace('solution', 'solution_backup')),
      backup_source: controls.source(host)[0] === 'barchart',
    }),
    2: () => ({
      basic_algorithm: basic(),
      new_algorithm_gone: JSON.stringify(state?.analysis.installed) === '["v1.0"]',
      no_signals_of_it: onlyBasicSignals(host),
      baselines_rebuilt: signals.baselines(host) === 'v1.0',
    }),
    3: () => ({
      testing_off: isOnly(settings('testing_mode'), 'production') && state?.traffic.testing === false,
      basic_algorithm: basic(),
      configuration_reset:
        pythonJson(controls.profileIn(host)) ===
        pythonJson(controls.profileIn(host, 'config/backup/pipeline_config.json')),
      pipeline_validated: controls.validated(host) === controls.seen(host).integration,
    }),
    4: () => {
      const components = controls.componentsOf(host, controls.flagsOf(host));
      return {
        components_off: components.every(([, [on, flag]]) => !on && flag === false),
        nothing_runs: state?.new_features.running.length === 0,
        basic_monitoring: pythonJson(features.monitoring(host)) === pythonJson([features.BASIC]),
        state_cleared: features.stateFiles(host).length === 0 && features.metricRows(host) === 0,
      };
    },
  };
};

/** A corrupt signal may name v1.0 too; only the text of a signal that is none names no algorithm. */
function onlyBasicSignals(host: HostState): boolean {
  const texts = host.files.paths(signals.CACHE).flatMap((path) => signals.linesOf(host.files.read(path) ?? ''));
  return [...texts, ...signals.keyedSignals(host)].every((text) => /"algorithm": "v1\.0"/.test(text));
}

const QUICK_EVENTS = 200;

function rebuildBaselines(host: HostState): CustomerEnd {
  const symbols = [...new Set(host.events.map(({ symbol }) => symbol))].toSorted();
  if (symbols.length === 0) return ended(null, 1, 'There are no events to build baselines from');
  const usual = symbols.map((one) => {
    const newest = host.events
      .filter(({ symbol, price }) => symbol === one && price <= MOST_VALUE)
      .slice(-QUICK_EVENTS);
    const sizes = newest.map(({ size }) => size).toSorted((a, b) => a - b);
    return [one, sizes[Math.floor(sizes.length / 2)] ?? null];
  });
  const algorithm = controls.effective('algorithm_version', controls.flagsOf(host), controls.profileIn(host));
  const baselines = { algorithm, sizes: Object.fromEntries(usual) };
  host.files.write(signals.BASELINES, `${pythonJson(baselines)}\n`);
  return ended(baselines);
}

function testIntegration(host: HostState): CustomerEnd {
  const state = lastTick(host);
  const old = outOfDate(host);
  if (old || !state) return ended(null, 2, `Inconclusive: ${old}`);
  const share = controls.profileIn(host).ab_share ?? 0;
  const { testing_mode: mode, in_use } = state.seen;
  const others = state.analysis.made_by.filter((algorithm) => algorithm !== in_use);
  const failures = [
    ...controls.disagreements(host).filter((one) => !one.endsWith('configuration')),
    ...(isShare(share) ? [] : [`ab_share is ${share}, not a percentage`]),
    ...(state.traffic.testing || mode !== 'production' ? [`A/B testing is on (testing_mode ${mode})`] : []),
    ...(others.length > 0 ? [`signals are by ${others.join(', ')}, not ${in_use}`] : []),
  ];
  if (failures.length === 0) host.run.set('pipeline.json', { validated: controls.seen(host).integration });
  const found = { tests: 5, failures, traffic: state.traffic };
  const last = failures.at(-1);
  return last === undefined ? ended(found) : ended(found, 1, `❌ ${last}`);
}

function disableComponent(host: HostState, name: string): CustomerEnd {
  const components = JSON.parse(host.files.read(controls.COMPONENTS) ?? '{}') as Record<string, { enabled: boolean }>;
  if (components[name]) components[name].enabled = false;
  host.files.write(controls.COMPONENTS, `${JSON.stringify(components, null, 2)}\n`);
  const [flag, layer] = controls.flagsOf(host).get(name) ?? [null, null];
  return ended({ component: name, enabled: false, flag, layer });
}

/** Calls EmergencyRollback().execute_immediate() of strategies/emergency_rollback_system.py. */
export function executeImmediate(host: HostState): Readonly<Record<string, unknown>> {
  const emergencies = controls.emergency(host).emergencies + 1;
  host.run.set('emergency.json', { emergencies, held: true });
  return { emergencies, state: 'stopped' };
}
