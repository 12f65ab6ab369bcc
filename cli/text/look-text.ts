import {
  type CheckVerdict,
  type HostCheck,
  type HostCheckResult,
  hostCheckVerdict,
} from '../../domain/host/host-check.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';

/** A terminal shows so many hosts; the others are in --json. */
const mostHosts = 20;
const worstFirst: readonly CheckVerdict[] = ['FAIL', 'INCONCLUSIVE', 'PASS'];

/** What a look saw: the fleet, then a host at a time, the worst first; of each only what is not as it should be. */
export function lookText(
  { check, variant, phase, verdict, hosts }: HostCheckResult,
  said: readonly KeptVerdict[],
  at?: Date,
): string {
  const { PASS, FAIL, INCONCLUSIVE } = hosts;
  const rank = (one: KeptVerdict) => worstFirst.indexOf(hostCheckVerdict(check, one));
  const shown = said.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostHosts);
  return [
    `${verdict}  ${variant ? `${variant} ` : ''}${check} by phase ${phase}'s check${at ? `, seen at ${at.toISOString().slice(0, 19)}Z` : ''}: ${PASS} PASS, ${FAIL} FAIL, ${INCONCLUSIVE} INCONCLUSIVE`,
    ...shown.flatMap((one) => {
      const [first = '', ...more] = hostLines(check, one);
      return [
        `  ${one.name.padEnd(10)} ${hostCheckVerdict(check, one).padEnd(13)} ${first}`,
        ...more.map((line) => `${' '.repeat(27)}${line}`),
      ];
    }),
    ...(said.length > mostHosts ? [`  and ${said.length - mostHosts} more`] : []),
    '  Every number of every host: --json',
  ].join('\n');
}

const hostLines = (check: HostCheck, { reason, report }: KeptVerdict): string[] => {
  // Which script of ours says so helps nobody who asked for a look.
  if (reason !== null) return [reason.replace(/^[a-z-]+\.py exited with \d+: /, '')];
  return check === 'health' ? healthLines(report ?? {}) : verifyLines(report ?? {});
};

type Fields = Readonly<Record<string, unknown>>;

/** `performance: accuracy 71 (usual 94, least 84.6), latency_ms 119 (…)`: each check that failed or could not be made. */
export function healthLines(report: Fields): string[] {
  const checks = Object.entries(report).filter(([, value]) => isFields(value) || value === 'too long');
  const failed = Array.isArray(report['failed']) ? report['failed'].map(String) : [];
  const notWell = ([name, value]: [string, unknown]) => failed.includes(name) || missingIn(value) !== undefined;
  const well = checks.filter((one) => !notWell(one)).map(([name]) => name);
  return [
    ...checks.filter(notWell).map(([name, value]) => `${name}: ${missingIn(value) ?? numbers(value)}`),
    ...(well.length > 0 ? [`well: ${well.join(', ')}`] : []),
    ...(report['trading'] === 'halted' ? ['trading is halted'] : []),
  ];
}

const missingIn = (value: unknown) =>
  isFields(value) && value['missing'] !== undefined ? `could not be looked at: ${String(value['missing'])}` : undefined;

/** The customer's script puts what a number is compared with beside it, under these words. */
const companions = ['usual', 'least', 'most'];

function numbers(value: unknown): string {
  if (!isFields(value)) return String(value);
  const isCompanion = (name: string) =>
    companions.some((word) => name.startsWith(`${word}_`) && name.replace(`${word}_`, '') in value);
  return Object.entries(value)
    .filter(([name]) => !isCompanion(name))
    .map(([name, one]) => {
      const beside = companions.flatMap((word) =>
        `${word}_${name}` in value ? [`${word} ${shown(value[`${word}_${name}`])}`] : [],
      );
      return `${name} ${shown(one)}${beside.length > 0 ? ` (${beside.join(', ')})` : ''}`;
    })
    .join(', ');
}

function verifyLines(report: Fields): string[] {
  const wrong = Array.isArray(report['wrong']) ? report['wrong'].map(String) : [];
  const facts = isFields(report['facts']) ? Object.entries(report['facts']) : [];
  const holding = facts.filter(([, value]) => value === true).map(([name]) => name);
  const told = facts
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => `${name} ${String(value)}`);
  return [
    ...(wrong.length > 0 ? [`not so: ${wrong.join(', ')}`] : []),
    ...(holding.length > 0 ? [`so: ${holding.join(', ')}`] : []),
    ...(told.length > 0 ? [told.join(', ')] : []),
  ];
}

const shown = (value: unknown) =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : JSON.stringify(value);
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
