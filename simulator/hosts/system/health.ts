import type { HostState } from '../data/host-state.ts';
import { pythonJson, Real } from '../data/python.ts';
import { seconds } from '../data/times.ts';
import { installedOn } from './analysis.ts';
import * as controls from './controls.ts';
import { newestEvent } from './ingestion.ts';
import * as features from './new-features.ts';
import * as signals from './signals.ts';
import type { TickState } from './trading-system.ts';

// The customer's health check: scripts/health_check.py and scripts/health_checks.py of the host image.

type Check = { readonly ok: boolean | null; readonly [name: string]: unknown };
export type Health = {
  readonly verdict: 'HEALTHY' | 'UNHEALTHY' | 'INCONCLUSIVE';
  readonly healthy: boolean;
  readonly mode: 'comprehensive' | 'quick';
  readonly failed: readonly string[];
  readonly inconclusive: string | null;
  readonly checks: Readonly<Record<string, Check>>;
  readonly trading: string;
  readonly seen: controls.Seen;
  readonly now: string | null;
};

/** The degradation of a fault that names none. */
const WHOLLY_DEGRADED = 417;
const MOST_LATENCY_MS = 132;
const LEAST_ACCURACY = 84.6;
const LEAST_EVENTS_PER_MINUTE = 6;
const MOST_AGE_SECONDS = 30;
const MOST_COST_PERCENT = 200;
const LEAST_THROUGHPUT_PERCENT = 90;

export const lastTick = (host: HostState): TickState | null => (host.run.get('state.json') ?? null) as TickState | null;

/** Runs the checks and returns the report. */
export function checked(host: HostState, comprehensive: boolean): Health {
  const state = lastTick(host);
  const old = outOfDate(host);
  const checks = old || !state ? {} : checksOf(host, state, comprehensive);
  const failed = Object.entries(checks).filter(([, { ok }]) => ok === false);
  const missing =
    old ?? (Object.values(checks).find(({ ok }) => ok === null)?.['missing'] as string | undefined) ?? null;
  const verdict = failed.length > 0 ? 'UNHEALTHY' : missing ? 'INCONCLUSIVE' : 'HEALTHY';
  return {
    verdict,
    healthy: verdict === 'HEALTHY',
    mode: comprehensive ? 'comprehensive' : 'quick',
    failed: failed.map(([name]) => name),
    inconclusive: missing,
    checks,
    trading: controls.trading(host),
    seen: controls.seen(host),
    now: state?.now ?? null,
  };
}

/** Returns why the last tick is out of date, or null. */
export function outOfDate(host: HostState): string | null {
  const state = lastTick(host);
  if (!state) return 'the system has not ticked yet';
  const changed = controls.changedSince(controls.seen(host), state.seen);
  return changed.length > 0 ? `the system has not ticked since this changed: ${changed.join(', ')}` : null;
}

/** Returns a sentence like `errors (corrupt_rows 12)`. */
export function sentence({ failed, inconclusive, checks }: Health): string {
  if (failed.length === 0) return `inconclusive, ${inconclusive}`;
  return failed.map((name) => `${name} (${numbersOf(checks[name])})`).join(', ');
}

const numbersOf = (check: Check | undefined): string =>
  Object.entries(check ?? {})
    .filter(([key, value]) => key !== 'ok' && value !== 0 && value !== null)
    .map(([key, value]) => `${key} ${pythonText(value)}`)
    .join(', ');

/** Returns a value as Python's `%s` shows it. */
const pythonText = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map((one) => `'${one}'`).join(', ')}]`
    : value instanceof Real
      ? pythonJson(value)
      : String(value);

function checksOf(host: HostState, state: TickState, comprehensive: boolean): Record<string, Check> {
  const checks = {
    data_ingestion: dataFlow(host, state),
    analysis_engine: analysis(host, state, comprehensive),
    performance: performance(state),
    errors: errors(host, state),
    integration: integration(host, state),
    new_features: newFeatures(host, state),
  };
  const trading = controls.trading(host);
  return comprehensive ? checks : { ...checks, trading: { ok: trading === 'running', trading } };
}

const missing = (what: string): Check => ({ ok: null, missing: what });

/** Checks the age of the newest event, and the rate of events between the last two ticks. */
function dataFlow(host: HostState, state: TickState): Check {
  const [now, before] = [seconds(state.now), seconds(state.since)];
  const newest = newestEvent(host);
  const age = newest === null ? null : now - seconds(newest);
  const between = host.events.filter(
    ({ timestamp }) => seconds(timestamp) > before && seconds(timestamp) <= now,
  ).length;
  const rate = Math.round((between * 60) / (now - before));
  return {
    ok: age !== null && age <= MOST_AGE_SECONDS && rate >= LEAST_EVENTS_PER_MINUTE,
    source: controls.source(host)[0],
    newest_age_seconds: age,
    events_per_minute: rate,
    usual_events_per_minute: 12,
    least_events_per_minute: LEAST_EVENTS_PER_MINUTE,
    most_newest_age_seconds: MOST_AGE_SECONDS,
  };
}

/** Checks that signals follow the events, with the right algorithm and baselines, and that no others are left. */
function analysis(host: HostState, state: TickState, comprehensive: boolean): Check {
  const accuracy = lowest(state, 'Accuracy');
  const { newest, installed, made_by } = state.analysis;
  if (newest === null) return missing('there has been no signal yet');
  const behind = seconds(state.newest_event ?? '') - seconds(newest);
  const stores = signals.storesSignals(host);
  if (stores && signals.baselines(host) === null) return missing(`there are no baselines in ${signals.BASELINES}`);
  const left = stores ? signals.leftOver(signals.cached(host), installed) : 0;
  const problem = wrongAlgorithm(host, state, stores) ?? (comprehensive ? newestEventsFail(host) : null);
  return {
    ok: accuracy >= LEAST_ACCURACY && behind <= MOST_AGE_SECONDS && left === 0 && problem === null,
    accuracy,
    least_accuracy: LEAST_ACCURACY,
    in_use: state.seen.in_use,
    made_by,
    baselines: stores ? signals.baselines(host) : null,
    behind_events_seconds: behind,
    most_behind_events_seconds: MOST_AGE_SECONDS,
    left_over_signals: left,
    problem,
  };
}

/** Returns why the signals are not from the requested algorithm, or null. */
function wrongAlgorithm(host: HostState, state: TickState, stores: boolean): string | null {
  const requested = state.seen.in_use;
  const { installed, made_by } = state.analysis;
  const disagreement = controls.disagreements(host).find((one) => one.startsWith('algorithm_version'));
  if (disagreement) return disagreement;
  if (!installed.includes(requested)) return `${requested} is requested but not installed`;
  const expected = state.traffic.testing ? [requested, 'v1.0'] : [requested];
  const others = made_by.filter((algorithm) => !expected.includes(algorithm));
  if (others.length > 0) return `signals are by ${others.join(', ')}, not ${requested}`;
  const baselines = signals.baselines(host);
  if (stores && !installed.includes(baselines ?? ''))
    return `the baselines are for ${baselines}, which is not installed`;
  return null;
}

/** Runs the algorithm in use on the newest events. Returns its error, or null. */
function newestEventsFail(host: HostState): string | null {
  const version = controls.effective('algorithm_version', controls.flagsOf(host), controls.profileIn(host));
  try {
    installedOn(host).get(version)?.strengths(host.events.slice(-50));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function performance(state: TickState): Check {
  const [latency, accuracy] = [highest(state, 'LatencyMs'), lowest(state, 'Accuracy')];
  const cost = highest(state, 'CostPercentOfBudget');
  const { throughput_percent: throughput } = state.analysis;
  const ok = latency <= MOST_LATENCY_MS && accuracy >= LEAST_ACCURACY && cost <= MOST_COST_PERCENT;
  return {
    ok: ok && (throughput === null || throughput >= LEAST_THROUGHPUT_PERCENT),
    latency_ms: asPython(state, latency),
    usual_latency_ms: 120,
    most_latency_ms: MOST_LATENCY_MS,
    accuracy,
    usual_accuracy: 94,
    least_accuracy: LEAST_ACCURACY,
    throughput_percent: throughput,
    least_throughput_percent: LEAST_THROUGHPUT_PERCENT,
    cost_percent: cost,
    most_cost_percent: MOST_COST_PERCENT,
  };
}

/** A degradation in percent makes the latency a float (lib/trading_system/phases.py, slower). */
const asPython = ({ metrics }: TickState, latency: number): number | Real =>
  Object.values(metrics).some(
    ({ LatencyMs, PerformanceDegradationPercent: percent = 0 }) =>
      LatencyMs === latency && percent !== 0 && percent !== WHOLLY_DEGRADED,
  )
    ? new Real(latency)
    : latency;

/** Checks the errors that the system counted and logged, and counts corrupt data again. */
function errors(host: HostState, state: TickState): Check {
  if (host.log?.now !== state.now) return missing('the log has no line of the last tick');
  const counts = {
    log_errors_per_minute: Math.round((host.log.errors * 60) / (seconds(state.now) - seconds(state.since))),
    system_failures: total(state, 'SystemFailures'),
    integrity_errors: total(state, 'DataIntegrityErrors'),
    security_incidents: total(state, 'SecurityIncidents'),
    downstream_errors: total(state, 'DownstreamErrors'),
    corrupt_rows: signals.corruptRows(host),
    corrupt_cached_prices: signals.corruptCachedPrices(host),
    corrupt_signals: signals.storesSignals(host) ? signals.cached(host).corrupt : 0,
    corrupt_metrics: features.deployed(host) ? features.corruptMetrics(host) : 0,
  };
  return { ok: Object.values(counts).every((count) => count === 0), ...counts };
}

/** Checks that traffic matches the testing mode, and that the integration layer is validated. */
function integration(host: HostState, state: TickState): Check {
  const mode = state.seen.testing_mode;
  const { testing, v1_percent } = state.traffic;
  let problem = controls.disagreements(host).find((one) => one.startsWith('testing_mode')) ?? null;
  if (!problem && testing !== (mode === 'ab') && controls.trading(host) === 'running')
    problem = `testing_mode is ${mode}, but A/B testing is ${controls.onOff(testing)}`;
  if (!problem && state.metrics['3']?.['PipelineHeld']) problem = 'the integration layer was never validated';
  return { ok: !problem, testing_mode: mode, v1_percent, problem };
}

/** Checks that exactly the enabled components of Phase 4 run, and that the right monitoring is active. */
function newFeatures(host: HostState, state: TickState): Check {
  const enabled = state.seen.new_features;
  const { running } = state.new_features;
  let problem = controls.disagreements(host).find((one) => one.includes('configuration')) ?? null;
  const same = enabled.length === running.length && enabled.every((name) => running.includes(name));
  if (!problem && controls.trading(host) === 'running' && !same)
    problem = `${listing(enabled)} enabled, but ${listing(running)} running`;
  if (!problem && features.unwatched(host, enabled))
    problem = `active monitoring: ${listing(features.monitoring(host))}`;
  const left = features.deployed(host) ? features.leftOverState(host, enabled, running) : 0;
  return { ok: !problem && left === 0, running: running.length, left_over_state: left, problem };
}

const listing = (names: readonly string[]) => names.join(', ') || 'nothing';
const valuesOf = ({ metrics }: TickState, name: string) => Object.values(metrics).map((values) => values[name] ?? 0);
const highest = (state: TickState, name: string) => Math.max(...valuesOf(state, name));
const lowest = (state: TickState, name: string) => Math.min(...valuesOf(state, name));
const total = (state: TickState, name: string) => valuesOf(state, name).reduce((sum, value) => sum + value, 0);
