import type { Difference, Reported } from './compare-hosts.ts';
import type { PhaseOnRecord } from './expected-versions.ts';

/** A version of which a person took the record of the deployment back, so that no host should run it. */
export type WithdrawnVersion = {
  readonly phase: number;
  readonly version: string;
  /** ISO 8601: when the record was taken back. */
  readonly at: string;
  readonly operator: string;
  /** The commit that was prepared as the version before it. Absent: none was. */
  readonly before?: string;
};

/**
 * Returns the versions that no host should run, because the records of their deployments were taken back.
 *
 * A version is left out if a later deployment of any phase is on record, because its code may contain the version; if the version is on record
 * itself, or was prepared again since; and if a rollback of the phase restores no code, because a deployment of it may bring none.
 */
export function withdrawnVersions(phases: readonly PhaseOnRecord[]): WithdrawnVersion[] {
  const onRecord = phases.flatMap(({ recent }) => recent);
  return phases.flatMap(({ phase, codeless, preparations, withdrawn = [] }) =>
    withdrawn
      .filter(({ version, at }) => !codeless && !onRecord.some((one) => one.at > at || one.version === version))
      .filter(({ version, at }) => !preparations.some((one) => one.version === version && one.begun_at > at))
      .flatMap(({ version, withdrawn: by, prepared }) =>
        by
          ? [{ phase, version, at: by.at, operator: by.operator, ...(prepared ? { before: prepared.commit } : {}) }]
          : [],
      ),
  );
}

/** compare-fleet.py cuts what a host calls its version after so many characters. */
const mostCharacters = 80;

/**
 * Returns one difference per host that runs a version of which the record was taken back before the hosts were asked. While all hosts have it,
 * they agree with each other, so nothing else would name them.
 *
 * The host's own name for its version must be the version, because a version may contain one that was only recorded by mistake. A host at the
 * commit that was prepared as the version before did not get it, although a tag of it may be there.
 */
export const withdrawnOn = (
  reported: readonly Reported[],
  withdrawn: readonly WithdrawnVersion[],
  askedAt: string,
): Difference[] =>
  reported.flatMap(({ host: { instance_id, name }, report }) =>
    withdrawn
      .filter(({ version, before, at }) => {
        const runs = report.version === version.slice(0, mostCharacters) && report.commit !== before;
        return runs && at < askedAt;
      })
      .map(({ phase, version, operator, at }) => {
        const what = `it runs ${version}, whose record in phase ${phase} ${operator} withdrew at ${at}: record ${version} again if it is there on purpose, else bring the host to the version on record`;
        return { instance_id, name, what, key: `${instance_id} ${what}` };
      }),
  );
