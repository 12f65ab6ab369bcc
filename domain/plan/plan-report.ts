import type { FlagValue } from '../flag.ts';
import type { BeginsAtReport } from '../history/begins-at.ts';
import type { KeptVerdict } from '../host/host-reports.ts';
import type { Severity } from '../severity.ts';
import { storableName } from '../storable.ts';
import type { ForbiddenOnHosts } from './forbidden-on-hosts.ts';
import type { Plan } from './plan.ts';

/** The amount of one kind of data (files, rows, keys) that would go to quarantine, over all hosts. */
export type QuarantineTotal = { readonly count: number; readonly bytes: number };

/** The effect that a step would have, from the reports of the hosts that responded. */
export type StepForecast = {
  readonly step: string;
  readonly name: string;
  /** The customer's commands and calls; if there are none, the host script itself. */
  readonly runs: readonly string[];
  /** Data that would be removed and put into quarantine, by kind. */
  readonly takes: Readonly<Record<string, QuarantineTotal>>;
  /** Files that would be copied to quarantine before the customer's code writes them, by path; a file may not exist yet. */
  readonly copies: Readonly<Record<string, QuarantineTotal>>;
  /** Number of files that would differ afterwards, over all hosts. */
  readonly changes: number;
  /** Number of hosts that could not find out whether the step will refuse, and the first one's reason. Absent: none. */
  readonly may_refuse?: { readonly hosts: number; readonly reason: string };
};

/** The result of a plan, as its event stores it. */
export type PlanReport = {
  readonly plan: Plan;
  /** The step at which the rollback would begin, and what is done of the others. Absent: it would begin at its first step. */
  readonly begins_at?: BeginsAtReport;
  readonly steps: readonly StepForecast[];
  readonly flags: ReturnType<typeof flagForecasts>;
  readonly versions: { readonly now: HostCounts; readonly to: string };
  readonly limit: { readonly severity: Severity; readonly minutes: number; readonly kept: boolean };
  /** Forbidden pairs of code and flag that hosts could come to, by what they reported. Absent: none. */
  readonly forbidden?: readonly ForbiddenOnHosts[];
  /** Why the version to restore is blocked, or that this could not be read. Absent: it is not. */
  readonly blocked?: string;
  /** Why an alarm's rollback of these hosts would ask a permit because of the cap on hosts. Absent: the cap allows them, or there is none. */
  readonly above_cap?: string;
  /** Number of hosts that did not report on every step. */
  readonly unanswered: number;
  /** The first missing reports. */
  readonly not_answered: readonly NotDone[];
  /** Number of hosts that reported that a step would fail there. */
  readonly failing: number;
  /** The first of these reports, each with the host's own reason. */
  readonly would_fail: readonly NotDone[];
  /** Per step, the hash of all hosts' reports (host-reports.ts). */
  readonly reports: Readonly<Record<string, string>>;
};

type NotDone = { readonly host: string; readonly step: string; readonly reason: string | null };

/** Number of hosts per value. */
export type HostCounts = Readonly<Record<string, number>>;
type Reported = Pick<KeptVerdict, 'report'>;

/** One screen of commands; a step of a runbook names only a few. */
const mostRuns = 20;

/** Returns the effect that a step would have, from the hosts' reports on it. */
export function stepForecast(
  { id, name, script }: { readonly id: string; readonly name: string; readonly script: string },
  verdicts: readonly Reported[],
): StepForecast {
  const reports = verdicts.map(({ report }) => fieldsOf(report));
  const runs = new Set(reports.flatMap((one) => listOf(one['would_run'])));
  const takes = totals(reports.map((one) => one['would_take']));
  const copies = totals(reports.map((one) => one['would_copy']));
  const changes = reports.reduce((total, one) => total + Number(one['would_change'] ?? 0), 0);
  const doubts = reports.flatMap(({ may_refuse }) => (may_refuse === undefined ? [] : [String(may_refuse)]));
  return {
    step: id,
    name,
    runs: runs.size > 0 ? [...runs].slice(0, mostRuns) : [script],
    takes,
    copies,
    changes,
    ...(doubts[0] === undefined ? {} : { may_refuse: { hosts: doubts.length, reason: doubts[0] } }),
  };
}

/** Adds up amounts over all hosts, by name. A host may report null for a kind: a host without Redis does so for keys. */
function totals(all: readonly unknown[]): Record<string, QuarantineTotal> {
  const total = new Map<string, QuarantineTotal>();
  for (const [name, amount] of all.flatMap((one) => Object.entries(fieldsOf(one))))
    if (amount !== null) total.set(storableName(name), sum(total.get(storableName(name)), amount as QuarantineTotal));
  return Object.fromEntries(total);
}

const sum = (one: QuarantineTotal = { count: 0, bytes: 0 }, other: QuarantineTotal): QuarantineTotal => ({
  count: one.count + other.count,
  bytes: one.bytes + other.bytes,
});

/** Returns, per flag that would be overridden, its effective values now, with their number of hosts, and its new value. */
export function flagForecasts(
  wanted: Readonly<Record<string, FlagValue>>,
  verdicts: readonly Reported[],
): Record<string, { readonly now: HostCounts; readonly to: FlagValue }> {
  const effective = (flag: string) =>
    verdicts.flatMap(({ report }) => {
      const found = fieldsOf(report?.['flags'])[flag];
      return found === undefined ? [] : [shown(fieldsOf(found)['effective'])];
    });
  return Object.fromEntries(Object.entries(wanted).map(([flag, to]) => [flag, { now: counted(effective(flag)), to }]));
}

/** Returns the number of hosts per version that runs now. */
export const versionsNow = (verdicts: readonly Reported[]): HostCounts =>
  counted(verdicts.flatMap(({ report }) => (report?.['version'] === undefined ? [] : [String(report['version'])])));

/** "no value": no layer sets the flag, so the customer's own configuration decides. */
const shown = (value: unknown) => (value === null || value === undefined ? 'no value' : String(value));

function counted(values: readonly string[]): HostCounts {
  const counts = new Map<string, number>();
  for (const value of values.map(storableName)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(counts);
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
