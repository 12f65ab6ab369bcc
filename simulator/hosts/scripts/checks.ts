import { Exit, pythonJson } from '../data/python.ts';
import { effectiveFlags, flagMismatches, wantedFlags } from './flags.ts';
import {
  type Call,
  customerScript,
  type HostScript,
  planning,
  type Report,
  required,
  shownObject,
  words,
  wouldRun,
} from './script-call.ts';
import { differences, movedFrom, readTarget } from './target.ts';

const SHOWN_CHARACTERS = 1400;
const SHOWN_PATHS = 5;
const SHOWN_BYTES = 1200;

type Found = {
  readonly healthy?: boolean;
  readonly verdict?: string;
  readonly failed?: readonly string[];
  readonly inconclusive?: string | null;
  readonly checks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** infra/host-scripts/health.py */
export const health: HostScript = (call) => {
  const { code, found, lastLine } = customerScript(call, `--${call.parameters['SSM_Variant'] || 'quick'}`);
  const report = found as Found;
  if (report.verdict !== 'HEALTHY' && report.verdict !== 'UNHEALTHY')
    throw new Exit(`${required(call, 'SSM_Script')} is inconclusive: ${report.inconclusive ?? lastLine}`);
  if ((report.verdict === 'HEALTHY') !== (code === 0)) throw new Exit('correct the script');
  const halt = call.host.kept.halted?.halt;
  const held = halt !== undefined && halt !== call.parameters['SSM_RollbackId'] && !planning(call);
  if (!held || !report.failed?.includes('trading')) return brief(report);
  const failed = report.failed.filter((name) => name !== 'trading');
  const well = failed.length === 0 ? { healthy: true, verdict: 'HEALTHY' } : {};
  return { ...brief({ ...report, failed, ...well }), held_by: halt };
};

/** infra/host-scripts/verify-system-health.py */
export const verifySystemHealth: HostScript = (call) => {
  if (planning(call)) return { would_run: [wouldRun(call, '--comprehensive')] };
  const { code, found } = customerScript(call, '--comprehensive');
  const report = found as Found;
  if (code === 0 && report.healthy === true && report.failed?.length === 0) return brief(report);
  const failed = (report.failed ?? []).map((name) => `${name} ${pythonJson(numbers(report, name), false)}`);
  const detail = failed.join(', ') || report.inconclusive || 'expected exit 0 and "healthy": true';
  const verdict = (report.verdict ?? 'No verdict').toLowerCase();
  throw new Exit(`${verdict.charAt(0).toUpperCase()}${verdict.slice(1)} (exit ${code}): ${detail}`, brief(report));
};

/** Returns the verdict and as many checks' numbers as fit, failed checks first (shared/health_report.py). */
function brief(found: Found): Report {
  const failed = found.failed ?? [];
  let report: Record<string, unknown> = {};
  for (const name of ['healthy', 'verdict', 'failed', 'trading'] as const)
    if (name in found) report[name] = (found as Record<string, unknown>)[name];
  // The customer's report arrives with sorted names. A check named like a field of the report is left out.
  const names = Object.keys(found.checks ?? {})
    .filter((name) => !(name in report))
    .toSorted();
  for (const name of [
    ...names.filter((one) => failed.includes(one)),
    ...names.filter((one) => !failed.includes(one)),
  ]) {
    const shown = { ...report, [name]: numbers(found, name) };
    report = pythonJson(shown).length <= SHOWN_CHARACTERS ? shown : { ...report, [name]: 'too long' };
  }
  return report;
}

const numbers = ({ checks }: Found, name: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(checks?.[name] ?? {})
      .filter(([key, value]) => key !== 'ok' && value !== null)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/** infra/host-scripts/verify-rollback.py */
export const verifyRollback: HostScript = (call) => {
  const { code, found } = customerScript(call, ...words(call, 'SSM_Arguments'));
  const wrong = Object.entries(found ?? {})
    .filter(([, value]) => value === false)
    .map(([name]) => name)
    .toSorted();
  if (code !== 0 && wrong.length === 0 && found?.['health'] === 'INCONCLUSIVE')
    throw new Exit(
      `${required(call, 'SSM_Script')} found too little data: health is INCONCLUSIVE; repeat the check later`,
    );
  return { passed: code === 0, wrong: wrong.slice(0, 10), facts: shownObject(found) };
};

/** infra/host-scripts/version-at-target.py */
export const versionAtTarget: HostScript = (call) => {
  const target = words(call, 'SSM_Paths').length > 0 ? readTarget(call) : null;
  const different = target ? differences(call, target) : [];
  const flags = wantedFlags(call).size > 0 ? flagMismatches(call, effectiveFlags(call)) : [];
  const services = serviceProblems(call);
  const moved = target ? movedFrom(call, target) : undefined;
  const atTarget = !moved && different.length === 0 && flags.length === 0 && services.length === 0;
  return {
    version: seenVersion(call, atTarget),
    at_target: atTarget,
    different: different.length,
    differences: shown(different),
    flags: shown(flags),
    ...(target ? { tag: required(call, 'SSM_Target'), commit: target.release.commit } : {}),
    ...(moved ? { frozen: moved } : {}),
    ...(different.length > 0 ? { moved_by: call.host.tree.movedBy } : {}),
    ...(words(call, 'SSM_Services').length > 0 ? { services: shown(services) } : {}),
  };
};

/** Returns a sentence per service that is not as wanted (shared/services.py). No modelled service ends by itself. */
const serviceProblems = (call: Call): string[] =>
  words(call, 'SSM_Services').flatMap((pair) => {
    const [name = '', wanted = ''] = pair.split('=');
    const state = call.host.units.get(name) ?? 'inactive';
    const isAsWanted = wanted === 'stopped' ? state !== 'active' : state === 'active';
    return isAsWanted ? [] : [`${name} is ${state}, not ${wanted}`];
  });

function seenVersion(call: Call, atTarget: boolean): string {
  const target = required(call, 'SSM_Target');
  if (atTarget) return target;
  const described = call.host.tree.describe();
  return described === target ? `${described}-dirty` : described;
}

function shown(found: readonly string[]): string[] {
  const some = found.slice(0, SHOWN_PATHS);
  while (pythonJson(some).length > SHOWN_BYTES / 3) some.pop();
  return some;
}

/** infra/host-scripts/flag-effective.py */
export const flagEffective: HostScript = (call) => {
  const found = effectiveFlags(call);
  if (Object.keys(found).length === 0) throw new Exit('SSM_Flags names no flag; add flags to this step in the runbook');
  const problems = flagMismatches(call, found);
  const report = { flags: found, as_expected: problems.length === 0 };
  if (problems.length > 0 && !planning(call) && required(call, 'SSM_Kind') === 'step')
    throw new Exit(problems.join('; '), report);
  return report;
};
