import { counted } from '../../domain/counted.ts';
import {
  type CheckVerdict,
  type HostCheck,
  type HostCheckResult,
  hostCheckVerdict,
} from '../../domain/host/host-check.ts';
import type { KeptVerdict } from '../../domain/host/host-reports.ts';

/** The number of hosts that fit a terminal; --json has all of them. */
const mostHosts = 20;
const titles: Readonly<Record<HostCheck, string>> = {
  health: 'health check',
  verify: 'verification',
  files: 'reading of all files',
  load: 'load test',
};
const worstFirst: readonly CheckVerdict[] = ['FAIL', 'INCONCLUSIVE', 'PASS'];

/** Returns the result of a host check for people: the fleet's verdict, then the worst hosts first, each with its failures. */
export function lookText(
  { check, variant, phase, verdict, hosts }: HostCheckResult,
  verdicts: readonly KeptVerdict[],
  at?: Date,
): string {
  const { PASS, FAIL, INCONCLUSIVE } = hosts;
  const rank = (one: KeptVerdict) => worstFirst.indexOf(hostCheckVerdict(check, one));
  const shownHosts = verdicts.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostHosts);
  const title = `${variant ? `${variant} ` : ''}${titles[check]}`;
  return [
    `${verdict}  ${title}${check === 'files' ? '' : ` of phase ${phase}`}${at ? ` at ${at.toISOString().slice(0, 19)}Z` : ''}: ${PASS} PASS, ${FAIL} FAIL, ${INCONCLUSIVE} INCONCLUSIVE`,
    ...shownHosts.flatMap((one) => {
      const [first = '', ...more] = hostLines(check, one);
      return [
        `  ${one.name.padEnd(10)} ${hostCheckVerdict(check, one).padEnd(13)} ${first}`,
        ...more.map((line) => `${' '.repeat(27)}${line}`),
      ];
    }),
    ...(verdicts.length > mostHosts ? [`  and ${verdicts.length - mostHosts} more`] : []),
    '  All numbers of all hosts: add --json',
  ].join('\n');
}

const hostLines = (check: HostCheck, { reason, report }: KeptVerdict): string[] => {
  // The reason begins with the name of our own script, which does not help the operator.
  if (reason !== null) return [reason.replace(/^[a-z-]+\.py exited with \d+: /, '')];
  if (check === 'files') return fileLines(report ?? {});
  return check === 'health' ? healthLines(report ?? {}) : verifyLines(report ?? {});
};

type Fields = Readonly<Record<string, unknown>>;

function fileLines({ version, commit, changed, files }: Fields): string[] {
  const at = `${String(version)} (commit ${String(commit).slice(0, 12)})`;
  if (changed === 0) return [`every file is as ${at} has it`];
  const shownFiles = Array.isArray(files) ? files.map(String) : [];
  const more = Number(changed) - shownFiles.length;
  return [
    `${counted(Number(changed), 'file differs', 'files differ')} from ${at}: ${shownFiles.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  ];
}

/** `performance: accuracy 71 (usual 94, least 84.6), latency_ms 119 (…)`: one line per check that failed or could not run. */
export function healthLines(report: Fields): string[] {
  const checks = Object.entries(report).filter(([, value]) => isFields(value) || value === 'too long');
  const failed = Array.isArray(report['failed']) ? report['failed'].map(String) : [];
  const isUnhealthy = ([name, value]: [string, unknown]) => failed.includes(name) || missingIn(value) !== undefined;
  const healthy = checks.filter((one) => !isUnhealthy(one)).map(([name]) => name);
  return [
    ...checks.filter(isUnhealthy).map(([name, value]) => `${name}: ${missingIn(value) ?? numbers(value)}`),
    ...(healthy.length > 0 ? [`healthy: ${healthy.join(', ')}`] : []),
    ...(report['trading'] === 'halted' ? ['trading is halted'] : []),
  ];
}

const missingIn = (value: unknown) =>
  isFields(value) && value['missing'] !== undefined ? `not checked: ${String(value['missing'])}` : undefined;

/** Prefixes of the values that the customer's script reports beside a number, for comparison with it. */
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

/** Returns the facts of a verification: the false ones, the true ones, then those that are text. */
function verifyLines(report: Fields): string[] {
  const wrong = Array.isArray(report['wrong']) ? report['wrong'].map(String) : [];
  const facts = isFields(report['facts']) ? Object.entries(report['facts']) : [];
  const holding = facts.filter(([, value]) => value === true).map(([name]) => name);
  const texts = facts
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => `${name} ${String(value)}`);
  return [
    ...(wrong.length > 0 ? [`failed: ${wrong.join(', ')}`] : []),
    ...(holding.length > 0 ? [`passed: ${holding.join(', ')}`] : []),
    ...(texts.length > 0 ? [texts.join(', ')] : []),
  ];
}

const shown = (value: unknown) =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : JSON.stringify(value);
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
