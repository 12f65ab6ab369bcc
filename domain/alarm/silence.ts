import * as z from 'zod';
import type { AlarmTransition } from './alarm-event.ts';

const numbers = z.object({ recentDatapoints: z.array(z.number()) });

/**
 * Returns whether an alarm is not OK only because data is missing: no datapoint breached.
 *
 * CloudWatch's reason names the missing datapoints that it treated as breaching. If a datapoint breached as well, the
 * reason also compares it with "the threshold". An alarm set by hand has neither, and is no silence.
 */
export function isSilence({ state, reason, reason_data }: Pick<AlarmTransition, 'state' | 'reason' | 'reason_data'>) {
  if (state === 'INSUFFICIENT_DATA') return true;
  if (/ missing datapoints? (?:was|were) treated as \[Breaching\]/.test(reason)) return !/ the threshold /.test(reason);
  const data = numbers.safeParse(parsed(reason_data));
  return data.success && data.data.recentDatapoints.length === 0;
}

/** Milliseconds after which hosts without metrics that were found well are checked again: a fault may begin that nobody sees. */
export const lookAgainMilliseconds = 15 * 60_000;

/** A phase that published nothing in this time does not count as one that fell silent. */
export const lookBackMilliseconds = 15 * 60_000;

/** A second witness of a phase's silence: other facts that show whether its hosts or only its metrics are gone. */
export type SecondWitness = {
  /** Names of the product's alarms that CloudWatch cannot evaluate (EVALUATION_FAILURE). */
  readonly unevaluated: readonly string[];
  /** The newest datapoint of the silent metric per phase, in epoch milliseconds; a phase without data is absent. */
  readonly newest: ReadonlyMap<number, number>;
  /** The fleet's hosts whose computers run, and whether each is online in Systems Manager. */
  readonly hosts: readonly { readonly online: boolean }[];
};

/**
 * Returns the facts that contradict a phase's silence, one sentence each: then metrics may be lost, and not hosts.
 *
 * Silence of one phase while at least half of the hosts are gone is not contradicted. One lost host explains nothing: any
 * host that is online would publish, and a large fleet has always lost one.
 */
export function doubtsAboutSilence(
  phase: number,
  period_seconds: number,
  { unevaluated, newest, hosts }: SecondWitness,
): string[] {
  return [
    ...(unevaluated.length > 0
      ? [`CloudWatch cannot evaluate ${listed(unevaluated)} (EVALUATION_FAILURE), so missing data proves nothing.`]
      : []),
    ...silentTogether(phase, period_seconds, newest),
    ...stillOnline(hosts),
  ];
}

/**
 * Returns whether the metrics are known to be lost: all phases fell silent together or are silent for long, or CloudWatch cannot evaluate alarms. Silence
 * of one phase alone may also be a process that hangs on hosts that are well otherwise.
 */
export const areMetricsLost = (
  phase: number,
  period_seconds: number,
  { unevaluated, newest }: Pick<SecondWitness, 'unevaluated' | 'newest'>,
): boolean => unevaluated.length > 0 || newest.size === 0 || silentTogether(phase, period_seconds, newest).length > 0;

/**
 * A phase whose newest datapoint is more than one period newer than this phase's still publishes. A phase that has
 * published nothing lately is no witness.
 */
function silentTogether(phase: number, period_seconds: number, newest: ReadonlyMap<number, number>): string[] {
  const own = newest.get(phase) ?? 0;
  const others = [...newest].filter(([other]) => other !== phase);
  const speaks = others.some(([, at]) => at - own > period_seconds * 1000);
  if (others.length === 0 || speaks) return [];
  const phases = [phase, ...others.map(([other]) => other)].toSorted((a, b) => a - b);
  return [`Phases ${phases.join(', ')} fell silent together: the metrics may be lost, and not the hosts.`];
}

function stillOnline(hosts: SecondWitness['hosts']): string[] {
  const online = hosts.filter((host) => host.online).length;
  if (online * 2 <= hosts.length) return [];
  const seen =
    online === hosts.length
      ? `every running host online (${online})`
      : `${online} of ${hosts.length} running hosts online`;
  return [`No data arrives, but Systems Manager still sees ${seen}.`];
}

const listed = (names: readonly string[]) =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
