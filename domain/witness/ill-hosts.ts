/** A host of the fleet. The alarms and the rules of hosts import this folder, so it imports neither. */
export type Host = { readonly instance_id: string; readonly name: string };

/** The state of one host for the phase of an alarm. `unknown`: it published nothing, or did not report. */
export type SeenHost = Host & {
  readonly state: 'ill' | 'well' | 'unknown';
  /** The reason of the state, such as the names of failed checks. Absent: the metric, or its absence, is the reason. */
  readonly says?: string;
  /** A failed check concerns the alarm's phase alone. Absent: none does, or the host's metric makes it ill. */
  readonly own?: true;
};

/** A metric whose value on one host can be compared with the threshold of the alarm on the whole phase. */
type OneHostsMetric = {
  readonly statistic: string;
  readonly threshold: number;
  readonly worse: 'above' | 'below';
  readonly at_threshold?: true;
};

/**
 * Returns whether one host alone turns the alarm red. Only then does the alarm's threshold apply to a host: one host's part of a
 * sum, or of an average over all hosts, proves nothing.
 */
export const isOfOneHost = ({ statistic, worse }: Pick<OneHostsMetric, 'statistic' | 'worse'>): boolean =>
  (statistic === 'Maximum' && worse === 'above') || (statistic === 'Minimum' && worse === 'below');

/** So many good datapoints in a row are more than a pause of a fault; a rollback confirms recovery by as many looks. */
const wellAgain = 3;

/**
 * Returns the state of each host by its own datapoints since the alarm's first breach, the newest first. One datapoint past the threshold
 * makes a host ill, unless the newest three are good: it may have been rolled back meanwhile, and only the host itself knows. A host
 * without a datapoint is unknown too: silence is no health.
 */
export const seenByMetrics = (
  hosts: readonly Host[],
  metric: OneHostsMetric,
  values: ReadonlyMap<string, readonly number[]>,
): SeenHost[] =>
  hosts.map(({ instance_id, name }) => {
    const own = values.get(instance_id) ?? [];
    const good = own.findIndex((value) => isPast(metric, value));
    if (good >= wellAgain) return { instance_id, name, state: 'unknown', says: 'ill before, and well again' };
    const state = own.length === 0 ? 'unknown' : good === -1 ? 'well' : 'ill';
    return { instance_id, name, state };
  });

function isPast({ threshold, worse, at_threshold }: OneHostsMetric, value: number): boolean {
  if (value === threshold) return at_threshold === true;
  return worse === 'above' ? value > threshold : value < threshold;
}

/** One host's report of the health check; null: it did not report in time, or its script was inconclusive. */
export type HealthLook = Host & {
  readonly report: Readonly<Record<string, unknown>> | null;
};

/** The checks of a health report that concern one phase alone: the alarm's (`own`), and any other (`elsewhere`). */
export type PhaseChecks = { readonly own: readonly string[]; readonly elsewhere: readonly string[] };

/**
 * Returns the state of each host for one phase by its report of the health check. A host that fails a check of another phase
 * alone, and none of this one, is ill for that other phase. An ill report that names neither may be about any phase.
 */
export const seenByChecks = (looks: readonly HealthLook[], { own, elsewhere }: PhaseChecks): SeenHost[] =>
  looks.map(({ instance_id, name, report }) => {
    const healthy = report?.['healthy'];
    const failed = Array.isArray(report?.['failed']) ? report['failed'].map(String) : [];
    const isOwn = failed.some((check) => own.includes(check));
    const host = { instance_id, name };
    if (healthy === true) return { ...host, state: 'well' };
    if (healthy !== false) return { ...host, state: 'unknown' };
    if (!isOwn && failed.some((check) => elsewhere.includes(check))) return { ...host, state: 'well' };
    const says = failed.length > 0 ? { says: failed.join(', ') } : {};
    return { ...host, state: 'ill', ...says, ...(isOwn ? { own: true } : {}) };
  });
