import type { Host } from '../host/host-verdict.ts';
import { isNamed } from '../host/inventory.ts';
import type { Preparation } from '../prepare/preparation.ts';
import type { DeployedVersion } from '../target/replaced-version.ts';

/** A version that hosts have, or may have already: `announced` ones are prepared, and their deployment is not on record yet. */
export type ExpectedVersion = {
  readonly phase: number;
  readonly version: string;
  readonly announced: boolean;
  /** Names of the canary group, which alone must have it; the other hosts may have it already. Absent: every host must. */
  readonly only?: readonly string[];
  /** Names of the canary group, which has a newer version instead. Absent: no host has. */
  readonly except?: readonly string[];
  /** The commit that was prepared as the version before it. Absent: none was, or the phase's rollback restores no code. */
  readonly before?: string;
};

/** A phase's deployments and preparations on record. `recent`: its newest deployments, the newest first. */
export type PhaseOnRecord = {
  readonly phase: number;
  readonly recent: readonly DeployedVersion[];
  /** A rollback of the phase restores no code, so a deployment of it may bring none. */
  readonly codeless?: boolean;
  readonly preparations: readonly Pick<Preparation, 'version' | 'begun_at'>[];
  /** Deployments whose records people took back, and the person who did, and when. Absent: none. */
  readonly withdrawn?: readonly (Pick<DeployedVersion, 'version' | 'at' | 'prepared'> & {
    readonly withdrawn?: { readonly operator: string; readonly at: string };
  })[];
};

/** A document's parameter has 1,000 characters, and a version at most 100. */
const most = 9;

/**
 * Returns the versions that every host must have, and those that a deployment may be bringing to the hosts now.
 *
 * A rollback may take back the code of earlier deployments, of other phases too. So only deployments after the newest rollback
 * count; before the next deployment, hosts are compared with each other alone. `window`: seconds for which a preparation announces its deployment,
 * unless that was recorded and the record withdrawn: whoever withdrew it says that no host should have the version.
 */
export function expectedVersions(
  phases: readonly PhaseOnRecord[],
  { now, window }: { readonly now: number; readonly window: number },
): ExpectedVersion[] {
  const undoneAt = phases
    .flatMap(({ recent }) => recent.flatMap(({ rolled_back }) => rolled_back?.at ?? []))
    .reduce((newest, at) => (at > newest ? at : newest), '');
  const deployed = phases
    .flatMap(({ phase, codeless, recent }) =>
      onHosts(recent)
        .filter(({ at }) => at > undoneAt)
        .map((one) => ({ phase, codeless, ...one })),
    )
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .map(({ phase, version, prepared, codeless, hosts, except }) => ({
      ...{ phase, version, announced: false },
      ...(hosts ? { only: hosts } : {}),
      ...(except ? { except } : {}),
      ...(prepared && !codeless ? { before: prepared.commit } : {}),
    }));
  const announced = phases.flatMap(({ phase, recent: [newest], preparations, withdrawn = [] }) =>
    preparations
      .filter(({ version, begun_at }) => version !== newest?.version && begun_at > (newest?.at ?? ''))
      .filter(({ version, begun_at }) => !withdrawn.some((one) => one.version === version && one.at >= begun_at))
      .filter(({ begun_at }) => now - Date.parse(begun_at) <= window * 1000)
      .map(({ version }) => ({ phase, version, announced: true })),
  );
  return [...announced, ...deployed].slice(0, most);
}

/** Returns the newest deployment, and the one before that the other hosts still have if only the canary group got the newest. */
function onHosts(recent: readonly DeployedVersion[]): (DeployedVersion & { readonly except?: readonly string[] })[] {
  const [newest] = recent;
  if (!newest) return [];
  const rest = newest.hosts && recent.find(({ hosts }) => !hosts);
  return [newest, ...(rest && newest.hosts ? [{ ...rest, except: newest.hosts }] : [])];
}

/** Returns whether a host must have an expected version. */
export const mustHave = ({ announced, only, except }: ExpectedVersion, host: Host): boolean =>
  !announced && (!only || isNamed(host, only)) && !(except && isNamed(host, except));

/** Returns whether a host may have an expected version that it need not have: a deployment may be bringing it. */
export const mayHave = ({ announced, only }: ExpectedVersion, host: Host): boolean =>
  announced || (only !== undefined && !isNamed(host, only));
