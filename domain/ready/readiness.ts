/** The questions of readiness, in the order in which they are printed: the procedure's six requirements, then the others. */
export const lineNames = {
  tag: 'Previous version tagged',
  backup: 'Backup present and restorable',
  configuration: 'Configuration snapshot saved',
  drill: 'Scripts tested',
  contacts: 'Contact list current',
  machines: 'Decision tree documented',
  agents: 'Agents online and new enough',
  clocks: 'Clocks in sync',
  disk: 'Disk for quarantine',
  target: 'Target exists',
  blocked: 'Target not blocked',
  pairs: 'No forbidden pair reachable',
  alarms: 'Alarms have data',
  documents: 'Documents reviewed',
  quotas: 'Quotas',
  fleet: 'No rollback runs',
  hindrance: 'No freeze, block, pause or red alarm',
  trust: 'Evidence for trust: auto',
  load: 'Load tested',
  canary: 'Canary passed',
} as const;
export type LineId = keyof typeof lineNames;

/** A host, and the fault that was found there. */
export type HostProblem = { readonly name: string; readonly found: string };

/** The answer to one question. What could not be found out is not ready. */
export type Line = {
  readonly id: LineId;
  readonly ready: boolean;
  /** The facts, in one sentence. */
  readonly evidence: string;
  /** The task of a person; null: nothing is to be done. */
  readonly todo: string | null;
  /** The hosts on which something is wrong: the first of them. Absent: the question is not about hosts, or every host is right. */
  readonly hosts?: readonly HostProblem[];
};

/** Whether a phase can be rolled back, as it is stored: the newest check of the version that runs, or is about to. */
export type Readiness = {
  readonly phase: number;
  /** The version whose rollback was judged; null: none was prepared or deployed yet. */
  readonly version: string | null;
  readonly state: 'ready' | 'not ready';
  /** ISO 8601. */
  readonly at: string;
  /** No host was asked: what the hosts reported last was used again. */
  readonly light: boolean;
  /** The execution that checked. */
  readonly by: string;
  readonly operator?: string;
  readonly lines: readonly Line[];
  /** ISO 8601: when the hosts were asked; null: they never were. */
  readonly asked_at: string | null;
  /** The id under which the hosts reported; null: they were never asked. */
  readonly report_id: string | null;
  /** The instance ids of the hosts that were asked. */
  readonly asked: readonly string[];
};

export const good = (id: LineId, evidence: string): Line => ({ id, ready: true, evidence, todo: null });

/** Named hosts of a line: more would not fit a message, and --json of the hosts' reports has all. */
const mostHosts = 20;

export const bad = (id: LineId, evidence: string, todo: string, hosts: readonly HostProblem[] = []): Line => ({
  id,
  ready: false,
  evidence,
  todo,
  ...(hosts.length > 0 ? { hosts: hosts.slice(0, mostHosts) } : {}),
});

/** Returns the line of what could not be read: unknown is not ready. */
export const unknown = (id: LineId, error: unknown): Line =>
  bad(
    id,
    `It is not known: ${error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : String(error)}`,
    'Check again; if it stays so, look at the log of check-readiness',
  );

export const stateOf = (lines: readonly Line[]): Readiness['state'] =>
  lines.every(({ ready }) => ready) ? 'ready' : 'not ready';

/** Returns the lines in the order of lineNames. */
export const inOrder = (lines: readonly Line[]): Line[] =>
  Object.keys(lineNames).flatMap((id) => lines.filter((line) => line.id === id));

/**
 * Returns whether a check counts for the alarm. A rollback that runs is no reason: it ends, and whoever is on call knows of it.
 * A freeze, a block, a pause and a red alarm are no reasons either: a person or a rollback set the first three, and the last has called people.
 * A canary group that did not pass yet only stops the deployment to the other hosts.
 */
export const alarms = ({ lines }: Pick<Readiness, 'lines'>): boolean =>
  lines.some(({ id, ready }) => !ready && !quiet.includes(id)) &&
  lines.every(({ id, ready }) => id !== 'fleet' || ready);

const quiet: readonly LineId[] = ['fleet', 'hindrance', 'canary'];

/** Returns one sentence for the cause of an execution: what is not ready. */
export function notReadySentence(all: readonly Readiness[]): string {
  const parts = all
    .filter(({ state }) => state === 'not ready')
    .map(({ phase, version, lines }) => {
      const names = lines.filter(({ ready }) => !ready).map(({ id }) => lineNames[id]);
      return `phase ${phase}${version === null ? '' : ` (${version})`}: ${names.join(', ')}`;
    });
  return `Not ready: ${parts.join('; ')}. What to do: npm run rollback -- status`;
}
