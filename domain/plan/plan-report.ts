import type { FlagValue } from '../flag.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import type { Severity } from '../severity.ts';
import type { Plan } from './plan.ts';

/** How much of one kind (files, rows, keys) would go to quarantine, over all hosts. */
export type QuarantineTotal = { readonly count: number; readonly bytes: number };

/** What a step would do, as the hosts that answered see it. */
export type StepForecast = {
  readonly step: string;
  readonly name: string;
  /** The customer's commands and calls; where there are none, the host script itself. */
  readonly runs: readonly string[];
  /** What would be quarantined, by kind. */
  readonly takes: Readonly<Record<string, QuarantineTotal>>;
  /** What would be copied to quarantine before the customer's code writes it, by path; it may not be there yet. */
  readonly copies: Readonly<Record<string, QuarantineTotal>>;
  /** Paths that would read otherwise, over all hosts. */
  readonly changes: number;
};

/** What a plan says, as its event keeps it. */
export type PlanReport = {
  readonly plan: Plan;
  readonly steps: readonly StepForecast[];
  readonly flags: ReturnType<typeof flagForecasts>;
  readonly versions: { readonly now: HostCounts; readonly to: string };
  readonly limit: { readonly severity: Severity; readonly minutes: number; readonly kept: boolean };
  /** Hosts that did not answer for every step; the first of them by name. */
  readonly unanswered: number;
  readonly not_answered: readonly NotDone[];
  /** Hosts that answered that a step would fail there; the first of them by name, each with its own reason. */
  readonly failing: number;
  readonly would_fail: readonly NotDone[];
  readonly reports: Readonly<Record<string, string>>;
};

type NotDone = { readonly host: string; readonly step: string; readonly reason: string | null };

/** A value, and on how many hosts it is so. */
export type HostCounts = Readonly<Record<string, number>>;
type Reported = Pick<KeptVerdict, 'report'>;

/** As many commands as a screen shows; a runbook's step names few. */
const mostRuns = 20;

export function stepForecast(
  { id, name, script }: { readonly id: string; readonly name: string; readonly script: string },
  verdicts: readonly Reported[],
): StepForecast {
  const reports = verdicts.map(({ report }) => fieldsOf(report));
  const runs = new Set(reports.flatMap((one) => listOf(one['would_run'])));
  const takes = added(reports.map((one) => one['would_take']));
  const copies = added(reports.map((one) => one['would_copy']));
  const changes = reports.reduce((total, one) => total + Number(one['would_change'] ?? 0), 0);
  return { step: id, name, runs: runs.size > 0 ? [...runs].slice(0, mostRuns) : [script], takes, copies, changes };
}

/** Over all hosts, by name; a host may have null of a kind, as one without Redis has of keys. */
function added(all: readonly unknown[]): Record<string, QuarantineTotal> {
  const total: Record<string, QuarantineTotal> = {};
  for (const [name, amount] of all.flatMap((one) => Object.entries(fieldsOf(one))))
    if (amount !== null) total[name] = sum(total[name], amount as QuarantineTotal);
  return total;
}

const sum = (one: QuarantineTotal = { count: 0, bytes: 0 }, other: QuarantineTotal): QuarantineTotal => ({
  count: one.count + other.count,
  bytes: one.bytes + other.bytes,
});

/** Each flag that would be overridden: what is effective on how many hosts now, and what would be. */
export function flagForecasts(
  wanted: Readonly<Record<string, FlagValue>>,
  verdicts: readonly Reported[],
): Record<string, { readonly now: HostCounts; readonly to: FlagValue }> {
  const seen = (flag: string) =>
    verdicts.flatMap(({ report }) => {
      const look = fieldsOf(report?.['flags'])[flag];
      return look === undefined ? [] : [shown(fieldsOf(look)['effective'])];
    });
  return Object.fromEntries(Object.entries(wanted).map(([flag, to]) => [flag, { now: spread(seen(flag)), to }]));
}

/** On how many hosts each version runs now. */
export const versionsNow = (verdicts: readonly Reported[]): HostCounts =>
  spread(verdicts.flatMap(({ report }) => (report?.['version'] === undefined ? [] : [String(report['version'])])));

/** "no value": no layer has the flag, so the customer's own configuration decides. */
const shown = (value: unknown) => (value === null || value === undefined ? 'no value' : String(value));

function spread(values: readonly string[]): HostCounts {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
