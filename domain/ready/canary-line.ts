import { type CanaryGroup, canaryState } from '../canary.ts';
import type { DeployedVersion } from '../target/replaced-version.ts';
import { bad, good, type Line } from './readiness.ts';

type Asked = {
  readonly phase: number;
  /** The version that is about to be deployed; null: none was prepared or deployed yet. */
  readonly version: string | null;
  readonly group: CanaryGroup;
  /** The newest deployments of the phase, the newest first. */
  readonly recent: readonly DeployedVersion[];
  /** true: the canary group is next. false: every other host is. Absent: a schedule asks, and the canary group may be next. */
  readonly canary?: boolean | undefined;
};

/** Returns whether the canary group has had the version for its whole watch window. */
export function canaryLine({ phase, version, group, recent, canary }: Asked): Line {
  if (group.length === 0) return good('canary', 'Not applicable: the environment names no canary group');
  const hosts = group.join(', ');
  if (version === null) return good('canary', `No version is on its way to the canary group (${hosts})`);
  const found = canaryState(version, recent);
  const words = `--phase ${phase} --version ${version}`;
  switch (found.state) {
    case 'all':
      return good('canary', `${version} was deployed to every host at ${found.at}`);
    case 'passed':
      return good('canary', found.why);
    case 'failed':
      return bad(
        'canary',
        found.why,
        'Correct the version, and begin again with a new one: npm run rollback -- prepare',
      );
    case 'waits':
      return canary === undefined
        ? good('canary', found.why)
        : bad('canary', found.why, `Wait for the verdict: npm run rollback -- watch ${words}`);
    case 'none':
      return canary === false
        ? bad(
            'canary',
            `${version} is not on the canary group yet (${hosts})`,
            `Deploy it to ${hosts} alone, then: npm run rollback -- deployed ${words} --canary. To check whether the group may get it: npm run rollback -- ready ${words} --canary`,
          )
        : good('canary', `The canary group is next (${hosts}), and no other host`);
  }
}
