import { type HostState, MOST_VALUE } from './data/host-state.ts';
import { seconds } from './data/times.ts';
import { byHand } from './mishaps.ts';
import * as controls from './system/controls.ts';
import { lastTick } from './system/health.ts';
import { newestEvent } from './system/ingestion.ts';
import { metricRows, STATE } from './system/new-features.ts';
import type { Metrics } from './system/phases.ts';
import * as signals from './system/signals.ts';

// The status that a person sees on a host: bin/trading-status of the host image, which uses none of the scripts' judgements.

/** Limits of each phase's metrics in a healthy system. */
const MOST: Readonly<Metrics> = {
  SystemFailures: 0,
  DataIntegrityErrors: 0,
  LatencyMs: 132,
  PerformanceDegradationPercent: 10,
  SecurityIncidents: 0,
  CostPercentOfBudget: 200,
  DownstreamErrors: 0,
  TradingHalted: 0,
  LeftoverSignals: 0,
  PipelineHeld: 0,
  FeaturesHeldBack: 0,
  LeftoverState: 0,
  Unwatched: 0,
};
const LEAST: Readonly<Metrics> = { Accuracy: 85, EventsPerMinute: 6 };
const MOST_AGE_SECONDS = 30;

/** Returns the status of the sample trading system. `healthy` is null before the system's first tick. */
export function statusOf(host: HostState): Readonly<Record<string, unknown>> {
  const { files, events } = host;
  const found = {
    version: version(host),
    data_source: setting(host, 'data_source'),
    ingestion: controls.ingestion(host).databento,
    trading: controls.trading(host),
    cache_files: files.paths('outputs/databento_cache').length,
    corrupt_rows: events.filter(({ price }) => price > MOST_VALUE).length,
    orders: ordersOf(host),
    by_hand: { in_tree: byHandInTree(host), kept: byHandKept(host) },
    ...analysis(host),
    ...integration(host),
    ...newFeatures(host),
  };
  const ticked = lastTick(host) !== null;
  const ill = ticked ? illnesses(host, found) : [];
  return { ...found, healthy: ticked ? ill.length === 0 : null, ill };
}

function ordersOf(host: HostState): Readonly<Record<string, number>> {
  const { open, sent } = controls.orders(host);
  const states = Object.values(open);
  return { open: states.length, unacknowledged: states.filter((state) => state === 'sent').length, sent };
}

/** Returns the procedure's name of the checked-out version, with `-dirty` if files differ from that version. */
function version(host: HostState): string {
  const { tree, files } = host;
  const names = [...tree.tags]
    .filter(([name, release]) => release === tree.head && !name.startsWith('rollback/'))
    .map(([name]) => name);
  const known = names.toSorted().find((name) => !name.startsWith('v')) ?? names[0] ?? tree.head.commit.slice(0, 7);
  const changed = new Set(tree.changed(tree.head, ['.']));
  // The procedure copies the backup there.
  if (files.read(controls.CLIENT) === files.read(controls.CLIENT.replace('solution', 'solution_backup')))
    changed.delete(controls.CLIENT);
  return `${known}${changed.size > 0 ? '-dirty' : ''}`;
}

function analysis(host: HostState) {
  const { files, redis } = host;
  const texts = files.paths(signals.CACHE).flatMap((path) => signals.linesOf(files.read(path) ?? ''));
  const counts = signals.counted([...texts, ...signals.keyedSignals(host)]);
  const all = [...counts.sound, ...(counts.corrupt > 0 ? [['corrupt', counts.corrupt] as const] : [])];
  return {
    algorithm_version: setting(host, 'algorithm_version'),
    flow_v3: sameAsTag(host, 'phase2-rollback', [`${controls.FLOWS}/institutional_flow_v3/solution.py`]),
    signals: Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    redis_keys: redis.size,
    baselines: signals.baselines(host),
  };
}

function integration(host: HostState) {
  const profile = (file?: string) => JSON.stringify(sorted(controls.profileIn(host, file)));
  return {
    testing_mode: setting(host, 'testing_mode'),
    ab_testing: lastTick(host)?.traffic.testing ?? null,
    integration: sameAsTag(host, 'pre-phase3', ['integration.py', 'config_manager.py']),
    configuration: profile() === profile('config/backup/pipeline_config.json') ? 'backup' : 'changed',
  };
}

const sorted = (value: object) => Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));

function newFeatures(host: HostState) {
  const configured = JSON.parse(host.files.read(controls.COMPONENTS) ?? '{}') as Record<string, { enabled: boolean }>;
  const names = Object.keys(configured).toSorted();
  const flags = controls.flagsOf(host);
  const isOn = (name: string) => configured[name]?.enabled === true;
  return {
    ...Object.fromEntries(Object.keys(configured).map((name) => [name, isOn(name) && flags.get(name)?.[0] !== false])),
    components_on: names.filter(isOn),
    components_off: names.filter((name) => !isOn(name)),
    components_running: lastTick(host)?.new_features.running ?? [],
    monitoring: [...host.units]
      .filter(([, state]) => state === 'active')
      .map(([name]) => name)
      .toSorted(),
    phase4_files: host.files.paths(STATE).length,
    phase4_rows: metricRows(host),
    other_rows: 5, // daily_pnl: nothing touches it
  };
}

/** Returns the tag if the files equal it, `none` if a file is missing, else `changed`. */
function sameAsTag({ files, tree }: HostState, tag: string, names: readonly string[]): string {
  if (!names.every((name) => files.has(name))) return 'none';
  const release = tree.tags.get(tag);
  return names.every((name) => files.read(name) === release?.files.get(name)) ? tag : 'changed';
}

type Setting = 'data_source' | 'algorithm_version' | 'testing_mode';

/** Returns the flag's value, or else the value in the pipeline's profile. */
const setting = (host: HostState, name: Setting): unknown =>
  controls.flagsOf(host).get(name)?.[0] || controls.profileIn(host)[name];

const byHandInTree = ({ files }: HostState): number =>
  files.paths().filter((path) => files.read(path)?.includes(byHand)).length;

const byHandKept = ({ kept }: HostState): number =>
  [...kept.quarantines.values()].flatMap(({ copies }) => copies).filter(({ bytes }) => bytes.includes(byHand)).length;

function illnesses(host: HostState, found: Readonly<Record<string, unknown>>): string[] {
  const state = lastTick(host);
  if (!state) return [];
  const flags = controls.flagsOf(host);
  const running = found['trading'] === 'running';
  const twoOpinions = (name: Setting) =>
    ![undefined, false, controls.profileIn(host)[name]].includes(flags.get(name)?.[0] as string);
  const list = (name: string) => found[name] as readonly string[];
  const allowed = [found['algorithm_version'], found['ab_testing'] ? 'v1.0' : undefined];
  const newest = newestEvent(host);
  return [
    ...Object.entries(state.metrics).flatMap(([phase, metrics]) => metricsIll(phase, metrics)),
    ...(found['corrupt_rows'] ? ['corrupt rows'] : []),
    ...(running ? [] : ['trading halted']),
    ...(['algorithm_version', 'testing_mode'] as const).filter(twoOpinions).map((name) => `two opinions on ${name}`),
    ...list('components_on')
      .filter((name) => flags.get(name)?.[0] === false)
      .map((name) => `two opinions on ${name}`),
    ...list('components_off')
      .filter((name) => flags.get(name)?.[0])
      .map((name) => `two opinions on ${name}`),
    ...(found['ab_testing'] !== (found['testing_mode'] === 'ab') && running ? ['A/B testing'] : []),
    ...(state.analysis.made_by.some((one) => !allowed.includes(one)) ? ['signals by another algorithm'] : []),
    ...(state.analysis.installed.includes(String(found['algorithm_version']))
      ? []
      : ['the algorithm is not installed']),
    ...(String(list('components_running')) !== String(list('components_on')) && running ? ['components'] : []),
    ...(newest === null || seconds(state.now) - seconds(newest) > MOST_AGE_SECONDS ? ['no events'] : []),
  ];
}

/** Returns the metrics beyond their limits: Phase 1's by name, the others' by phase and name. */
function metricsIll(phase: string, metrics: Metrics): string[] {
  const wrong = [
    ...Object.entries(MOST).filter(([name, most]) => (metrics[name] ?? most) > most),
    ...Object.entries(LEAST).filter(([name, least]) => (metrics[name] ?? least) < least),
  ].map(([name]) => name);
  return phase === '1' ? wrong : wrong.map((name) => `phase ${phase}: ${name}`);
}
