import { preparePrefix } from '../tables.ts';

/**
 * The preparation of one version of a phase, as it is stored. It is `preparing` until every host is prepared. The hosts name
 * their copies by `begun_at`.
 */
export type Preparation = {
  readonly phase: number;
  readonly version: string;
  readonly state: 'preparing' | 'prepared';
  readonly tag: string;
  /** The commit that the tag names on every host: what ran before this version. */
  readonly commit: string;
  /** ISO 8601. A repeat of an interrupted preparation keeps it, and so the copies that it has made. */
  readonly begun_at: string;
  /** ISO 8601; absent: not every host is prepared yet. */
  readonly prepared_at?: string;
  /** The execution that prepared it last. */
  readonly by: string;
  readonly operator?: string;
  readonly hosts: readonly PreparedHost[];
  /** Hosts that no list had in the fleet any more, each with the reason; they are not prepared. Absent: none. */
  readonly left_the_fleet?: readonly string[];
  /** The copies are no longer on the hosts, because later versions were deployed. The tag is. */
  readonly superseded?: true;
};

export type PreparedHost = {
  readonly instance_id: string;
  readonly name: string;
  /** SHA-256 of the host's manifest, which holds the hash of every copy there. */
  readonly manifest: string;
  /** SHA-256 over the names and hashes of the configuration's files. */
  readonly configuration: string;
};

/**
 * Returns the id under which the hosts of a run report, from the name of its execution. No rollback has such an id. The
 * command line's own names begin with the machine's, and would be too long with a second beginning.
 */
export const preparationId = (execution: string): string =>
  `${preparePrefix}${execution.replace(/^prepare-deployment-/, '')}`;

/** The tag of the commit that runs before a version is deployed. No retention removes it. */
export const tagBefore = (phase: number, version: string): string => `rollback/phase-${phase}/before-${version}`;

/** The folder of a preparation's copies on a host. A version may have `/`, and none has `=`. */
export const folderOf = ({ phase, version }: Pick<Preparation, 'phase' | 'version'>): string =>
  `phase-${phase}/${version.replaceAll('/', '=')}`;

/** The instant of a preparation as the name of a folder: `20260105T090000Z`. */
export const folderOfInstant = (iso: string): string => `${iso.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** An interrupted preparation is continued within a day; its copies are stale after that. */
const continuedFor = 24 * 3600_000;

/** Returns the instant at which a preparation began: that of an interrupted one which this run continues, or now. */
export function beginning(before: Preparation | undefined, commit: string, now: number): string {
  const continues =
    before?.state === 'preparing' && before.commit === commit && now - Date.parse(before.begun_at) < continuedFor;
  return continues ? before.begun_at : new Date(now).toISOString();
}

/** So many of the newest preparations of a phase always keep their copies. */
const alwaysKept = 3;

/**
 * Returns the preparations whose copies may go from the hosts: those that began before the preparation of the running version,
 * and are not among the three newest. A rollback of the running version needs its own preparation, and one of a version
 * that is prepared but not deployed yet will be needed. `running`: undefined if it is not known; then none may go.
 */
export function superseded(all: readonly Preparation[], running: string | undefined, own: string): Preparation[] {
  const ofRunning = all.find(({ version }) => version === running);
  if (!ofRunning) return [];
  return all
    .toSorted((a, b) => (a.begun_at < b.begun_at ? 1 : -1))
    .slice(alwaysKept)
    .filter((one) => one.begun_at < ofRunning.begun_at && one.version !== own && !one.superseded);
}
