import { counted } from '../../domain/counted.ts';
import { beginsAtLines } from '../../domain/history/begins-at.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { listed } from '../../domain/listed.ts';
import { planLines } from '../../domain/plan/plan.ts';
import type { HostCounts, PlanReport, QuarantineTotal, StepForecast } from '../../domain/plan/plan-report.ts';

/** The number of hosts that fit a terminal; --json has all of them. */
const mostHosts = 20;

/** Returns a plan for people: the plan as a whole, then one part per step, then one line per host. */
export function plannedText(detail: PlanReport, verdicts: readonly KeptVerdict[], id: string): string {
  const { plan, steps, flags, versions, limit, failing } = detail;
  const kept = limit.kept
    ? 'and this rollback is expected to keep it'
    : `and this rollback may miss it${failing > 0 ? `: a step would fail on ${failing} of ${plan.hosts.length} hosts` : ''}`;
  const hosts = hostLines(verdicts, versions.to, plan.paths);
  const of = `of ${plan.hosts.length} hosts`;
  return [
    `PLAN ${id}: nothing was changed`,
    ...planLines(plan).map((line) => `  ${line}`),
    `  The limit for ${limit.severity} is ${counted(limit.minutes, 'minute')}, ${kept}`,
    ...(detail.begins_at ? [`BEGINS AT  ${detail.begins_at.name}`, ...beginsAtLines(detail.begins_at)] : []),
    ...(detail.blocked ? ['BLOCKED  a rollback would not begin', `  ${detail.blocked}`] : []),
    ...(detail.above_cap ? ['ABOVE THE CAP  an alarm would ask a permit', `  ${detail.above_cap}`] : []),
    ...(detail.forbidden ? ['FORBIDDEN  an alarm would ask a permit'] : []),
    ...(detail.forbidden ?? []).map(({ says, hosts: on }) => `  ${says} (${listed(on.slice(0, 5), on.length)})`),
    'STEPS',
    ...steps.flatMap(stepLines),
    ...(Object.keys(flags).length > 0 ? ['FLAGS  now -> after'] : []),
    ...Object.entries(flags).map(([flag, { now, to }]) => `  ${flag.padEnd(23)} ${spreadText(now)} -> ${to}`),
    'HOSTS  version now -> after, and what would go to quarantine',
    ...hosts.slice(0, mostHosts),
    ...(hosts.length > mostHosts ? [`  and ${hosts.length - mostHosts} more; --json lists all`] : []),
    ...problemLines(`WOULD FAIL  on ${failing} ${of}`, failing, detail.would_fail),
    ...problemLines(`NO REPORT  from ${detail.unanswered} ${of}`, detail.unanswered, detail.not_answered),
  ].join('\n');
}

/** Returns a title and one line per host with its reason; nothing if no host has the problem. */
const problemLines = (title: string, count: number, hosts: PlanReport['not_answered']): string[] =>
  count === 0
    ? []
    : [
        title,
        ...hosts.map(({ host, step, reason }) => `  ${host.padEnd(10)} ${step.padEnd(29)} ${reason ?? 'no report'}`),
      ];

function stepLines({ name, runs, takes, copies, changes, may_refuse }: StepForecast): string[] {
  const away = amounts(takes);
  const changed = changes > 0 ? [counted(changes, 'file differs', 'files differ')] : [];
  const first = Object.entries(copies).map(([path, amount]) => `${path} (${copied(amount)})`);
  return [
    `  ${name.padEnd(29)} ${runs.join('; ')}`,
    ...[
      [...away, ...changed].join(', '),
      first.length > 0 ? `copies first ${first.join(', ')}` : '',
      may_refuse ? `may refuse on ${counted(may_refuse.hosts, 'host')}: ${may_refuse.reason}` : '',
    ]
      .filter(Boolean)
      .map((effect) => `  ${' '.repeat(29)} ${effect}`),
  ];
}

const copied = ({ count, bytes }: QuarantineTotal) =>
  count === 0 ? 'does not exist yet' : `${counted(count, 'file')}, ${counted(bytes, 'byte')}`;

const amounts = (takes: Readonly<Record<string, QuarantineTotal | null>>): string[] =>
  Object.entries(takes).flatMap(([kind, amount]) =>
    amount && amount.count > 0
      ? [`${counted(amount.count, kind.replace(/s$/, ''), kind)} (${counted(amount.bytes, 'byte')})`]
      : [],
  );

const spreadText = (now: HostCounts) => {
  const values = Object.entries(now);
  if (values.length === 0) return 'unknown';
  return values.map(([value, hosts]) => (values.length === 1 ? value : `${value} on ${hosts}`)).join(', ');
};

function hostLines(verdicts: readonly KeptVerdict[], to: string, paths: readonly string[]): string[] {
  return [...new Set(verdicts.map(({ name }) => name))].toSorted().map((host) => {
    const reports = verdicts.filter(({ name }) => name === host).map(({ report }) => report ?? {});
    const version = reports.find((one) => one['version'] !== undefined)?.['version'] ?? 'unknown';
    const away = reports.flatMap((one) => amounts((one['would_take'] ?? {}) as Record<string, QuarantineTotal | null>));
    return `  ${host.padEnd(10)} ${version}${codeChange(to, paths)}  ${[...away, ...copiesOf(reports)].join(', ') || 'nothing'}`;
  });
}

/** Returns how a host's code changes. Its version changes only if the whole tree moves. */
function codeChange(to: string, paths: readonly string[]): string {
  if (paths.length === 0) return ', code unchanged';
  return paths.includes('.') ? ` -> ${to}` : `, ${paths.length === 1 ? 'one path' : `${paths.length} paths`} -> ${to}`;
}

/** Sums the copies of all steps. Two steps may copy one file: each restores the content that was there before it. */
function copiesOf(reports: readonly Readonly<Record<string, unknown>>[]): string[] {
  const copies = reports.flatMap((one) => Object.values((one['would_copy'] ?? {}) as Record<string, QuarantineTotal>));
  const sum = (of: keyof QuarantineTotal) => copies.reduce((total, one) => total + one[of], 0);
  return sum('count') > 0 ? [`copies of ${counted(sum('count'), 'file')} (${counted(sum('bytes'), 'byte')})`] : [];
}
