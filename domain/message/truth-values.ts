import { listed } from '../listed.ts';
import type { ExpectedVersion } from '../truth/expected-versions.ts';
import type { FleetTruth } from '../truth/fleet-truth.ts';
import { environmentOption } from './execution-place.ts';

/** The placeholders of the two messages, beside `environment_words`. */
export const truthWords = ['hosts', 'count', 'differences', 'deployed', 'compared_at'] as const;

const mostNamed = 5;

/** Returns the values of the messages `host-differs` and `hosts-agree`. */
export function truthValues(
  { differences, differing, compared_at }: FleetTruth,
  expected: readonly ExpectedVersion[],
  environment: string,
): Readonly<Record<string, string>> {
  const names = differences.slice(0, mostNamed).map(({ name }) => name);
  const left = differing > differences.length ? [`and ${differing - differences.length} more hosts`] : [];
  const deployed = expected.filter(({ announced }) => !announced);
  return {
    hosts: listed(names, differing),
    count: `${differing} ${differing === 1 ? 'host is' : 'hosts are'}`,
    differences: [...differences.map(({ name, what }) => `${name}: ${what}.`), ...left].join('\n'),
    deployed:
      deployed
        .map(
          ({ phase, version, only }) =>
            `${version} of phase ${phase}${only ? ` (canary group: ${only.join(', ')})` : ''}`,
        )
        .join(', ') || 'none since the newest rollback, so hosts are compared with each other',
    compared_at: compared_at ?? 'unknown',
    environment_words: environmentOption(environment),
  };
}
