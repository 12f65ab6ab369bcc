import { counted } from '../counted.ts';
import { listed } from '../listed.ts';
import type { ExpectedVersion } from '../truth/expected-versions.ts';
import type { FleetTruth } from '../truth/fleet-truth.ts';
import { environmentOption } from './execution-place.ts';

/** The placeholders of these messages, beside `environment_words`. */
export const truthWords = ['hosts', 'count', 'differences', 'deployed', 'compared_at'] as const;

const mostNamed = 5;

/**
 * Returns the values of the messages `host-differs`, `hosts-agree` and `rollback-undone`. The first line of the last one names the hosts alone on which
 * something undid a rollback.
 */
export function truthValues(
  { differences, differing, compared_at }: FleetTruth,
  {
    expected,
    environment,
    stopped,
  }: {
    readonly expected: readonly ExpectedVersion[];
    readonly environment: string;
    /** The rollback that holds the fleet although it has ended. */
    readonly stopped: { readonly rollback: string; readonly at: string } | null;
  },
): Readonly<Record<string, string>> {
  const undone = differences.filter((one) => one.undone !== undefined);
  const isMixed = undone.length > 0 && undone.length < differences.length;
  const [named, number] = isMixed ? [undone, undone.length] : [differences, differing];
  const names = named.slice(0, mostNamed).map(({ name }) => name);
  const left = differing > differences.length ? [`and ${counted(differing - differences.length, 'more host')}`] : [];
  const deployed = expected.filter(({ announced }) => !announced);
  return {
    hosts: listed(names, number),
    count: counted(number, 'host is', 'hosts are'),
    differences: [...differences.map(({ name, what }) => `${name}: ${what}.`), ...left].join('\n'),
    deployed: stopped
      ? `not known while rollback ${stopped.rollback}, which stopped at ${stopped.at}, holds the fleet: hosts are compared with each other, and may differ because of it`
      : deployed
          .map(
            ({ phase, version, only }) =>
              `${version} of phase ${phase}${only ? ` (canary group: ${only.join(', ')})` : ''}`,
          )
          .join(', ') || 'none since the newest rollback ended, so hosts are compared with each other',
    compared_at: compared_at ?? 'unknown',
    environment_words: environmentOption(environment),
  };
}
