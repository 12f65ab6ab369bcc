import type { KeptVerdict } from '../../domain/host/host-reports.ts';
import { planLines } from '../../domain/plan/plan.ts';
import type { HostCounts, PlanReport, QuarantineTotal, StepForecast } from '../../domain/plan/plan-report.ts';

/** A terminal shows so many hosts; the others are in --json. */
const mostHosts = 20;

/** A plan for people: what it says as a whole, a step at a time, a host at a time. */
export function plannedText(detail: PlanReport, said: readonly KeptVerdict[], id: string): string {
  const { plan, steps, flags, versions, limit, failing } = detail;
  const kept = limit.kept
    ? 'and this keeps it'
    : `and this may miss it${failing > 0 ? `: a step would fail on ${failing} of ${plan.hosts.length} hosts` : ''}`;
  const hosts = hostLines(said, versions.to, plan.paths);
  return [
    `PLAN ${id}: nothing was changed`,
    ...planLines(plan).map((line) => `  ${line}`),
    `  The limit for ${limit.severity} is ${limit.minutes} minutes, ${kept}`,
    'STEPS',
    ...steps.flatMap(stepLines),
    ...(Object.keys(flags).length > 0 ? ['FLAGS  now -> then'] : []),
    ...Object.entries(flags).map(([flag, { now, to }]) => `  ${flag.padEnd(23)} ${spreadText(now)} -> ${to}`),
    'HOSTS  version now -> then, and what would be kept in quarantine there',
    ...hosts.slice(0, mostHosts),
    ...(hosts.length > mostHosts ? [`  and ${hosts.length - mostHosts} more: --json has them`] : []),
    ...notDone('WOULD FAIL', 'on', failing, detail.would_fail, plan),
    ...notDone('NOT ANSWERED', 'by', detail.unanswered, detail.not_answered, plan),
  ].join('\n');
}

const notDone = (
  title: string,
  by: string,
  count: number,
  all: PlanReport['not_answered'],
  { hosts }: PlanReport['plan'],
) =>
  count === 0
    ? []
    : [
        `${title}  ${by} ${count} of ${hosts.length} hosts`,
        ...all.map(({ host, step, reason }) => `  ${host.padEnd(10)} ${step.padEnd(29)} ${reason ?? 'no answer'}`),
      ];

function stepLines({ name, runs, takes, copies, changes }: StepForecast): string[] {
  const away = amounts(takes);
  const changed = changes > 0 ? [`${changes} paths read otherwise`] : [];
  const first = Object.entries(copies).map(([path, amount]) => `${path} (${copied(amount)})`);
  return [
    `  ${name.padEnd(29)} ${runs.join('; ')}`,
    ...[[...away, ...changed].join(', '), first.length > 0 ? `copies first ${first.join(', ')}` : '']
      .filter(Boolean)
      .map((effect) => `  ${' '.repeat(29)} ${effect}`),
  ];
}

const copied = ({ count, bytes }: QuarantineTotal) =>
  count === 0 ? 'there is none yet' : `${count} files, ${bytes} bytes`;

const amounts = (takes: Readonly<Record<string, QuarantineTotal | null>>): string[] =>
  Object.entries(takes).flatMap(([kind, amount]) =>
    amount && amount.count > 0 ? [`${amount.count} ${kind} (${amount.bytes} bytes)`] : [],
  );

const spreadText = (now: HostCounts) => {
  const values = Object.entries(now);
  if (values.length === 0) return 'unknown';
  return values.map(([value, hosts]) => (values.length === 1 ? value : `${value} on ${hosts}`)).join(', ');
};

function hostLines(said: readonly KeptVerdict[], to: string, paths: readonly string[]): string[] {
  return [...new Set(said.map(({ name }) => name))].toSorted().map((host) => {
    const reports = said.filter(({ name }) => name === host).map(({ report }) => report ?? {});
    const version = reports.find((one) => one['version'] !== undefined)?.['version'] ?? 'unknown';
    const away = reports.flatMap((one) => amounts((one['would_take'] ?? {}) as Record<string, QuarantineTotal | null>));
    return `  ${host.padEnd(10)} ${version}${goesTo(to, paths)}  ${[...away, ...copiesOf(reports)].join(', ') || 'nothing'}`;
  });
}

/** A host is at another version afterwards only where its whole tree moves. */
function goesTo(to: string, paths: readonly string[]): string {
  if (paths.length === 0) return ', whose code stays';
  return paths.includes('.')
    ? ` -> ${to}`
    : `, on ${paths.length === 1 ? 'one path' : `${paths.length} paths`} -> ${to}`;
}

/** Two steps may copy one file: each brings back what stood there before it. */
function copiesOf(reports: readonly Readonly<Record<string, unknown>>[]): string[] {
  const copies = reports.flatMap((one) => Object.values((one['would_copy'] ?? {}) as Record<string, QuarantineTotal>));
  const sum = (of: keyof QuarantineTotal) => copies.reduce((total, one) => total + one[of], 0);
  return sum('count') > 0 ? [`copies of ${sum('count')} files (${sum('bytes')} bytes)`] : [];
}
