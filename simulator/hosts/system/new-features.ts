import { corruptIn } from '../data/corrupt-rows.ts';
import { type components, type HostState, MOST_VALUE, tables } from '../data/host-state.ts';
import { knownJson } from '../data/known-json.ts';
import { COMPONENTS } from './controls.ts';

// The data and the monitoring of Phase 4's components, as scripts/new_features.py of the host image judges them.

export const STATE = 'outputs/phase4_state';
const ADVANCED = 'advanced-monitoring';
export const BASIC = 'basic-monitoring';

/** Returns whether components exist. Versions before v1.3.1 have none. */
export const deployed = (host: HostState): boolean => host.files.has(COMPONENTS);

/** Returns for each state file whether its value is impossible. */
export const stateFiles = (host: HostState): [name: string, corrupt: boolean][] =>
  host.files.paths(STATE).map((path) => [path.slice(STATE.length + 1), isCorrupt(host.files.read(path) ?? '')]);

function isCorrupt(text: string): boolean {
  try {
    return (knownJson(text) as { value: number }).value > MOST_VALUE;
  } catch {
    return true;
  }
}

export const corruptMetrics = (host: HostState): number =>
  tables.reduce((sum, table) => sum + corruptIn(host.metrics.get(table) ?? [], ({ value }) => value), 0) +
  stateFiles(host).filter(([, corrupt]) => corrupt).length;

export const metricRows = (host: HostState): number =>
  tables.reduce((sum, table) => sum + (host.metrics.get(table) ?? []).length, 0);

/** Counts the state of components that neither run nor may start. */
export const leftOverState = (host: HostState, enabled: readonly string[], running: readonly string[]): number =>
  stateFiles(host).filter(([name, corrupt]) => !corrupt && ![...enabled, ...running].includes(stemOf(name))).length;

const stemOf = (name: string) => name.replace(/\.[^.]*$/, '');

/** Returns which of the two monitoring services are active. */
export const monitoring = ({ units }: HostState): string[] =>
  [ADVANCED, BASIC].filter((name) => units.get(name) === 'active');

/** Returns 1 unless exactly the monitoring service that fits the components is active. */
export function unwatched(host: HostState, enabled: readonly string[]): number {
  const active = monitoring(host);
  if (!deployed(host)) return active.length === 0 ? 1 : 0;
  return active.length === 1 && active[0] === (enabled.length > 0 ? ADVANCED : BASIC) ? 0 : 1;
}

export const stateFileOf = (component: keyof typeof components): string => `${STATE}/${component}.json`;
