import { type Component, type FlagEntry, type HostState, components as known } from '../data/host-state.ts';
import { knownJson } from '../data/known-json.ts';
import { sha256 } from '../data/python.ts';

// The controls of the trading system, as scripts/controls.py and scripts/trading_files.py of the host image read them.

export const CLIENT = 'tasks/options_trading_system/data_ingestion/databento_api/solution.py';
export const FLOWS = 'tasks/options_trading_system/analysis_engine';
const LAYER = ['integration.py', 'config_manager.py'];
const PROFILE = 'config/pipeline_config.json';
export const COMPONENTS = 'config/components.json';

export type Profile = {
  readonly data_source: string;
  readonly algorithm_version: string;
  readonly testing_mode: string;
  readonly ab_share?: number;
};
/** A flag's value, and the AppConfig environment that it comes from. */
export type Flag = readonly [value: unknown, layer: string];
/** A component's configuration, and its flag; null if the flag is not set. */
export type Configured = readonly [configured: boolean, flag: unknown];

export const profileIn = (host: HostState, file = PROFILE): Profile =>
  (knownJson(host.files.read(file) ?? '{}') as { production: Profile }).production;

/** The values of flags by the files of an agent. It writes others only when one of them has changed. */
const values = new WeakMap<HostState['flags'], ReadonlyMap<string, Flag>>();

/** Returns each flag's value. An override (`<name>-safety`) wins; a flag that is off is false. */
export function flagsOf({ flags }: HostState): ReadonlyMap<string, Flag> {
  const found = values.get(flags) ?? flagsIn(flags);
  values.set(flags, found);
  return found;
}

function flagsIn(flags: HostState['flags']): Map<string, Flag> {
  const found = new Map<string, Flag>();
  const isOverride = (environment: string) => environment.endsWith('-safety');
  const layers = [...flags].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const override of [false, true])
    for (const [environment, entries] of layers.filter(([name]) => isOverride(name) === override))
      for (const [flag, entry] of Object.entries(entries)) found.set(flag, [flagValue(entry), environment]);
  return found;
}

export const flagValue = (entry: FlagEntry): unknown => entry.enabled === true && (entry.value ?? true);

export function source(host: HostState): readonly [source: string, layer: string | null] {
  const [value, layer] = flagsOf(host).get('data_source') ?? [];
  return value ? [String(value), layer ?? null] : [profileIn(host).data_source, null];
}

/** Returns the flag's value, or else the value in the profile. */
export const effective = (
  setting: 'algorithm_version' | 'testing_mode',
  flags: ReadonlyMap<string, Flag>,
  profile: Profile,
): string => String(flags.get(setting)?.[0] || profile[setting]);

export function componentsOf(host: HostState, flags: ReadonlyMap<string, Flag>): [string, Configured][] {
  const configured = knownJson(host.files.read(COMPONENTS) ?? '{}') as Readonly<Record<string, { enabled: boolean }>>;
  return Object.keys(configured)
    .toSorted()
    .map((name) => [name, [configured[name]?.enabled ?? false, flags.get(name)?.[0] ?? null]]);
}

const enabledOf = (components: readonly [string, Configured][]): string[] =>
  components.filter(([, [configured, flag]]) => configured && flag !== false).map(([name]) => name);

/** Returns one sentence per flag that differs from the configuration. */
export function disagreements(host: HostState): string[] {
  const flags = flagsOf(host);
  const profile = profileIn(host);
  const settings = (['algorithm_version', 'testing_mode'] as const).flatMap((setting) => {
    const flag = flags.get(setting)?.[0];
    return flag && flag !== profile[setting]
      ? [`${setting} is ${String(flag)} by flag and ${profile[setting]} by the profile`]
      : [];
  });
  const components = componentsOf(host, flags)
    .filter(([, [on, flag]]) => flag !== null && Boolean(flag) !== on)
    .map(([name, [on, flag]]) => `${name} is ${onOff(flag)} by flag and ${onOff(on)} by its configuration`);
  return [...settings, ...components];
}

export const onOff = (value: unknown): string => (value ? 'on' : 'off');

/** The controls of a tick or a health report, which is out of date once one of them changes. */
export type Seen = {
  readonly head: string;
  readonly client: string;
  readonly source: string;
  readonly databento: string;
  readonly stops: number;
  readonly institutional_flow: string;
  readonly in_use: string;
  readonly integration: string;
  readonly testing_mode: string;
  readonly testing_mode_flag: unknown;
  readonly new_features: readonly string[];
  readonly stops_of_new_features: number;
};

export function seen(host: HostState): Seen {
  const flags = flagsOf(host);
  const profile = profileIn(host);
  const stopped = ingestion(host);
  const code = codeDigests(host);
  return {
    head: host.tree.headText,
    client: code.client,
    source: String(flags.get('data_source')?.[0] || profile.data_source),
    databento: stopped.databento,
    stops: stopped.stops,
    institutional_flow: code.flow,
    in_use: effective('algorithm_version', flags, profile),
    integration: code.layer,
    testing_mode: effective('testing_mode', flags, profile),
    testing_mode_flag: flags.get('testing_mode')?.[0] ?? null,
    new_features: enabledOf(componentsOf(host, flags)),
    stops_of_new_features: emergency(host).emergencies,
  };
}

/** Returns the names of the controls that are not as they were seen before, sorted. */
export const changedSince = (now: Seen, before: Partial<Seen>): string[] =>
  (Object.keys(now) as (keyof Seen)[])
    .filter((name) => JSON.stringify(now[name]) !== JSON.stringify(before[name]))
    .toSorted();

type CodeDigests = { readonly version: number; readonly client: string; readonly flow: string; readonly layer: string };
const digests = new WeakMap<HostState, CodeDigests>();

/** Returns a hash per part of the code. Calculated again only after a file of the tree has changed. */
function codeDigests(host: HostState): CodeDigests {
  const known = digests.get(host);
  if (known?.version === host.files.version) return known;
  const flow = host.files
    .listed(FLOWS)
    .flatMap((one) => host.files.listed(`${FLOWS}/${one}`).map((name) => `${FLOWS}/${one}/${name}`))
    .filter((path) => path.endsWith('.py'));
  const found = {
    version: host.files.version,
    client: digest(host, [CLIENT]),
    flow: digest(host, flow),
    layer: digest(host, LAYER),
  };
  digests.set(host, found);
  return found;
}

const digest = (host: HostState, paths: readonly string[]): string =>
  sha256(
    Buffer.concat(
      paths.flatMap((path) => {
        const content = host.files.bytes(path);
        return [Buffer.from(`${path} ${content.length} `), content];
      }),
    ),
  ).slice(0, 12);

export const ingestion = (host: HostState) =>
  (host.run.get('ingestion.json') ?? { databento: 'running', stops: 0 }) as { databento: string; stops: number };
export const trading = (host: HostState): string => String(host.run.get('trading.json')?.['trading'] ?? 'running');
export const emergency = (host: HostState) =>
  (host.run.get('emergency.json') ?? { emergencies: 0, held: false }) as { emergencies: number; held: boolean };
export const validated = (host: HostState): string | null =>
  (host.run.get('pipeline.json')?.['validated'] ?? null) as string | null;
export const isComponent = (name: string): name is Component => Object.hasOwn(known, name);

/** The orders at the broker, by number. null: nobody can find out. */
export type Orders = {
  open: Record<string, 'acknowledged' | 'sent'>;
  sent: number;
  position_breaks: number | null;
  sequence_gaps: number | null;
};

/** Returns the orders at the broker. Two are open before anything else happened. */
export const orders = (host: HostState): Orders =>
  structuredClone(
    (host.run.get('orders.json') as Orders | undefined) ?? {
      open: { 1: 'acknowledged', 2: 'acknowledged' },
      sent: 2,
      position_breaks: 0,
      sequence_gaps: 0,
    },
  );
